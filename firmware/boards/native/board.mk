# SPDX-License-Identifier: BSD-3-Clause
# The whole firmware as one process.
PORTS := posix
CORE := -O2 -g

# Six segments: what a LAN9118 holds when nobody looks. The sanitized process offers all that a ring takes.
LIMITS := -DAX_PROXY=1 -DAX_TCP_WINDOW_MAX=8760
