"""学历与职称: the level that people's words mean; the longest meaning counts.

大学专科 is 专科 and not 大学, 助理研究员 is no 研究员, 总经理助理 says nothing of a title, and what
was begun but not finished (肄业, 在读) counts for nothing. The words themselves are kept beside.
"""

from __future__ import annotations

import re

from expert_pool.facts.writing import Cell, blank, compact

LEVELS = ("博士", "硕士", "本科", "大专", "高中及以下")  # highest first
# Words of each level. At one place of a text the longest of them all is what is meant.
_WORDS = {
    "博士": "博士后 博士研究生 博士学位 博士 phd",
    "硕士": "硕士研究生 硕士学位 双硕士 硕士 研究生学历 研究生毕业 研究生 mba emba mpa mpacc",
    "本科": (
        "大学本科 职业本科 本科 双学士 学士学位 学士 专升本 大学学历 大学毕业 大学文化 "
        "全日制大学 大学"
    ),
    "大专": (
        "大学专科 大学普通班 大学大专 大学高职 高等专科学校 高等专科 高等职业 普通班 "
        "大普 大专 专科 高职高专 高职 高专"
    ),
    "高中及以下": (
        "中等专业学校 中等专科 中等专业 中等职业 中专 中师 中技 技工学校 技校 职业高中 "
        "职高 职中 高级中学 普通高中 高中 初级中学 初中 小学 文盲"
    ),
    "": (
        "大学预科 预科 研究生课程班 研究生课程 研究生进修班 研究生班 研修班 进修班 "
        "大学旁听 名誉博士 荣誉博士 大学水平 大学程度 同等学力 同等学历 党校研究生 "
        "大学生"
    ),
}
_LEVEL_OF = {word: level for level, words in _WORDS.items() for word in words.split()}
_LEVEL_WORD = re.compile("|".join(sorted(map(re.escape, _LEVEL_OF), key=len, reverse=True)))
_UNFINISHED = re.compile(
    r"肄业|结业|在读|在学|在修|就读|攻读|待毕业|未毕业|未取得|未获|未完成|没毕业|没有毕业|相当|辍学|退学|进修|旁听|自学(?!考)"
    r"|同等学[力历]|非(?=全日制)?(?!全日制)|不是|无(?!锡)|没有|应届|预计|拟"
)
_NO_DEGREE = re.compile(r"(?:未(?:获|取得|授予)|无|没有)(?:\w{2})?学位")  # finished all the same
_PARTS = re.compile(r"[()\[\]{}/、,;|+;。]|→|->|后|现")


def education(value: Cell) -> str:
    """大学本科 -> 本科, 大学专科 -> 大专; words that say no finished level stay as they are."""
    text = compact(value)
    best: list[str] = []
    for part in filter(None, _PARTS.split(_NO_DEGREE.sub("", text.lower()))):
        levels = [_LEVEL_OF[found[0]] for found in _LEVEL_WORD.finditer(part)]
        if _UNFINISHED.search(part):
            if not levels and best:  # 本科(在读): the bracket speaks of what stands before it
                best.pop()
        elif levels:
            best.append(min(filter(None, levels), key=LEVELS.index, default=""))
    found = min(filter(None, best), key=LEVELS.index, default="")
    return found or ("" if blank(value) else text)


# Titles and the rank they stand for; the first that fits at a place counts, so longer ones stand
# first. A rank of 0 says nothing: an office, an honour, a licence.
_TITLES: tuple[tuple[int, str], ...] = (
    (
        0,
        r"(?:客座|兼职|名誉|荣誉|特约|外聘|访问|特邀)(?:副?教授|副?研究员|讲师)|技师学院",
    ),
    (
        0,
        r"(?:总|厂长|主任|行政|董事长|院长|所长|校长|经理|部门|市长|局长|书记)\w{0,3}助理",
    ),
    (0, r"高级(?:经理|顾问|主管|管理|专员|总监|合伙人|秘书|助理|审核员|评审员|研修|会员)"),
    (5, r"正高级?|教授级|研究员级|(?:两|中国科|中国工程|科学|工程)?院士|特级教师|教高"),
    (5, r"高级(?:记者|编辑)|主任[中西]?[医药护技]师|研究馆员|编审|译审"),
    (5, r"(?:国家)?一级(?:律师|公证员|演员|演奏员|编剧|导演|作曲|指挥|美术师|教练|舞美设计师)"),
    (4, r"副高级?|副教授级?|副研究员级?|副主任[中西]?[医药护技]师|副研究馆员|副编审|副译审"),
    (4, r"主任(?:记者|编辑|播音员)|二级(?:律师|公证员|演员|演奏员|编剧|导演)"),
    (3, r"高级技师|高级技工|高级工(?![程艺])"),
    (4, r"高工|高级\w{0,8}?师|高级(?:专业技术|专技|职称|职务)|高级(?=$|[、,;)])"),
    (
        3,
        r"助理(?:研究员|教授)|主治[中西]?医师|主管[中西]?(?:药|护|技|检验)\w?师|三级(?:律师|公证员)",
    ),
    (
        2,
        r"助理\w{0,8}?(?:师|馆员|编辑|记者|翻译|研究馆员)|助理级|助工|助教|助经|研究实习员|实习研究员",
    ),
    (2, r"见习\w{0,4}师|住院医师|四级律师|初级\w{0,6}|技术员|\w{2}员级|员级"),
    (5, r"教授|研究员"),
    (3, r"中级\w{0,6}|一级教师|讲师|馆员|编辑|记者|翻译"),
    (2, r"[二三]级教师|[中西]?(?:药|护|医)(?:师|士)|会计员|经济员|统计员|中级工|初级工"),
    (3, r"师(?![范傅长生资])"),  # 工程师, 会计师, 农艺师 …
)
_TITLE = re.compile("|".join(f"(?P<t{i}>{pattern})" for i, (_, pattern) in enumerate(_TITLES)))
_NOT_YET = re.compile(r"在评|待评|拟评|申报中|公示中|备考|报考|未取得|未评")
UNKNOWN_RANK = 3


def rank(title: str) -> int:
    """资历 1-5 of a title: 正高 5, 副高 4, 中级 3, 初级 2; the highest of several, unknown 3."""
    best = 0
    for part in re.split(r"[、,;/|\s]|兼", compact(title)):
        if not _NOT_YET.search(part):
            found = (_TITLES[int(str(one.lastgroup)[1:])][0] for one in _TITLE.finditer(part))
            best = max([best, *found])
    return best or UNKNOWN_RANK
