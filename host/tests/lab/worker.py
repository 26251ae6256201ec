# SPDX-License-Identifier: GPL-2.0-or-later
"""A worker that borrows any board of a lab, says which, and works until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from plumbline.lab import Lab, borrowed, labgrid_of
from plumbline.rig.spec import LabPlace


def main() -> None:
    root, address, run, platform = sys.argv[1:]
    place = LabPlace("lab", platform, address, None, (("board", platform),))
    with borrowed(place, Lab(labgrid_of(Path(root)), Path(run)), note=lambda text: None) as board:
        print(f"has {board.name}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
