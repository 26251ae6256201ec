/* SPDX-License-Identifier: BSD-3-Clause */
/* Holds each client to what is promised of it: the order of what is told, exactly one end,
 * every byte once and in order, and nothing left untold when all is at rest. */
#ifndef CALLBACK_WATCH_H
#define CALLBACK_WATCH_H

#include "callback_bench.h"

void watch_start(void);

/* What the application did. */
void watch_prepared(struct probe *probe);
void watch_begun(struct probe *probe);
void watch_lent(struct probe *probe);
void watch_freed(struct probe *probe);
void watch_server_ended(void);

/* Bytes of the peer's stream, which begins anew with each connection. */
void watch_peer_says(struct probe *probe, size_t len);

/* For on_told. */
void watch_told(struct probe *probe, enum told_event event);
void watch_bytes(struct ax_client *client, struct ax_span data);
void watch_acked(struct ax_client *client, size_t bytes);
void watch_written(struct probe *probe, int count);

/* All is at rest: whoever still waits while there is something to tell has lost a wake. */
void watch_at_rest(void);

#endif
