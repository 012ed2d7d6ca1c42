"""申报材料清单（办法第十三条第二项）: what an application consists of, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from expert_pool.facts.refusal import Refusal

BASIS = "办法第十三条第二项"
KINDS: Mapping[str, str] = {
    "form": "申报表",
    "self-assessment": "卓越绩效自我评价报告",
    "evidence": "证实性材料",
    "licence": "证照复印件",
    "letter": "来函",
    "other": "其他材料",
}
REQUIRED = ("form", "self-assessment", "evidence")
OPINIONS: Mapping[str, str] = {
    "town": "镇乡（街道）推荐意见",
    "department": "行业主管部门推荐意见",
}
LARGEST = 20_000_000  # bytes of one file
# What a file begins with, by how its name ends: a name alone proves nothing.
BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "doc": (b"\xd0\xcf\x11\xe0",),
    "xls": (b"\xd0\xcf\x11\xe0",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG",),
}


def lacking(
    award: str,
    kinds: Collection[str],
    opinions: Mapping[str, bool],
    activities: Collection[str],
    innovations: Collection[str],
) -> tuple[str, ...]:
    """`opinions`: by kind, whether it recommends. Sentences; empty means 齐全."""
    said = [f"缺{KINDS[kind]}。" for kind in REQUIRED if kind not in kinds]
    if "town" not in opinions:
        said.append("缺镇乡（街道）推荐意见。")
    said += [f"{OPINIONS[kind]}不同意推荐。" for kind, agrees in opinions.items() if not agrees]
    if not activities:
        said.append("没有写明从事的活动（产品生产、工程建设、服务提供或环境保护）。")
    if award == "INNOVATION" and not innovations:
        said.append("申报创新奖须至少有一项创新证明。")
    return tuple(said)


def sound_file(kind: str, filename: str, content: bytes) -> str:
    """The name without folders. Raises Refusal `unknown-kind`, `bad-file` or `too-large`."""
    if kind not in KINDS:
        raise Refusal("unknown-kind", "请选择材料的种类。", BASIS, field="kind")
    name = filename.replace("\\", "/").rpartition("/")[2].strip()[-120:]
    ending = name.rpartition(".")[2].lower()
    if not content:
        raise Refusal("bad-file", f"{name or '文件'}是空的，请重新选择。", BASIS, field="file")
    if len(content) > LARGEST:
        raise Refusal(
            "too-large",
            f"{name}超过 {LARGEST // 1_000_000} MB，请拆分后再传。",
            BASIS,
            field="file",
        )
    if ending not in BEGINNINGS or not content.startswith(BEGINNINGS[ending]):
        raise Refusal(
            "bad-file", f"{name}不是 PDF、Word、Excel 或图片文件，不能收存。", BASIS, field="file"
        )
    return name
