/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy of this image, if it has one (AX_PROXY). */
#ifndef AX_SHELL_PROXY_H
#define AX_SHELL_PROXY_H

#include <ax/config.h>

#include "shell/shell.h"

/* Gives the memory of a proxy that was stopped, and is released, back to the arena.
 * Nothing wakes us for it: looked at when the next command comes. */
#if AX_PROXY
void proxy_reap(struct shell *shell);
#else
static inline void proxy_reap(struct shell *shell) { (void)shell; }
#endif

#endif
