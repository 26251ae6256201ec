# SPDX-License-Identifier: GPL-2.0-or-later
"""Line coverage as text: a table of files, and each file's source beside how often its lines ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.trace.lines import Coverage

_NEVER = "#####"
_WIDTH = 12


def below(root: Path, found: Sequence[Coverage]) -> list[Coverage]:
    """Files of the checkout alone, by their path in it: what the C library brings has no source here."""
    files = [(Path(one.path).resolve(), one.lines) for one in found]
    return [Coverage(str(path.relative_to(root)), lines) for path, lines in files if path.is_relative_to(root)]


def summary(files: Sequence[Coverage]) -> Iterator[str]:
    """The file with the most lines that never ran comes first."""
    yield f"{'lines':>7}{'ran':>7}{'never':>7}"
    for one in sorted(files, key=lambda one: (one.ran - len(one.lines), one.path)):
        yield _row(one.path, len(one.lines), one.ran)
    yield _row("all", sum(len(one.lines) for one in files), sum(one.ran for one in files))


def _row(name: str, lines: int, ran: int) -> str:
    return f"{lines:>7}{ran:>7}{lines - ran:>7}{ran / max(lines, 1):>8.1%}  {name}"


def write(folder: Path, root: Path, files: Sequence[Coverage]) -> None:
    """A listing for each file, at its path with .txt behind it, and `summary.txt`."""
    for one in files:
        source = (root / one.path).read_text(encoding="utf-8", errors="replace")
        _write(folder / f"{one.path}.txt", annotated(source, one.lines))
    _write(folder / "summary.txt", summary(files))


def annotated(source: str, counts: Mapping[int, int]) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        count = "" if number not in counts else f"{counts[number] or _NEVER}"
        yield f"{count:>{_WIDTH}}  {line}".rstrip()


def _write(path: Path, lines: Iterator[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise BenchError(f"cannot write {path}: {error.strerror}") from error
