"""发布: everything that a machine without a network needs, each file known by its hash.

`python -m scripts.wheelhouse DIRECTORY [--extras postgres]`, on a machine with a package index and
of the same kind (system, processor, Python) as the one that will run the program.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
BESIDE = ("deploy", "docs/operations.md", "CHANGELOG.md", "LICENSE")


def main() -> int:
    asked = argparse.ArgumentParser(description="做离线安装用的发布目录。")
    asked.add_argument("directory", type=Path, help="发布目录，不能已存在。")
    asked.add_argument("--extras", default="postgres", help="另带的组件：postgres,dask；可留空。")
    given = asked.parse_args()
    if given.directory.exists():
        sys.stderr.write(f"{given.directory} 已经存在，请换一个目录。\n")
        return 1
    build(given.directory, given.extras)
    sys.stdout.write(f"发布目录在 {given.directory} ，整个拷到目标机器上。\n")
    return 0


def build(directory: Path, extras: str) -> None:
    """Wheels of the program and of all it needs, the list of their hashes, and the files to lay
    beside it.
    """
    wheels = directory / "wheels"
    wheels.mkdir(parents=True)
    program = f"{ROOT}[{extras}]" if extras else str(ROOT)
    pins = str(ROOT / "constraints.txt")
    # What an earlier build left there would come along, modules that are gone since too.
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "pip", "wheel", "-q", "-c", pins, "-w", str(wheels), program],
        check=True,
    )
    lines = requirements(sorted(wheels.glob("*.whl")))
    (directory / "requirements.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in BESIDE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / source.name)
        else:
            shutil.copy(source, directory / source.name)


def requirements(wheels: Iterable[Path]) -> list[str]:
    """`name==version --hash=sha256:…`, one line per wheel, for `pip install --require-hashes`."""
    return [
        f"{name}=={version} --hash=sha256:{_sha256(wheel)}"
        for wheel in wheels
        for name, version in [_name_and_version(wheel)]
    ]


def _name_and_version(wheel: Path) -> tuple[str, str]:
    """From a wheel's file name (PEP 427)."""
    name, version = wheel.name.split("-")[:2]
    return re.sub(r"[-_.]+", "-", name).lower(), version


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
