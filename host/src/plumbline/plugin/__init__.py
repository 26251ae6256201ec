# SPDX-License-Identifier: GPL-2.0-or-later
"""The pytest plugin: items that carry `@scenario` run on a bench and get a verdict. Others are left alone."""
