# SPDX-License-Identifier: GPL-2.0-or-later
"""lwIP is taken whole and unmodified, or not at all."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from ci.fetch_lwip import NoLwip, check, debian_archives, unpack

FILES = {"src/core/tcp.c": b"int tcp;\n", "src/include/lwip/tcp.h": b"extern int tcp;\n"}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest"
    path.write_text("".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in FILES.items()))
    return path


def tarball(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "lwip.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"lwip/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_an_unmodified_tarball_becomes_a_tree(tmp_path: Path, manifest: Path) -> None:
    tree = tmp_path / "tree"

    unpack(tarball(tmp_path, FILES | {"COPYING": b"free\n"}), tree, manifest)

    check(tree, manifest)
    assert (tree / "COPYING").read_bytes() == b"free\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"src/core/tcp.c": b"int tcp = 1;\n"}, "changed: src/core/tcp.c"),
        ({"src/core/more.c": b""}, "not lwIP's: src/core/more.c"),
        ({"../outside": b""}, "will not unpack"),
    ],
)
def test_a_modified_tarball_leaves_nothing(tmp_path: Path, manifest: Path, change: dict[str, bytes], said: str) -> None:
    archive = tarball(tmp_path, FILES | change)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(NoLwip, match=said):
        unpack(archive, tmp_path / "tree", manifest)

    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_file_is_named(tmp_path: Path, manifest: Path) -> None:
    with pytest.raises(NoLwip, match="missing: src/include/lwip/tcp.h"):
        unpack(tarball(tmp_path, {"src/core/tcp.c": FILES["src/core/tcp.c"]}), tmp_path / "tree", manifest)


@pytest.mark.parametrize("part", [0.0, 0.2, 0.6])
def test_a_broken_download_leaves_nothing(tmp_path: Path, manifest: Path, part: float) -> None:
    archive = tarball(tmp_path, FILES)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    before = sorted(tmp_path.iterdir())

    with pytest.raises(NoLwip):
        unpack(archive, tmp_path / "tree", manifest)

    assert sorted(tmp_path.iterdir()) == before


def test_a_tree_changed_afterwards_is_refused(tmp_path: Path, manifest: Path) -> None:
    tree = tmp_path / "tree"
    unpack(tarball(tmp_path, FILES), tree, manifest)

    (tree / "src/core/tcp.c").write_bytes(b"int tcp = 2;\n")

    with pytest.raises(NoLwip, match="changed: src/core/tcp.c"):
        check(tree, manifest)


def test_the_mirror_is_that_of_the_main_archive() -> None:
    targets = """\
Debian|Debian|bookworm|http://mirror.example/debian/
Debian|Debian|bookworm-updates|http://updates.example/debian/
Debian|Debian-Security|bookworm-security|http://mirror.example/debian-security/
Debian Backports|Debian Backports|bookworm-backports|http://backports.example/debian/
. nodistro|. nodistro|nodistro|https://vendor.example/
"""

    assert debian_archives(targets) == ["http://mirror.example/debian/"]
