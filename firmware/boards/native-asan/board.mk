# SPDX-License-Identifier: BSD-3-Clause
# The same under the sanitizers; lwIP's pools are on the heap, so that overruns are seen.
PORTS := posix
CORE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LIMITS := -DAX_PROXY=1 -DAX_POOLS_ON_HEAP=1
