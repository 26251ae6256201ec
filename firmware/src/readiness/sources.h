/* SPDX-License-Identifier: BSD-3-Clause */
/* What the driver needs of a kind of socket. Private to readiness.
 *
 * Only the call that registers a kind names it, so an image without datagrams has
 * none of their code. */
#ifndef AX_READINESS_SOURCES_H
#define AX_READINESS_SOURCES_H

#include <ax/readiness.h>

struct ax_source_kind {
    unsigned interests; /* that it knows */
    unsigned (*ready)(const struct ax_source *source);
    void (*wait)(const struct ax_source *source, unsigned interest, ax_tasks self); /* latched */
};

/* Puts `like` (kind, socket, token, room) into the table; results as
 * ax_readiness_register_tcp(). */
int source_register(struct ax_readiness *driver, const struct ax_source *like, unsigned interest);

#endif
