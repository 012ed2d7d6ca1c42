"""归档目录: every file of the bag with its digest, the digest of the whole, two signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from award.archive.tables import Bundle
from award.decision.papers import Frame
from award.papers.word import (
    KAI,
    LEFT,
    RIGHT,
    SI,
    WU,
    Column,
    new_document,
    paragraph,
    save,
    table,
    title,
)
from award.papers.wording import date_zh
from expert_pool.facts.zone import local_day

WHAT = (
    ("data/year.json", "年度文件（得出结果的依据）"),
    ("data/decision.json", "结果文件"),
    ("data/evaluation.json", "综合评价报告"),
    ("data/names.json", "编号与姓名、名称对照"),
    ("data/honours.json", "奖励与经费"),
    ("data/settings.json", "设置及出处"),
    ("data/log.json", "操作记录摘录"),
    ("data/scorebooks/", "评分表"),
    ("data/reports/", "资料、现场评审报告"),
    ("data/plans/", "编组问题、方案与复核"),
    ("data/documents/", "公文"),
)


def contents_docx(frame: Frame, row: Bundle, files: Mapping[str, bytes], keep: str) -> bytes:
    """归档目录, grouped where a folder holds many alike."""
    document = new_document("归档目录", "", f"保管期限：{keep}", "")
    title(document, frame.subject, "归档目录")
    columns = (
        Column("内容", 62, LEFT),
        Column("文件", 52, LEFT),
        Column("份数", 14),
        Column("字节", 26, RIGHT),
    )
    rows = []
    for path, words in WHAT:
        held = [
            name for name in files if name == path or (path.endswith("/") and name.startswith(path))
        ]
        size = sum(len(files[name]) for name in held)
        rows.append((words, path, str(len(held)), f"{size:,}"))
    table(document, columns, rows, size=WU)
    manifest = hashlib.sha256(files["manifest-sha256.txt"]).hexdigest()
    for name, value in (("整包 SHA-256", row.digest), ("校验清单 SHA-256", manifest)):
        halves = f"{value[:32]}\n{value[32:]}"
        paragraph(document, f"{name}：\n{halves}", font=KAI, size=SI, before=4, exact=20)
    paragraph(
        document,
        "核验：expert-pool award verify；或解压后 sha256sum -c manifest-sha256.txt，"
        "或 bagit.py --validate。"
        "重放：expert-pool award replay。",
        size=SI,
        before=4,
        exact=20,
    )
    sealed = f"封存人：{row.noted_name}　{date_zh(local_day(row.noted_at))}"
    verified = (
        f"核验人：{row.verified_name}　{date_zh(local_day(row.verified_at))}"
        if row.verified_at
        else "核验人：　　　　　　　年　　月　　日"
    )
    for text in (sealed, verified):
        paragraph(document, text, before=8)
    return save(document)
