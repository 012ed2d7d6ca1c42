"""评定文书: 评分汇总表, 综合评价报告, 表决票, 计票单, 公示, 异议核查报告, 请示, each a Word file.

Every one is made from what was decided and names; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from award.decision.core.ballot import Form
from award.decision.core.notice import Period
from award.decision.tables import Objection, PublicNotice
from award.papers.word import (
    HEI,
    KAI,
    LEFT,
    RIGHT,
    SI,
    WU,
    Column,
    keep_last_with_next,
    new_document,
    paragraph,
    save,
    table,
    title,
)
from award.papers.wording import clean, date_zh, sentence
from award.scoring.core.rubric import written
from award.year.core import settings as core_settings

Json = Mapping[str, Any]
OFFICE = "诸暨市政府质量奖审定委员会办公室"
AWARDS = {"QUALITY": "质量奖", "INNOVATION": "创新奖"}
OUTCOMES = {
    "candidate": "候选",
    "below-line": "未达线",
    "not-shortlisted": "未入围",
    "unscored": "未评完",
    "proposed": "拟奖",
    "no-majority": "未过半",
    "over-quota": "超名额",
    "passed": "待决定",
    "honoured": "获奖",
    "cancelled": "取消资格",
    "removed": "未批准",
    "forgone": "放弃",
    "withdrawn": "撤回",
    "barred": "不得申报",
}
PROVEN = {
    True: "违法违规行为经查证属实。",
    False: "反映的问题不属实。",
    None: "尚未作出。",
}
SETTING_TITLES = {"site_rule": "现场评审得分怎样取"}


@dataclass(frozen=True)
class Frame:
    """What every document says about its year: names by id, and the day it is dated."""

    year: int
    names: Mapping[str, str]
    on: date

    @property
    def subject(self) -> str:
        return f"{self.year}年度诸暨市政府质量奖"

    def name(self, case: str) -> str:
        return clean(self.names.get(case, case))


def points(exact: str, digits: int = 2) -> str:
    """A fraction in points as it is printed: 604.00."""
    value = Fraction(exact)
    scaled = abs(value) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def by_total(totals: Sequence[Json]) -> list[Json]:
    """Highest first; equals by id, which only makes the list the same every time."""
    return sorted(totals, key=lambda one: (-one["total"], one["case"]))


def summary_docx(frame: Frame, report: Json) -> bytes:
    """评分汇总表."""
    document = new_document("评分汇总表", "内部资料　注意保密", "", "", turned=True)
    title(document, f"{frame.subject}评分汇总表")
    columns = (
        Column("序号", 12),
        Column("申报组织", 70, LEFT),
        Column("奖项", 18),
        Column("资料评审", 24),
        Column("现场评审", 24),
        Column("总评分", 24),
        Column("分数线", 22),
        Column("结论", 28),
    )
    rows = [
        (
            str(number),
            frame.name(one["case"]),
            AWARDS[one["award"]],
            points(one["document"]),
            points(one["site"]),
            written(one["total"]),
            written(one["line"]),
            "达线" if one["meets"] else "未达线",
        )
        for number, one in enumerate(by_total(report["totals"]), 1)
    ]
    table(document, columns, rows)
    _small(document, how_totals(report))
    _signature(document, frame)
    return save(document)


def how_totals(report: Json) -> str:
    """The way from the items to the total, in a sentence."""
    said = {name: part["value"] for name, part in report["settings"].items()}
    text = "条款得分＝条款分值×百分比，合计为评审得分；"
    if said["total_rule"] == "weighted":
        text += f"总评分＝资料评审得分×{said['doc_weight']}＋现场评审得分×{said['site_weight']}，"
    else:
        text += "总评分以现场评审得分为准，"
    compare = "取整后" if said["compare"] == "rounded" else "取整前"
    return f"{text}四舍五入到{said['score_round']}分，以{compare}的分数与分数线比较。"


def evaluation_docx(frame: Frame, report: Json) -> bytes:
    """综合评价报告（办法第十三条第六项）."""
    document = new_document("综合评价报告", "内部资料　注意保密", "", "")
    title(document, frame.subject, "综合评价报告")
    _text(
        document,
        "根据《诸暨市政府质量奖评审管理办法》第十三条第六项，审定办按资料评审、现场评审结果计算"
        "总评分，形成本报告，提请审定委员会审查。",
    )
    _heading(document, "一、办法未定事项的设置及出处")
    _settings(document, report["settings"])
    _heading(document, "二、总评分")
    _totals(document, frame, report)
    _heading(document, "三、候选组织名单")
    _candidates(document, frame, report["totals"])
    _heading(document, "四、结果的稳固程度（供参考，不改变任何得分）")
    _firmness(document, frame, report)
    _heading(document, "五、各组宽严能否比较（供参考，不改变任何得分）")
    for line in severity_words(frame, report):
        _text(document, line)
    _heading(document, "六、书面不同意见")
    for text in dissent_words(frame, report) or ("各评审报告没有书面不同意见。",):
        _text(document, text)
    _heading(document, "七、评分表回执")
    _text(
        document,
        f"本年度锁定的评分表共{report['receipts']}份，全部回执码按序合并的校验码如下。评审员凭回执码"
        "可以证明归档的评分表是自己的。",
    )
    head = report["receipts_head"]
    paragraph(document, f"{head[:32]}\n{head[32:]}", font=KAI, size=SI, before=4, exact=20)
    if report.get("note"):
        _heading(document, "八、说明")
        _text(document, report["note"])
    _signature(document, frame)
    return save(document)


def _settings(document: Any, settings: Json) -> None:
    columns = (Column("事项", 54, LEFT), Column("规定", 46, LEFT), Column("出处", 54, LEFT))
    rows = []
    for code, part in settings.items():
        if part["value"] is None:
            continue
        known = core_settings.SETTINGS.get(code)
        name = known.title if known else SETTING_TITLES.get(code, code)
        value = core_settings.words(code, part["value"]) if known else "按合议结果"
        rows.append((name, value, clean(part["source"])))
    table(document, columns, rows, size=WU)
    paragraph(document, "", size=WU, exact=6)


def _totals(document: Any, frame: Frame, report: Json) -> None:
    columns = (
        Column("申报组织", 56, LEFT),
        Column("奖项", 16),
        Column("资料", 20),
        Column("现场", 20),
        Column("总评分", 22),
        Column("与线相差", 20),
    )
    rows = [
        (
            frame.name(one["case"]),
            AWARDS[one["award"]],
            points(one["document"]),
            points(one["site"]),
            written(one["total"]),
            points(str(Fraction(one["total"] - one["line"], 100))),
        )
        for one in by_total(report["totals"])
    ]
    table(document, columns, rows, size=WU)
    _small(document, how_totals(report))
    for one in report["totals"]:
        if one["rounding_matters"]:
            _text(
                document,
                f"{frame.name(one['case'])}的总评分取整前为{Fraction(one['exact'])}分，取整后为"
                f"{written(one['total'])}分，两者在分数线的两侧，请注意。",
            )


def _candidates(document: Any, frame: Frame, totals: Sequence[Json]) -> None:
    for award, words in AWARDS.items():
        meet = [
            frame.name(one["case"])
            for one in by_total(totals)
            if one["meets"] and one["award"] == award
        ]
        _text(document, f"{words}：{'、'.join(meet) if meet else '无'}。")


def _firmness(document: Any, frame: Frame, report: Json) -> None:
    columns = (
        Column("申报组织", 50, LEFT),
        Column("与线相差", 22),
        Column("折合现场一档", 28),
        Column("名次", 14),
        Column("少一名评审员时的名次", 40),
    )
    rows = []
    for one in sorted(report["firmness"], key=lambda one: one["rank"]):
        site = one["steps"][1]
        flips = "，达线与否会变" if one["without"] else ""
        span = (
            f"第{one['best']}"
            if one["best"] == one["worst"]
            else f"第{one['best']}至{one['worst']}"
        )
        rows.append(
            (
                frame.name(one["case"]),
                points(one["distance"]),
                "—" if site is None else f"{points(site, 1)}档",
                f"第{one['rank']}",
                f"{span}{flips}",
            )
        )
    table(document, columns, rows, size=WU)
    largest = report["largest_item"]
    _small(document, f"一档指一个{largest}分条款上下移动一个评分档。{swap_words(frame, report)}")


def swap_words(frame: Frame, report: Json) -> str:
    """Which neighbours would change places at which weight."""
    said = [
        f"资料评审的权重为{points(one['weight'], 3)}时，{frame.name(one['above'])}与"
        f"{frame.name(one['below'])}总评分相等。"
        for one in report["swaps"]
    ]
    return "".join(said)


def dissent_words(frame: Frame, report: Json) -> tuple[str, ...]:
    """What members of a group did not agree with, without who it was."""
    reviews = {"document": "资料评审", "site": "现场评审"}
    return tuple(
        f"{frame.name(one['case'])}（{reviews[one['stage']]}）：{clean(one['text'])}"
        for one in report.get("dissents", ())
    )


def severity_words(frame: Frame, report: Json) -> tuple[str, ...]:
    """What can be known of strict and lenient groups, and what cannot."""
    found = report["severity"]
    if found is None:
        return ("有您应当回避的申报组织，名次、宽严和一致性要与它相比才得出，这里从略。",)
    said = []
    if len(found["parts"]) > 1:
        said.append(
            f"各组没有评过同一个案例，申报组织分成{len(found['parts'])}个互不相连的部分：不同部分之间不能比较，"
            "分数高低可能来自评审组的宽严，也可能来自申报组织的好坏，两者无法区分。"
        )
    elif found["calibration"]:
        said.append("各评审员都评过标定案例，各组的宽严可以比较。")
    else:
        said.append("所有申报组织由相同的评审员相连，各评审员的宽严可以比较。")
    if len(found["groups"]) > 1 and len(found["parts"]) == 1:
        said += [_group_words(frame, one) for one in found["groups"]]
        shrink = report["settings"]["severity_shrink"]
        source = f"，出处：{clean(shrink['source'])}" if shrink["source"] else ""
        said.append(f"以上按最小二乘估计，λ＝{Fraction(found['shrink'])}{source}。")
        said.append(
            "假如各评审员宽严相同，资料评审平均分约为："
            + "、".join(
                f"{frame.name(case)}{points(score)}分"
                for case, score in _ranked(found["reference"])
            )
            + "。只供参考，不改变得分。"
        )
    return (*said, _agreement_words(report["agreement"]))


def _group_words(frame: Frame, group: Json) -> str:
    names = "、".join(frame.name(case) for case in group["cases"])
    effect = Fraction(group["effect"])
    way = "偏宽" if effect > 0 else "偏严" if effect < 0 else "持平"
    size = f"{points(str(abs(effect)))}分" if effect else ""
    return f"评审{names}的组（{group['reviewers']}名评审员）与各评审员平均相比{way}{size}。"


def _ranked(reference: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(reference.items(), key=lambda one: (-Fraction(one[1]), one[0]))


def _agreement_words(found: Json | None) -> str:
    if found is None:
        return "评分没有差异或数据不足，不计算评审一致性。"
    return (
        f"全年评审一致性（组内相关系数）为{points(found['value'])}，逐家去掉一家申报组织时在"
        f"{points(found['low'])}至{points(found['high'])}之间。"
    )


def ballot_docx(frame: Frame, cases: Sequence[tuple[str, str]], form: Form) -> bytes:
    """表决票: (award, name) of every candidate; a secret one has no number and no name of the voter
    on it.
    """
    document = new_document("表决票", "", "", "", numbered=False)
    title(document, frame.subject, "表决票")
    columns = [Column("奖项", 26), Column("候选组织", 82, LEFT), Column("赞成", 24)]
    if form.strikes:
        columns.append(Column("回避", 24))
    boxes = ("□",) * (len(columns) - 2)
    rows = [(AWARDS[award], clean(name), *boxes) for award, name in cases]
    table(document, columns, rows, height=34)
    limit = f"最多赞成{form.most_ticks}家；" if form.most_ticks else ""
    keep = "应当回避的在“回避”栏打√，这一家不计入该票。" if form.strikes else ""
    how = "本票无记名。" if form.secret else "本票记名，请在下方签名。"
    _small(
        document,
        f"同意的在“赞成”栏打√，不打为不赞成；{limit}{keep}涂改不清、超过规定家数的为无效票。{how}",
    )
    if not form.secret:
        paragraph(document, "委员签名：　　　　　　　　　　年　　月　　日", size=SI, before=24)
    return save(document)


def tally_docx(frame: Frame, cases: Sequence[tuple[str, str]], members: int, form: Form) -> bytes:
    """计票单, to be filled in twice by different tellers."""
    document = new_document("计票单", "内部资料　注意保密", "", "", numbered=False)
    title(document, frame.subject, "审定委员会表决计票单")
    facts = (
        ("应到", f"{members}人"),
        ("实到", ""),
        ("发出", ""),
        ("收回", ""),
        ("无效", ""),
        ("有效", ""),
    )
    table(
        document,
        [Column(name, 26) for name, _ in facts],
        [[value for _, value in facts]],
        height=30,
    )
    paragraph(document, "", exact=10)
    columns = [Column("奖项", 26), Column("候选组织", 82, LEFT), Column("赞成票", 24)]
    if form.strikes:
        columns.append(Column("回避划去", 24))
    blank = ("",) * (len(columns) - 2)
    rows = [(AWARDS[award], clean(name), *blank) for award, name in cases]
    table(document, columns, rows, height=30)
    paragraph(
        document,
        "计票人：　　　　　　　监票人：　　　　　　　　　年　　月　　日",
        size=SI,
        before=24,
    )
    return save(document)


def notice_docx(
    frame: Frame,
    row: PublicNotice,
    period: Period,
    cases: Sequence[tuple[str, str]],
    signed: bool,
) -> bytes:
    """拟奖名单公示（办法第十三条第八项）. `signed`: objections must bear a name or a seal."""
    document = new_document("公示", "", clean(row.document), "", numbered=False)
    title(document, f"关于{frame.subject}", "拟奖组织名单的公示")
    _text(
        document,
        f"经诸暨市政府质量奖审定委员会审查表决，拟确定下列组织为{frame.subject}获奖组织，"
        f"现予公示。公示期自{date_zh(period.first)}起至{date_zh(period.last)}止。",
    )
    for award, words in AWARDS.items():
        names = [name for one, name in cases if one == award]
        if names:
            paragraph(document, f"拟获{words}（{len(names)}家）", font=HEI, before=8, keep=True)
            for number, name in enumerate(names, 1):
                paragraph(document, f"{number}. {clean(name)}", indent=2)
    how = (
        "写明事实并签署真实姓名或加盖公章。"
        if signed
        else "写明事实；请尽量留下姓名和联系方式，便于核实和答复。"
    )
    _text(
        document,
        f"对公示名单有异议的，请在公示期内以书面形式向审定办反映，{how}"
        f"受理方式：{sentence(row.contact)}",
    )
    _signature(document, Frame(frame.year, frame.names, row.published_on))
    return save(document)


def finding_docx(frame: Frame, row: Objection) -> bytes:
    """异议核查报告, to the chair. The objector's name stays with the office."""
    document = new_document("异议核查报告", "内部资料　注意保密", "", "")
    title(document, frame.subject, "异议核查报告")
    about = frame.name(row.applicant) if row.applicant else "公示名单"
    told = f"{date_zh(row.received_on)}收到关于{about}的异议：{sentence(row.facts)}"
    for head, said in (
        ("一、反映的问题", told),
        ("二、调查核实的情况", sentence(row.finding) or "尚未核实。"),
        ("三、核查结论", PROVEN[row.proven]),
    ):  # fmt: skip
        _heading(document, head)
        _text(document, said)
    _heading(document, "四、审定委员会主任审查意见")
    decision = {"upheld": "取消获奖资格。", "rejected": "异议不成立。", "": ""}[row.decision]
    _text(document, f"{decision}{sentence(row.decision_note)}")
    signed = f"主任：{clean(row.chair)}" if row.chair else "主任："
    paragraph(document, f"{signed}　　　　　{_day(row.decided_on)}", align=RIGHT, before=24)
    return save(document)


