/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/handles.h"

#include <stddef.h>
#include <string.h>

#include "shell/future.h"
#include "shell/proxy.h"
#include "shell/reactor.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { TABLE_ALIGN = 16 };

/* Cuts a zeroed table off the start of what is left of the lent area. */
static void *carve(uint8_t **at, size_t *left, size_t entries, size_t entry_bytes)
{
    size_t skip = (TABLE_ALIGN - (uintptr_t)*at % TABLE_ALIGN) % TABLE_ALIGN;
    size_t bytes = entries * entry_bytes;
    void *table = *at + skip;

    if (*left < skip || *left - skip < bytes)
        return NULL;
    memset(table, 0, bytes);
    *at += skip + bytes;
    *left -= skip + bytes;
    return table;
}

int handles_init(struct shell *shell)
{
    const struct ax_shell_config *config = &shell->config;
    uint8_t *at = config->arena;
    size_t left = config->arena_bytes;

    shell->tcp = carve(&at, &left, config->tcp_sockets, sizeof *shell->tcp);
    shell->udp = carve(&at, &left, config->udp_sockets, sizeof *shell->udp);
    shell->listeners = carve(&at, &left, config->listeners, sizeof *shell->listeners);
    shell->watches = carve(&at, &left, config->watches, sizeof *shell->watches);
    shell->pumps = carve(&at, &left, config->pumps, sizeof *shell->pumps);
    shell->servers = carve(&at, &left, config->servers, sizeof *shell->servers);
    shell->futures = carve(&at, &left, config->futures, sizeof *shell->futures);
    if (!shell->tcp || !shell->udp || !shell->listeners || !shell->watches || !shell->pumps ||
        !shell->servers || !shell->futures)
        return AX_E_ARG;
    arena_init(&shell->arena, at, left);
    return AX_OK;
}

/* ---- the tables as one */

struct table {
    uint8_t *first;
    unsigned count;
    size_t entry_bytes, open_at;
};

static struct table table_of(const struct shell *shell, enum handle_kind kind)
{
    const struct ax_shell_config *config = &shell->config;
    const struct table tables[HANDLE_KINDS] = {
        [HANDLE_TCP] = {(uint8_t *)shell->tcp, config->tcp_sockets, sizeof *shell->tcp,
                        offsetof(struct shell_tcp, open)},
        [HANDLE_UDP] = {(uint8_t *)shell->udp, config->udp_sockets, sizeof *shell->udp,
                        offsetof(struct shell_udp, open)},
        [HANDLE_LISTENER] = {(uint8_t *)shell->listeners, config->listeners,
                             sizeof *shell->listeners, offsetof(struct shell_listener, open)},
        [HANDLE_WATCH] = {(uint8_t *)shell->watches, config->watches, sizeof *shell->watches,
                          offsetof(struct shell_watch, open)},
        [HANDLE_PUMP] = {(uint8_t *)shell->pumps, config->pumps, sizeof *shell->pumps,
                         offsetof(struct shell_pump, open)},
        [HANDLE_SERVER] = {(uint8_t *)shell->servers, config->servers, sizeof *shell->servers,
                           offsetof(struct shell_server, open)},
        [HANDLE_FUTURE] = {(uint8_t *)shell->futures, config->futures, sizeof *shell->futures,
                           offsetof(struct shell_future, open)},
    };

    return tables[kind];
}

static void *entry_of(const struct table *table, unsigned handle)
{
    return table->first + (handle - 1) * table->entry_bytes;
}

static bool is_open(const struct table *table, unsigned handle)
{
    const uint8_t *entry = entry_of(table, handle);

    return *(const bool *)(entry + table->open_at);
}

static uint32_t count_open(const struct shell *shell, enum handle_kind kind)
{
    struct table table = table_of(shell, kind);
    uint32_t count = 0;

    for (unsigned handle = 1; handle <= table.count; handle++)
        count += is_open(&table, handle);
    return count;
}

void *handles_free(struct shell *shell, enum handle_kind kind)
{
    struct table table = table_of(shell, kind);

    for (unsigned handle = 1; handle <= table.count; handle++)
        if (!is_open(&table, handle))
            return memset(entry_of(&table, handle), 0, table.entry_bytes);
    return NULL;
}

