/* SPDX-License-Identifier: BSD-3-Clause */
/* Ways into the sockets: the style that the calls of one socket go through.
 *
 * A socket that was opened `through` a way makes its calls by that way's table, so
 * the same commands, pumps and watches drive every style, and whatever differs on the
 * wire or in a reply is the style's doing. All that is not in a table (state, options,
 * counters, peeking) asks the socket itself.
 */
#ifndef AX_SHELL_WAY_H
#define AX_SHELL_WAY_H

#include "shell/shell.h"

/* `asker` NULL: now or not at all; what would block leaves nothing behind. Else what would
 * block stays under way, bytes and all, until the asker asks for the same again: he is woken
 * when that is worth while. He has one thing under way at a time, a wait among them; any
 * number may ask. withdraw ends what he has. */
struct way_tcp {
    size_t bytes; /* of a socket's state in this way, at `through`, zeroed */
    int (*open)(struct shell_tcp *socket);
    int (*connect)(struct shell_tcp *socket, const struct ax_endpoint *local,
                   const struct ax_endpoint *remote, uint32_t timeout_ms);
    int (*lend)(struct shell_tcp *socket, struct ax_listener *listener);
    int (*send)(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker);
    int (*recv)(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker);
    int (*commit)(struct shell_tcp *socket, size_t len);
    int (*consume)(struct shell_tcp *socket, size_t len);
    int (*close)(struct shell_tcp *socket);
    void (*abort)(struct shell_tcp *socket);
    void (*destroy)(struct shell_tcp *socket); /* withdraws all; nothing comes behind it */
    unsigned (*ready)(const struct shell_tcp *socket);
    void (*wait)(struct shell_tcp *socket, unsigned interest, struct way_asker *asker);
    void (*withdraw)(struct shell_tcp *socket, struct way_asker *asker);
};

/* `room`: writable means that a datagram of so many bytes would be taken. */
struct way_udp {
    size_t bytes;
    int (*open)(struct shell_udp *socket); /* NULL: the way has no datagrams */
    int (*bind)(struct shell_udp *socket, const struct ax_endpoint *local);
    int (*send)(struct shell_udp *socket, const struct ax_endpoint *to, const void *src, size_t len,
                uint32_t *id, struct way_asker *asker);
    int (*recv)(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                struct way_asker *asker);
    void (*close)(struct shell_udp *socket);
    unsigned (*ready)(const struct shell_udp *socket, uint32_t room);
    void (*wait)(struct shell_udp *socket, unsigned interest, uint32_t room,
                 struct way_asker *asker);
    void (*withdraw)(struct shell_udp *socket, struct way_asker *asker);
};

struct way {
    const char *name;
    /* Before its first socket is opened, and after the last one is gone; NULL: nothing.
     * AX_OK, or an error, and the socket is not opened. */
    int (*begin)(struct shell *shell);
    void (*end)(struct shell *shell);
    size_t asker_bytes; /* of an asker's state in this way, zeroed */
    struct way_tcp tcp;
    struct way_udp udp;
};

/* In the order of their names in the plan: core comes first, and is what a socket goes
 * through unless it says otherwise. */
enum { WAY_CORE, WAY_FUTURES, WAY_READINESS, WAY_REACTOR, WAY_CALLBACK, WAYS };
extern const struct way *const ways[WAYS];
extern const struct way way_core, way_futures, way_readiness, way_reactor, way_callback;

/* If the word is through=..., true, and *err and *way are what the name came to; of a name
 * that is none `reply` tells those that are. */
bool request_way(struct request *request, unsigned index, struct text *reply, int *err,
                 const struct way **way);

/* A word as the handle of a socket that goes through that way and is not destroyed or
 * closed. AX_OK; errors as handle_tcp(), and AX_E_STATE for another's, with the way out in
 * `reply`. */
int way_handle_tcp(struct shell *shell, struct request *request, unsigned index,
                   const struct way *way, struct text *reply, struct shell_tcp **tcp);
int way_handle_udp(struct shell *shell, struct request *request, unsigned index,
                   const struct way *way, struct text *reply, struct shell_udp **udp);

/* A user of the way, for as long as one of its calls is under way. AX_OK, or what its
 * `begin` says. */
int way_enter(struct shell *shell, const struct way *way);
void way_leave(struct shell *shell, const struct way *way);

/* Takes the way's state for a socket whose storage is there, and opens it. Undone by
 * drop, which gives the state back and is harmless for a socket without a way. AX_OK,
 * SHELL_E_FULL_ARENA, or what the way says. */
int way_open_tcp(struct shell *shell, struct shell_tcp *socket, const struct way *way);
int way_open_udp(struct shell *shell, struct shell_udp *socket, const struct way *way);
void way_drop(struct shell *shell, const struct way *way, void *through);

/* A task that is about to ask by that way. AX_OK, or SHELL_E_FULL_ARENA. */
int way_begin_asking(struct shell *shell, const struct way *way, const struct ax_task *task,
                     struct way_asker *asker);
void way_end_asking(struct shell *shell, struct way_asker *asker);

/* ---- core's own, for tables that have nothing else to say */

int core_tcp_open(struct shell_tcp *socket);
int core_tcp_commit(struct shell_tcp *socket, size_t len);
int core_tcp_consume(struct shell_tcp *socket, size_t len);
void core_tcp_abort(struct shell_tcp *socket);
unsigned core_tcp_ready(const struct shell_tcp *socket);
void core_tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker);

int core_udp_open(struct shell_udp *socket);
int core_udp_bind(struct shell_udp *socket, const struct ax_endpoint *local);
void core_udp_close(struct shell_udp *socket);
unsigned core_udp_ready(const struct shell_udp *socket, uint32_t room);
void core_udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room,
                   struct way_asker *asker);

#endif
