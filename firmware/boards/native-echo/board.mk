# SPDX-License-Identifier: BSD-3-Clause
# A process with no more than apps/echo needs, under the sanitizers: all that can be left out is.
PORTS := posix
CORE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
include $(FW)/apps/echo/limits.mk
LIMITS := $(ECHO_LIMITS)
