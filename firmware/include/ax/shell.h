/* SPDX-License-Identifier: BSD-3-Clause */
/* The control shell: every call of the stack from a serial line, for a person
 * and for a program (docs/bench-protocol.md). It uses the public headers only.
 *
 * Context: task code only.
 */
#ifndef AX_SHELL_H
#define AX_SHELL_H

#include <stddef.h>
#include <stdint.h>

#include <ax/link.h>

enum { AX_SHELL_PROTOCOL = 1 };

struct ax_shell_config {
    void *arena; /* tables, then the storage of the sockets it opens */
    size_t arena_bytes;
    uint16_t tcp_sockets, listeners, udp_sockets, watches, pumps, servers,
        futures;         /* how many of each, at least 1 */
    const char *profile; /* the board's name */
    const char *version; /* of this image */
    const char *build;   /* its build id */
    struct ax_link *link;
    const uint8_t *mac; /* AX_MAC_LEN bytes */
};

/* Starts the one shell of this image; once. Everything `config` points to is
 * borrowed for good, `config` itself is copied. AX_OK; AX_E_ARG when the arena
 * cannot hold the tables; AX_E_MEMORY when there is no task slot. */
int ax_shell_start(const struct ax_shell_config *config);

/* Where it counts the lines that it has said since `!MS ready`: there for good, and
 * read by task code at any time. A line of events that were lost counts from when it is
 * owed. */
const uint32_t *ax_shell_said(void);

#endif
