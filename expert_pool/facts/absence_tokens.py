"""请假与不便时间的用词: cuts what people write about their time into tokens (`absences.py` makes
sense of them).

What matches no rule below is collected as `OTHER`. Such a rest is taken for a reason (家长会, 女儿
婚礼) only when it holds none of the characters that could change the meaning (`RISKY`); otherwise
the whole text becomes a question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from expert_pool.facts.signs import visible
from expert_pool.facts.writing import Cell, as_text, compact


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    groups: tuple[str | None, ...] = ()


DASHES = re.compile("[\u2010-\u2015\u2212~\uff5e\u301c\u223c]+|-{2,}")
REASONS = (
    "五金|统一|一起|一同|第[一二三]方|[一二三]体系|六西格玛|五泄|一线|一期|节日|节目|节能|节水"
    "|上海|上虞|天津|天台|中山|日照|日本|外贸|参加[^,;。、可能空不评]{0,10}?(?:培训|会议|学习|考试|活动|展会|比赛|论坛|研讨|会)|外出考察|外出学习|外出|外地|外省|省外|国外|境外|海外|涉外|外事|外派|外审|外聘|内审|内部|前往|后勤|全国|全省|全市|全体|全员|年中|半年度|半年|年度|月度|季度"
    "|周例会|周年|日常|生日|节日|各类|各项|不良品|不合格品|出差|出国|出访|考察|调研|开会|会议|例会|有会|年会|培训|学习|授课|讲课|有课|上课|监考|考试|阅卷|答辩"
    "|请假|休假|年休|公休|探亲|婚假|产假|病假|事假|住院|手术|体检|复查|看病|就医|值班|加班|巡查|检查|审核|审计|验厂|验收|盘点|检修|停产|停电|放假|厂休|厂庆|休息"
    "|歇业|展会|参展|展览|接待客户|客户来访|客户|有安排|已有安排|另有安排|有其他安排|其他工作|有任务|有活动|活动|比赛|搬迁|设备调试|单位"
)
NEGATIVE = (
    r"(?:都|均|全|也)?(?:不能(?:够)?|无法|不可以?|不便于?|不方便|不宜|没法|没办法|不适合)(?:参加|参与|到场|出席|接待|安排|前来|来|去|评审|工作|到)*"
    r"|不行|没空|没有空闲?|无空|没时间|没有时间|无时间|不得空|不参加|不接待|不安排|勿安排|请?避开|请?避让|不在(?:诸暨|单位|家)?|参加不了|来不了|去不了|到不了|有事|有冲突|冲突"
)
POSITIVE = (
    r"(?:均|都)?(?:可以?|能够?|方便)(?:参加|参与|到场|出席|接待|安排|前来|来|评审|工作)+"
    r"|可以|均可|有空闲?|有时间|空闲|没问题|没有问题|方便|可行|OK|ok|行(?![政业程李])|可(?![能行])"
)
UNSURE = (
    r"一般|通常|经常|往往|多数|大多|主要|基本|可能|也许|或许|[无不]?[法能]确定|[未没][有]?确定|不好说|说不准|难说|[待需再]确认"
    r"|希望|建议|要求|申请|倾向"
    r"|大概|估计|预计|应该|待定|未定|不确定|不一定|看情况|视.{0,4}情况|视.{0,4}而定|暂定|暂时|尽量|最好|优先|争取|再说|再定|另定|另行|等.{0,3}通知|待.{0,3}通知"
    r"|左右|前后|上下(?!午)|附近|如有|如果|若|除非|或者?|隔周|单周|双周|隔天|隔日|半天|[几数](?:天|日)|[几数]个|部分|有时|偶尔|不定|临时|[本这上下](?:个)?(?:周|月)(?!旬|末)"
    r"|明天|后天|今天|近期|近日|月初|月底|月末|月中|[年季]底|中午|个别|第?[一二三四五六1-6]周(?![一二三四五六日])|[前后首末](?:两|三|几|一)?(?:天|周)|晚些|早些|中间|未知|不清楚|不知道"
)
WEEKDAY = "一二三四五六日"
ONES = "一二三四五六七八九"
NUMERAL = rf"(?:三十一?|二十[{ONES}]?|十[{ONES}]?|[{ONES}])"
COUNTED = "天次个场整点时旬月周季年人位家项楼部分期"  # what follows a number that is no day
JOINS = "、,;。()和及与至到-"
RULES: tuple[tuple[str, str], ...] = (
    ("REASON", REASONS),
    ("OTHERS", r"(?:其余|其他|其它|剩余|剩下|别的|另外)的?(?:时间段?|时段|日期|日子|工作日|天)?"),
    ("EXCEPT_POST", r"除外"),
    ("EXCEPT", r"除了|除去|除开|除"),
    ("CLOSE", r"以外|之外|外"),
    (
        "NONE",
        r"(?:暂?无|没有)(?:任何)?(?:时间|日期|日程|特殊)?(?:上)?的?"
        r"(?:冲突|不便|不方便|不能(?:参加|接待|安排)?|不行|情况|要求|限制|请假|安排|问题)的?(?:时间|日期|时段|日子)?(?=[,;。!、(]|$)"
        r"|(?:暂?无|没有|均无)(?=[,;。!、(]|$)",
    ),
    ("UNSURE", UNSURE),
    ("NEG", NEGATIVE),
    (
        "ANYTIME",
        r"随时(?:都|均)?(?:可以?|有空)?(?:参加)?|不限|(?:服从|听从?)(?:组织|统一|局里|领导|上级)?安排|全力配合|时间充裕|全勤|随到随查|随时欢迎|全程(?:都|均)?(?:可以?|能)?参加",
    ),
    ("ONLY", r"只有|仅有|仅限|只能|只可|只在|仅|只|才"),
    ("POS", POSITIVE),
    ("DATE", r"(20\d\d)[年./\-](\d{1,2})[月./\-](\d{1,2})(?!\d)[日号]?"),
    ("DATE", r"(20\d\d)(0\d|1[0-2])([0-3]\d)(?!\d)"),
    ("XUN", r"(?:(\d{1,2})月份?的?)?(上旬|中旬|下旬|上中旬|中上旬|中下旬|上半月|下半月)"),
    ("NTH", r"(?:(\d{1,2})月份?的?)?第([一二三四五1-5])个?周([一二三四五六日])"),
    ("DATE", r"()(\d{1,2})月份?(\d{1,2})(?![\d.:点时/])[日号]?"),
    ("DATE", r"()(?<![\d.])(\d{1,2})[./](\d{1,2})(?!\d|[./]\d|[:点])[日号]?"),
    ("DATE", r"()(?<!\d)(0[1-9])([0-3]\d)(?!\d)"),
    ("MONTH", r"(\d{1,2})月份?"),
    ("CLOCK", r"(\d{1,2})(?:[:](\d{2})|[点时](半)?(?:\d{1,2}分)?)"),
    (
        "SPAN",
        r"(?:共|连续|计)?(\d{1,2}|[一二两三四五六七八九十])(?:个)?(天|周|星期)(?![一二三四五六日])",
    ),
    ("DAY", r"(\d{1,2})[日号](?![楼院馆厅线店厂])"),
    ("NUM", r"(?<![\d.])(\d{1,2})(?![\d.])"),
    ("WEEKS", r"每?个?周([一二三四五六日])(?:-|至|到)周?([一二三四五六日])(?![月旬号个次])"),
    ("WEEK", r"[每逢]*个?周([一二三四五六日](?:[、,/和及与]?[一二三四五六日](?![月旬号个次]))*)"),
    ("WEEKEND", r"[每逢]*个?(?:周末|双休日?|休息日)"),
    ("WORKDAYS", r"每?个?(?:工作日|平时上班时间|上班时间)"),
    ("RESTDAYS", r"节假日"),
    (
        "FESTIVAL",
        r"(国庆|中秋|元旦|春节|清明|劳动节|五一|端午)(?:节|长假|假期|放假)*(?:期间|当天)?",
    ),
    ("FULL", r"上午?[、和及与]?下午|一?整天|全天|全日|一天|白天"),
    ("AM", r"上午|早上|早晨|上半天"),
    ("PM", r"下午|午后|下半天"),
    ("NIGHT", r"晚上|夜里|晚"),
    ("EVERY", r"每[天日]|天天|全月|整个?月|整个期间|全程|全时段|全周期"),
    ("FROM", r"(?:以后|之后|后|起|开始|以来)(?:的)?"),
    ("UNTIL", r"(?:以前|之前|前|为止|截止|止)(?:的)?"),
    ("RANGE", r"-|至|到"),
    ("ALL", r"都|均|全部?|一律|任何|任意|所有|整个"),
    ("BREAK", r"[;。!]|但是?|不过|而且?"),
    ("SEP", r"[、,/和及与跟+&]|以及|还有"),
    (
        "FILL",
        r"本人|我|的|时间段?|时段|日期|期间|这段|因为?|由于|需要?|要|从|自|请|[()（）:\[\]]|有|在|是",
    ),
)
WEEKDAYS_BEFORE = re.compile(
    rf"周[{WEEKDAY}](?:[、,/和及与至到-]周?[{WEEKDAY}])*[、,/和及与至到-]$"
)
SCANNER = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(RULES)))
RISKY = re.compile(
    r"[\d不没无勿别免消改换推延空闲便行可能参来安排想望非除外可能否若如果视看约前后内隔单双另再等最尽概估计也待未定起止始至到从其余他她全每各只仅才半几数周月日天旬期午初底末上下中早晚节历腊闰廿卅\u3007零一二三四五六七八九十百两俩仨壹贰叁肆伍陆柒捌玖拾]"
)


def one_way(value: Cell) -> str:
    """One way of writing: half-width, no blanks between signs, one sign for every dash, 周."""
    text = re.sub(r"星期|礼拜", "周", DASHES.sub("-", _spaces(value)))
    return re.sub(r"周[天七7]", "周日", text)


def normalise(text: str) -> str:
    """Numbers as digits, of a text written in one way."""
    text = re.sub(
        rf"(?<![个第上下{ONES}十\d])(十[一二]?|[{ONES}])月", lambda m: f"{numeral(m[1])}月", text
    )
    text = re.sub(
        rf"(?:(?<=月)|(?<![周、{ONES}十第每\d])|(?<=、)(?=.{{1,3}}号))({NUMERAL})(?=[日号])",
        _digits,
        text,
    )
    text = re.sub(
        rf"(?<=\d月)(?:(?!一){NUMERAL}(?![{ONES}十\d{COUNTED}])|一(?=$|[^{ONES}十\w]|[和及与至到上下]))",
        _digits,
        text,
    )
    text = re.sub(rf"(?<![^{JOINS}]){NUMERAL}(?=$|[{JOINS}日号])", _listed, text)
    text = re.sub(r"周([1-6])(?![\d.月日])", lambda m: "周" + WEEKDAY[int(m[1]) - 1], text)
    text = re.sub(r"(?i)a\.?m\.?(?![a-z])", "上午", text)
    text = re.sub(r"(?i)p\.?m\.?(?![a-z])", "下午", text)
    text = re.sub(
        r"(?<!\d)(\d{1,2})-(\d{1,2})(至|到)(\d{1,2})-(\d{1,2})(?!\d)", r"\1.\2-\4.\5", text
    )
    return re.sub(r"-?(至|到)(?=[\d周上中下])", "-", text).strip(",、;。 ")


def _digits(match: re.Match[str]) -> str:
    return str(numeral(match[0]))


def _listed(match: re.Match[str]) -> str:
    """十一 in 9月10日、十一 is a day; 四 in 周二、四 is not."""
    return match[0] if WEEKDAYS_BEFORE.search(match.string[: match.start()]) else _digits(match)


def numeral(written: str) -> int:
    """一 to 三十一 as a number."""
    tens, mark, ones = written.rpartition("十")
    return (ONES.index(tens) + 1 if tens else 1 if mark else 0) * 10 + (
        ONES.index(ones) + 1 if ones else 0
    )


def _spaces(value: Cell) -> str:
    """A blank between two digits separates (9.8 9.11); every other blank and line break is
    decoration or a comma.
    """
    text = visible(unicodedata.normalize("NFKC", visible(as_text(value))))
    text = re.sub(r"[\r\n]+", ";", text)
    # A day with its hour as a spreadsheet writes it: the blank ends the day.
    text = re.sub(r"(20\d\d[-/.]\d{1,2}[-/.]\d{1,2})\s+(\d{1,2}:\d\d)(?::\d\d)?", r"\1日\2", text)
    text = re.sub(r"(?<=[\d日号午天])\s+(?=\d{1,2}(?![\d:点时]))", ",", text)
    return compact(text)


def scan(text: str) -> tuple[Token, ...]:
    """Tokens of a normalised text, left to right."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = SCANNER.match(text, position)
        if match is None or match.end() == position:
            end = position + 1
            if tokens and tokens[-1].kind == "OTHER":
                tokens[-1] = Token("OTHER", tokens[-1].text + text[position:end])
            else:
                tokens.append(Token("OTHER", text[position:end]))
            position = end
            continue
        index = int(str(match.lastgroup)[1:]) if match.lastgroup else 0
        tokens.append(Token(RULES[index][0], match[0], _groups(match, index)))
        position = match.end()
    return tuple(tokens)


def _groups(match: re.Match[str], index: int) -> tuple[str | None, ...]:
    """The groups inside rule `index`."""
    start = SCANNER.groupindex[f"r{index}"]
    end = SCANNER.groupindex.get(f"r{index + 1}", SCANNER.groups + 1)
    return tuple(match[n] for n in range(start + 1, end))
