/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of UDP tuples: who has a place, and who loses it. Private to proxy. */
#ifndef AX_PROXY_TUPLES_H
#define AX_PROXY_TUPLES_H

#include <ax/proxy.h>

/* Takes the table as empty. */
void tuples_init(struct ax_proxy *proxy);

/* The tuple's, NULL for none. */
struct ax_proxy_tuple *tuples_find(const struct ax_proxy *proxy, const struct ax_endpoint *local,
                                   const struct ax_endpoint *remote);

/* A place for a new one, free or made free by the rule of ax/proxy.h; NULL for none. */
struct ax_proxy_tuple *tuples_take(struct ax_proxy *proxy, const struct ax_endpoint *local,
                                   const struct ax_endpoint *remote);

/* It moves now. */
void tuples_move(struct ax_proxy_tuple *tuple);

/* Ends those of that original destination, or all of them. */
void tuples_end_at(struct ax_proxy *proxy, uint32_t addr);
void tuples_end_all(struct ax_proxy *proxy);

#endif
