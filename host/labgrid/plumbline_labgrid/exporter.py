# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid's exporter, with our boards: `python -m plumbline_labgrid.exporter -c COORDINATOR CONFIGURATION`.

labgrid's own exports them too, but says that they are there whether they are or not."""

from __future__ import annotations

from typing import Any

import attr
from labgrid.factory import target_factory
from labgrid.remote import exporter

from plumbline_labgrid.board import PlumblineBoard


@attr.s(eq=False)
class PlumblineBoardExport(exporter.ResourceExport):
    """Looked at four times a second, as labgrid looks at all it exports."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.local = target_factory.make_resource(None, PlumblineBoard.__name__, None, self.local_params)

    def _get_params(self) -> dict[str, Any]:
        return {"host": self.host, **self.local_params}


def main() -> None:
    exporter.exports[PlumblineBoard.__name__] = PlumblineBoardExport
    exporter.main()


if __name__ == "__main__":
    main()
