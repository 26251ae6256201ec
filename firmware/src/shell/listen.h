/* SPDX-License-Identifier: BSD-3-Clause */
/* What every listener of the shell has, the proxy's as well. */
#ifndef AX_SHELL_LISTEN_H
#define AX_SHELL_LISTEN_H

#include "shell/shell.h"

/* reset, drop or hold=PLACES: what finds no place to be held in is dropped. */
int listen_read_policy(struct request *request, unsigned index, enum ax_listen_policy *policy,
                       uint32_t *places);

/* Takes so many places from the arena for an open one; 0: none. Given back once the handle
 * is free. `reply` tells which table is full. */
int listen_hold(struct shell *shell, struct shell_listener *listener, uint32_t places,
                struct text *reply);

/* What ax_listener_open() said; of a full table `reply` tells which. */
int listen_refuse(struct text *reply, int err);

/* Adds the counters of a listener as fields. */
void listen_show(const struct ax_listener_stats *stats, struct text *fields);

#endif
