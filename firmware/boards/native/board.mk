# SPDX-License-Identifier: BSD-3-Clause
# The whole firmware as one process.
PORTS := posix
CORE := -O2 -g
