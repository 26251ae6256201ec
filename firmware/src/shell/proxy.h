/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy of this image, if it has one (AX_PROXY). */
#ifndef AX_SHELL_PROXY_H
#define AX_SHELL_PROXY_H

#include <ax/config.h>

#include "shell/shell.h"

/* Gives the memory of a proxy that was stopped, and is released, back to the arena.
 * Nothing wakes us for it: looked at when the next command comes. */
#if AX_PROXY

#include <ax/proxy.h>

void proxy_reap(struct shell *shell);

enum proxy_wait_kind { PROXY_READABLE, PROXY_WRITABLE, PROXY_TUPLE_ENDS };

/* Who waits for a proxy. */
struct shell_proxy_waiter {
    struct ax_task task; /* first */
    struct shell *shell;
    struct ax_proxy *proxy;
    enum proxy_wait_kind kind;
    uint32_t room;
    bool waits, has_begun;
};

enum proxy_block {
    PROXY_TUPLE_TABLE,
    PROXY_RX_RING,
    PROXY_TX_RING,
    PROXY_RX_SLOTS,
    PROXY_TX_SLOTS,
    PROXY_PACKETS_IN,
    PROXY_PACKETS_OUT,
    PROXY_BLOCKS
};

/* One at a time; its connections are sockets lent to its listener. */
struct shell_proxy {
    struct ax_proxy proxy;
    struct ax_packets packets;
    struct ax_prefix prefix;
    struct shell_listener *listener;
    struct shell_proxy_waiter waiter;
    uint16_t tuple_count;
    bool stopped;
    void *blocks[PROXY_BLOCKS]; /* in the arena */
};

/* The one that runs; NULL: there is none. */
struct shell_proxy *proxy_running(const struct shell *shell);

/* That of the proxy that runs; NULL: none does. */
struct shell_proxy_waiter *proxy_waiter(struct shell *shell);

/* What a command without one that runs is told. */
int proxy_refuse_without(struct text *reply);

/* Withdraws it, in silence. */
void proxy_stop_waiting(struct shell_proxy_waiter *waiter);

#else
static inline void proxy_reap(struct shell *shell) { (void)shell; }
#endif

#endif