struct shell_pump *handles_free_pump(struct shell *shell)
{
    struct shell_pump *unused = handles_free(shell, HANDLE_PUMP);

    if (unused)
        return unused;
    for (unsigned i = 0; i < shell->config.pumps; i++)
        if (!shell->pumps[i].running)
            return memset(&shell->pumps[i], 0, sizeof shell->pumps[i]);
    return NULL;
}

/* ---- by number */

/* NULL: it was refused, and *err says how. */
static void *find(struct shell *shell, enum handle_kind kind, struct request *request,
                  unsigned index, int *err)
{
    struct table table = table_of(shell, kind);
    uint32_t handle;

    *err = request_number(request, index, 0, UINT32_MAX, &handle);
    if (*err < 0)
        return NULL;
    if (handle != 0 && handle <= table.count && is_open(&table, handle))
        return entry_of(&table, handle);
    *err = request_refuse(request, index, SHELL_E_NO_SUCH);
    return NULL;
}

int handle_tcp(struct shell *shell, struct request *request, unsigned index, struct shell_tcp **tcp)
{
    int err;

    *tcp = find(shell, HANDLE_TCP, request, index, &err);
    return err;
}

int handle_udp(struct shell *shell, struct request *request, unsigned index, struct shell_udp **udp)
{
    int err;

    *udp = find(shell, HANDLE_UDP, request, index, &err);
    return err;
}

int handle_listener(struct shell *shell, struct request *request, unsigned index,
                    struct shell_listener **listener)
{
    int err;

    *listener = find(shell, HANDLE_LISTENER, request, index, &err);
    if (*listener && (*listener)->closed)
        err = request_refuse(request, index, SHELL_E_NO_SUCH);
    return err;
}

int handle_watch(struct shell *shell, struct request *request, unsigned index,
                 struct shell_watch **watch)
{
    int err;

    *watch = find(shell, HANDLE_WATCH, request, index, &err);
    return err;
}

int handle_pump(struct shell *shell, struct request *request, unsigned index,
                struct shell_pump **pump)
{
    int err;

    *pump = find(shell, HANDLE_PUMP, request, index, &err);
    return err;
}

int handle_server(struct shell *shell, struct request *request, unsigned index,
                  struct shell_server **server)
{
    int err;

    *server = find(shell, HANDLE_SERVER, request, index, &err);
    if (*server && (*server)->stopped)
        err = request_refuse(request, index, SHELL_E_NO_SUCH);
    return err;
}

int handle_future(struct shell *shell, struct request *request, unsigned index,
                  struct shell_future **future)
{
    int err;

    *future = find(shell, HANDLE_FUTURE, request, index, &err);
    return err;
}

/* Each kind has its own part of the lent area. */
unsigned handle_of(const struct shell *shell, const void *entry)
{
    for (int kind = 0; kind < HANDLE_KINDS; kind++) {
        struct table table = table_of(shell, (enum handle_kind)kind);
        size_t at = (uintptr_t)entry - (uintptr_t)table.first;
        if (at < table.count * table.entry_bytes)
            return (unsigned)(at / table.entry_bytes) + 1;
    }
    return 0;
}

unsigned handle_of_socket(const struct shell *shell, struct shell_socket socket)
{
    return socket.tcp ? handle_of(shell, socket.tcp) : handle_of(shell, socket.udp);
}

/* ---- giving back */

void handles_drop_tcp(struct shell *shell, struct shell_tcp *tcp)
{
    ax_tcp_meter_stop(&tcp->meter);
    way_drop(shell, tcp->way, tcp->through);
    arena_give_back(&shell->arena, tcp->rx);
    arena_give_back(&shell->arena, tcp->tx);
    memset(tcp, 0, sizeof *tcp);
}

