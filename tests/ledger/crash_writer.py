"""A process to be killed: enrols people and says each one that is committed. `python -m tests.ledger.crash_writer URL`."""

from __future__ import annotations

import sys

from expert_pool import register
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK, Clock


def main(url: str) -> None:
    ledger = Ledger(url, Clock())
    number = 0
    while True:
        with ledger.write(CLERK) as uow:
            uid = register.enrol(uow, cast.expert(f"写手{number}", "某单位", cast.SOCKS, cast.PIPES))
            cast.make_ready(uow, uid)
            uow.commit()
        sys.stdout.write(uid + "\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1])
