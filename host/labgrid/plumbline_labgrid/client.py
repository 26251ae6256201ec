# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid's client, to places that have our boards: `python -m plumbline_labgrid.client -p PLACE power cycle`."""

from __future__ import annotations

from labgrid.remote import client

import plumbline_labgrid  # noqa: F401, it makes the class known

if __name__ == "__main__":
    client.main()
