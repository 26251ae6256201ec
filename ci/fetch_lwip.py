# SPDX-License-Identifier: GPL-2.0-or-later
"""Brings lwIP 2.2.1, unmodified, to TREE: the upstream tarball of Debian 13's source package, by way
of this machine's apt and its mirror, every file under src/ checked against ci/lwip-2.2.1.sha256.

A tree that is there already is checked again and nothing is fetched. A failure leaves no tree.

    python ci/fetch_lwip.py build/src/lwip-2.2.1
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

MANIFEST = Path(__file__).with_name("lwip-2.2.1.sha256")
SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class NoLwip(Exception):
    """There is no lwIP, and the message says why."""


def differences(tree: Path, manifest: Path = MANIFEST) -> Iterator[str]:
    """What in `tree`/src is not as the manifest says, one line each."""
    expected = {name: digest for digest, name in (line.split() for line in manifest.read_text().splitlines())}
    present = {str(path.relative_to(tree)) for path in tree.glob("src/**/*") if not path.is_dir()}
    for name in sorted(expected.keys() | present):
        if name not in present:
            yield f"missing: {name}"
        elif name not in expected:
            yield f"not lwIP's: {name}"
        elif hashlib.sha256((tree / name).read_bytes()).hexdigest() != expected[name]:
            yield f"changed: {name}"


def check(tree: Path, manifest: Path = MANIFEST) -> None:
    found = list(differences(tree, manifest))
    if found:
        shown = "\n  ".join([*found[:10], *(["..."] if len(found) > 10 else [])])
        raise NoLwip(f"{tree} is not the lwIP of {manifest.name}:\n  {shown}")


def unpack(tarball: Path, tree: Path, manifest: Path = MANIFEST) -> None:
    """Unpacks and checks beside `tree`, then moves it there, so that `tree` is whole or absent."""
    partial = tree.with_name(f"{tree.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with tarfile.open(tarball) as archive:
            for member in filter(tarfile.TarInfo.isfile, archive):
                inside = Path(*Path(member.name).parts[1:])  # without the folder that holds all
                content = archive.extractfile(member)
                if content is None or ".." in inside.parts:
                    raise NoLwip(f"{tarball.name}: will not unpack {member.name}")
                (partial / inside).parent.mkdir(parents=True, exist_ok=True)
                (partial / inside).write_bytes(content.read())
        check(partial, manifest)
        partial.rename(tree)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise NoLwip(f"{tarball.name} cannot be unpacked: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


class Apt:
    """This machine's apt with its proxies and credentials, but lists and cache of our own in `state`."""

    def __init__(self, state: Path) -> None:
        self.state = state.resolve()
        for folder in ("lists/partial", "archives/partial"):
            (self.state / folder).mkdir(parents=True, exist_ok=True)
        # Without the hooks after an update: they are about the machine's own lists.
        machine = [line for line in self._run("apt-config", "dump").splitlines() if "APT::Update::" not in line]
        ours = [
            f'Dir::State::lists "{self.state}/lists";',
            f'Dir::Cache "{self.state}";',
            'Dir::Etc::main "/dev/null";',
            'Dir::Etc::parts "/dev/null";',
            'APT::Sandbox::User "";',  # the folder need not be open to apt's own user
        ]
        self.configuration = self.state / "apt.conf"
        self.configuration.write_text("\n".join([*machine, *ours, ""]))

    def read_only(self, source: str) -> None:
        """From now on there is one source."""
        (self.state / "sources.list").write_text(f"{source}\n")
        with self.configuration.open("a") as configuration:
            configuration.write(f'Dir::Etc::sourcelist "{self.state}/sources.list";\n')
            configuration.write('Dir::Etc::sourceparts "/dev/null";\n')

    def get(self, *arguments: str) -> str:
        return self._run("apt-get", "-q", *arguments, APT_CONFIG=str(self.configuration))

    def _run(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            command, env=os.environ | environment, cwd=self.state, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoLwip(f"{' '.join(command)} failed:\n{done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def debian_archives(targets: str) -> list[str]:
    """The Debian archives among apt's index targets, without those for updates and security."""
    rows = [line.split("|") for line in targets.splitlines()]
    return sorted({uri for *owner, codename, uri in rows if owner == ["Debian", "Debian"] and "-" not in codename})


def find_archive(state: Path) -> str:
    """The URI of this machine's Debian mirror. Looks in the machine's own lists, else in fresh ones."""
    question = ("indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(CODENAME)|$(REPO_URI)", "Created-By: Packages")
    machine = subprocess.run(["apt-get", *question], capture_output=True, text=True, check=False).stdout
    found = debian_archives(machine)
    if not found:
        apt = Apt(state)
        apt.get("update")
        found = debian_archives(apt.get(*question))
    if not found:
        raise NoLwip("apt on this machine knows no Debian archive")
    return found[0]


def download(state: Path) -> Path:
    """The upstream tarball, as apt fetched and verified it. Debian's own patches stay where they are."""
    archive = find_archive(state / "machine")
    apt = Apt(state / "source")
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    apt.read_only(f"deb-src {signed}{archive} {SUITE} main")
    apt.get("update")
    apt.get("source", "--download-only", "--tar-only", "lwip")
    tarballs = sorted(apt.state.glob("lwip_*.orig.tar.*"))
    if not tarballs:
        raise NoLwip(f"Debian {SUITE} has no upstream tarball of lwip")
    return tarballs[0]


def fetch(tree: Path) -> None:
    if tree.exists():
        check(tree)  # somebody may have tried something in it; what is built is unmodified or another tree
        return
    if not shutil.which("apt-get"):
        raise NoLwip("without apt-get it is not fetched by itself")
    print(f"lwIP 2.2.1 from Debian's source package to {tree}", flush=True)
    state = tree.parent / "apt"
    try:
        unpack(download(state), tree)
    finally:
        shutil.rmtree(state, ignore_errors=True)


def main() -> int:
    try:
        fetch(Path(sys.argv[1]))
    except NoLwip as error:
        print(f"No lwIP: {error}", file=sys.stderr)
        print("`make LWIP_DIR=/path/to/lwip ...` uses another tree as it stands.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
