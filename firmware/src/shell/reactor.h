/* SPDX-License-Identifier: BSD-3-Clause */
/* A completion reactor at the prompt: its operations are submitted by commands and
 * processed by a task, which tells of each completion. It has its own bytes for each
 * operation. What has completed leaves them spoiled on purpose: nothing may touch them. */
#ifndef AX_SHELL_REACTOR_H
#define AX_SHELL_REACTOR_H

#include <ax/reactor.h>

#include "shell/shell.h"

enum { REACTOR_PLACES = 32 }; /* at most */

/* The token of an operation. */
struct reactor_entry {
    int id;             /* 0: not under way */
    const void *socket; /* while it is */
    uint8_t *block;     /* in the arena; kept until another takes the entry */
    uint32_t len;
    bool receives;
};

/* All of it is in the arena while it is there. */
struct shell_reactor {
    struct ax_task task; /* first */
    struct shell *shell;
    struct ax_reactor reactor;
    unsigned places;
    struct ax_operation *table;
    struct reactor_entry *entries; /* as many */
};

/* AX_OK and a reactor of so many places, or what there is no room in. */
int reactor_open(struct shell *shell, unsigned places, struct shell_reactor **reactor);

/* Cancels what is under way, untold, and gives all of it back. */
void reactor_stop(struct shell_reactor *reactor);

/* An entry with a block of `len` bytes, or NULL where there is no room for it. An entry is
 * there for every place of the table, and one more to be refused with. */
struct reactor_entry *reactor_entry(struct shell_reactor *reactor, uint32_t len);

/* Bytes of completed operations that were touched since. */
uint32_t reactor_spoiled(const struct shell_reactor *reactor);

unsigned reactor_under_way(const struct shell_reactor *reactor);

/* Whether a socket has anything under way; `reactor` may be NULL. The shell's task is
 * woken when something completes. */
bool reactor_uses(const struct shell_reactor *reactor, const void *socket);

#endif