void handles_drop_udp(struct shell *shell, struct shell_udp *udp)
{
    way_drop(shell, udp->way, udp->through);
    arena_give_back(&shell->arena, udp->rx);
    arena_give_back(&shell->arena, udp->rx_slots);
    arena_give_back(&shell->arena, udp->tx);
    arena_give_back(&shell->arena, udp->tx_slots);
    memset(udp, 0, sizeof *udp);
}

void handles_drop_server(struct shell *shell, struct shell_server *server)
{
    arena_give_back(&shell->arena, server->peers);
    arena_give_back(&shell->arena, server->rings);
    memset(server, 0, sizeof *server);
}

/* Its parts are their own again. */
void handles_drop_future(struct shell *shell, struct shell_future *future)
{
    for (unsigned i = 0; i < shell->config.futures; i++)
        if (shell->futures[i].owner == future)
            shell->futures[i].owner = NULL;
    arena_give_back(&shell->arena, future->block);
    memset(future, 0, sizeof *future);
}

static void say_released(struct shell *shell, const char *kind, unsigned handle)
{
    struct text event = event_begin("released");

    text_field(&event, kind, handle);
    event_say(shell, &event);
}

static void reap_tcp(struct shell *shell, struct shell_tcp *tcp)
{
    if (!ax_tcp_is_released(&tcp->tcp)) {
        ax_tcp_wait(&tcp->tcp, AX_RELEASED, shell->task.self);
        return;
    }
    if (reactor_uses(shell->reactor, tcp))
        return;
    handles_drop_tcp(shell, tcp);
    say_released(shell, "sock", handle_of(shell, tcp));
}

static void reap_udp(struct shell *shell, struct shell_udp *udp)
{
    if (!ax_udp_is_released(&udp->udp)) {
        ax_udp_wait(&udp->udp, AX_RELEASED, 0, shell->task.self);
        return;
    }
    if (reactor_uses(shell->reactor, udp) || futures_use(shell, (struct shell_socket){.udp = udp}))
        return;
    handles_drop_udp(shell, udp);
    say_released(shell, "udp", handle_of(shell, udp));
}

/* Nothing wakes us when a listener or a server is ours again: they are looked at
 * when the next command comes. */
static void reap_listener(struct shell *shell, struct shell_listener *listener)
{
    if (ax_listener_is_borrowed(listener->of))
        return;
    for (uint32_t i = 0; i < listener->place_count; i++)
        if (!ax_tcp_is_released(&listener->places[i]))
            return;
    arena_give_back(&shell->arena, listener->places);
    memset(listener, 0, sizeof *listener);
}

static void reap_server(struct shell *shell, struct shell_server *server)
{
    if (ax_serve_is_released(&server->tcp) && ax_udp_serve_is_released(&server->udp))
        handles_drop_server(shell, server);
}

void handles_reap(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.tcp_sockets; i++)
        if (shell->tcp[i].destroyed)
            reap_tcp(shell, &shell->tcp[i]);
    for (unsigned i = 0; i < shell->config.udp_sockets; i++)
        if (shell->udp[i].closed)
            reap_udp(shell, &shell->udp[i]);
    for (unsigned i = 0; i < shell->config.listeners; i++)
        if (shell->listeners[i].closed)
            reap_listener(shell, &shell->listeners[i]);
    for (unsigned i = 0; i < shell->config.servers; i++)
        if (shell->servers[i].stopped)
            reap_server(shell, &shell->servers[i]);
    proxy_reap(shell);
}

void handles_levels(const struct shell *shell, struct text *fields)
{
    uint32_t running = 0;

    for (unsigned i = 0; i < shell->config.pumps; i++)
        running += shell->pumps[i].running;
    text_field(fields, "arena", arena_used(&shell->arena));
    text_field(fields, "tcp", count_open(shell, HANDLE_TCP));
    text_field(fields, "listeners", count_open(shell, HANDLE_LISTENER));
    text_field(fields, "udp_sockets", count_open(shell, HANDLE_UDP));
    text_field(fields, "watches", count_open(shell, HANDLE_WATCH));
    text_field(fields, "pumps", running);
    text_field(fields, "servers", count_open(shell, HANDLE_SERVER));
    text_field(fields, "futures", count_open(shell, HANDLE_FUTURE));
}
