# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux itself as the peer: its own TCP in a private network, and a bridge to the device's wire that may be bad."""

from plumbline.kernel.bridge import Fates
from plumbline.kernel.exchange import Exchange
from plumbline.kernel.impairment import FATES, Odds
from plumbline.kernel.linux import Linux
from plumbline.kernel.machine import MACHINE_NEEDS, machine_lacks
from plumbline.kernel.namespace import Place
from plumbline.kernel.tool import Ran

__all__ = ["FATES", "MACHINE_NEEDS", "Exchange", "Fates", "Linux", "Odds", "Place", "Ran", "machine_lacks"]