def request_docx(
    frame: Frame, period: Period, cases: Sequence[tuple[str, str]], objections: Sequence[Objection]
) -> bytes:
    """请示: the list goes to the city government (办法第十三条第九项)."""
    document = new_document("请示", "", "", "", numbered=False)
    title(document, f"关于审定{frame.subject}", "获奖组织名单的请示")
    paragraph(document, "市人民政府：")
    closed = len(objections)
    heard = f"公示期间收到异议{closed}件，均已核查办结" if closed else "公示期间没有收到异议"
    _text(
        document,
        f"{frame.subject}经资格审查、资料评审、现场评审、综合评价和审定委员会审查表决，确定拟奖组织"
        f"{len(cases)}家，已于{date_zh(period.first)}至{date_zh(period.last)}公示，{heard}。"
        "现将名单报请审定：",
    )
    for award, words in AWARDS.items():
        names = [clean(name) for one, name in cases if one == award]
        if names:
            _text(document, f"{words}{len(names)}家：{'、'.join(names)}。")
    _text(document, "妥否，请批示。")
    _signature(document, frame)
    return save(document)


def _day(on: date | None) -> str:
    return date_zh(on) if on else "　　年　　月　　日"


def _heading(document: Any, text: str) -> None:
    paragraph(document, text, font=HEI, before=10, after=2, indent=2, keep=True, outline=1)


def _text(document: Any, text: str) -> None:
    paragraph(document, text, indent=2)


def _small(document: Any, text: str) -> None:
    paragraph(document, f"注：{text}", font=KAI, size=SI, before=4, exact=20)


def _signature(document: Any, frame: Frame) -> None:
    keep_last_with_next(document)
    paragraph(document, OFFICE, align=RIGHT, right_indent=1, before=28, keep=True)
    paragraph(document, date_zh(frame.on), align=RIGHT, right_indent=3)
