# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge: rules that hold for every frame the device sends, in every scenario."""

from plumbline.judge.activity import Activity, ActivityBudget
from plumbline.judge.judge import Judge
from plumbline.judge.rules import RULES, Device, Finding, Rule

__all__ = ["RULES", "Activity", "ActivityBudget", "Device", "Finding", "Judge", "Rule"]
