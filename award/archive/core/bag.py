"""归档包: a BagIt (RFC 8493) bag in a zip that comes out in the same bytes wherever it is made.

Entries are sorted, stored without compression and carry one fixed time, so that every byte of the
zip belongs to a named file or to the directory of the zip, and a bag can be made again from its
files to be compared. Anybody can check it without us: unzip it and run `sha256sum -c
manifest-sha256.txt`, or `bagit.py --validate`.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
WHOLE = "（整个归档包）"
LARGEST = 2**30  # bytes unpacked: more than a year's papers, less than a machine's memory

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a bag, and with which file of it."""

    file: str
    message: str


def pack(name: str, payload: Files, info: Mapping[str, str], made: date) -> bytes:
    """The zip. `payload` by path below data/; `info` joins bag-info.txt, one line each."""
    files = {f"data/{path}": content for path, content in payload.items()}
    files[MANIFEST] = _manifest(files)
    said = {
        "Bagging-Date": made.isoformat(),
        "Payload-Oxum": f"{sum(map(len, payload.values()))}.{len(payload)}",
        **info,
    }
    lines = (f"{key}: {_line(value)}\n" for key, value in sorted(said.items()))
    files["bag-info.txt"] = "".join(lines).encode()
    files["bagit.txt"] = DECLARATION
    files[TAGS] = _manifest({path: files[path] for path in files if not path.startswith("data/")})
    return _zip(name, files)


def unpack(data: bytes) -> tuple[str, dict[str, bytes]]:
    """The bag's name and its files, data/ and tag files alike.

    Raises ValueError with the file that cannot be read, or an empty one for the whole zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise ValueError(WHOLE)
            return _contents(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, OSError, EOFError) as error:
        raise ValueError(WHOLE) from error


def _contents(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> tuple[str, dict[str, bytes]]:
    found: dict[str, bytes] = {}
    names = set()
    for entry in entries:
        top, _, path = entry.filename.partition("/")
        names.add(top)
        try:
            found[path] = archive.read(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise ValueError(path or WHOLE) from error
    if len(names) != 1 or len(found) != len(entries):
        raise ValueError(WHOLE)
    return names.pop(), found


def verify(data: bytes) -> tuple[Fault, ...]:
    """Every file that is missing, added or changed; the last resort is the zip around them."""
    try:
        name, files = unpack(data)
    except ValueError as error:
        return (Fault(str(error), "不能读出，归档包已损坏。"),)
    faults = _compare(files, MANIFEST, lambda path: path.startswith("data/"))
    faults += _compare(files, TAGS, lambda path: not path.startswith("data/") and path != TAGS)
    if files.get("bagit.txt") != DECLARATION:
        faults.append(Fault("bagit.txt", "不是 BagIt 1.0 的声明。"))
    if not faults and _zip(name, files) != data:
        faults.append(Fault(_place(name, files, data), "压缩包的目录信息被改动过。"))
    return tuple(faults)


def _compare(files: Files, manifest: str, covered: object) -> list[Fault]:
    assert callable(covered)
    try:
        lines = files[manifest].decode("utf-8").splitlines()
        said = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    except (KeyError, UnicodeDecodeError):
        return [Fault(manifest, "缺少校验清单，或校验清单不能读出。")]
    there = {path for path in files if covered(path)}
    faults = [Fault(path, "校验清单里有，包里没有。") for path in sorted(set(said) - there)]
    faults += [Fault(path, "包里有，校验清单里没有。") for path in sorted(there - set(said))]
    faults += [
        Fault(path, "内容与校验清单不符。")
        for path in sorted(there & set(said))
        if hashlib.sha256(files[path]).hexdigest() != said[path]
    ]
    if files[manifest] != _manifest({path: files[path] for path in there}):
        faults.append(Fault(manifest, "校验清单与包内文件不符。"))
    return faults


def _place(name: str, files: Files, data: bytes) -> str:
    """The file in whose heading the first changed byte lies, or the whole."""
    true = _zip(name, files)
    offset = next(
        (at for at, (a, b) in enumerate(zip(true, data, strict=False)) if a != b),
        min(len(true), len(data)),
    )
    found = WHOLE
    with zipfile.ZipFile(io.BytesIO(true)) as archive:
        start = archive.start_dir
        for entry in archive.infolist():
            if entry.header_offset <= offset < start:
                found = entry.filename.partition("/")[2]
    return found


def _manifest(files: Files) -> bytes:
    """As sha256sum writes and reads it."""
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return "".join(lines).encode("utf-8")


def _zip(name: str, files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{name}/{path}", TIME)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[path])
    return target.getvalue()


def _line(value: str) -> str:
    return " ".join(value.split())
