"""随机抽取: one plan out of a published set of good plans, by a seed that nobody knew when the set
was published.

Commit, then reveal: the office publishes the digest of the candidate set; then the seed is taken
from a public source (dice before witnesses, a lottery's number). SHA-256 over both gives a ticket,
and each candidate holds as many tickets as the set says. So no expert–applicant pair is more likely
than the set shows (Jecmen et al., Mitigating manipulation in peer review via randomized reviewer
assignments, NeurIPS 2020), and whoever holds the record gets the same plan.
"""

from assignment.draw.candidates import SET_FORMAT as SET_FORMAT
from assignment.draw.candidates import TICKETS as TICKETS
from assignment.draw.candidates import Candidate as Candidate
from assignment.draw.candidates import CandidateSet as CandidateSet
from assignment.draw.candidates import Pair as Pair
from assignment.draw.candidates import Wish as Wish
from assignment.draw.candidates import examine as examine
from assignment.draw.candidates import key as key
from assignment.draw.candidates import near as near
from assignment.draw.candidates import pairs_of as pairs_of
from assignment.draw.candidates import parse as parse
from assignment.draw.candidates import to_json as to_json
from assignment.draw.candidates import valued as valued
from assignment.draw.lots import LONGEST_SEED as LONGEST_SEED
from assignment.draw.lots import RECORD_FORMAT as RECORD_FORMAT
from assignment.draw.lots import Draw as Draw
from assignment.draw.lots import draw as draw
from assignment.draw.lots import holder as holder
from assignment.draw.lots import parse_record as parse_record
from assignment.draw.lots import read_seed as read_seed
from assignment.draw.lots import record_json as record_json
from assignment.draw.lots import replay as replay
from assignment.draw.lots import ticket_of as ticket_of
