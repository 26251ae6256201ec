/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/handles.h"

#include <string.h>

#include "shell/reply.h"

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
    if (!shell->tcp || !shell->udp || !shell->listeners || !shell->watches || !shell->pumps ||
        !shell->servers)
        return AX_E_ARG;
    arena_init(&shell->arena, at, left);
    return AX_OK;
}

/* ---- by number */

static int read_handle(struct request *request, unsigned index, unsigned count, uint32_t *handle)
{
    int err = request_number(request, index, 0, UINT32_MAX, handle);

    if (err < 0)
        return err;
    if (*handle == 0 || *handle > count)
        return request_refuse(request, index, SHELL_E_NO_SUCH);
    return AX_OK;
}

int handle_tcp(struct shell *shell, struct request *request, unsigned index, struct shell_tcp **tcp)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.tcp_sockets, &handle);

    if (err < 0)
        return err;
    *tcp = &shell->tcp[handle - 1];
    return (*tcp)->open ? AX_OK : request_refuse(request, index, SHELL_E_NO_SUCH);
}

int handle_udp(struct shell *shell, struct request *request, unsigned index, struct shell_udp **udp)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.udp_sockets, &handle);

    if (err < 0)
        return err;
    *udp = &shell->udp[handle - 1];
    return (*udp)->open ? AX_OK : request_refuse(request, index, SHELL_E_NO_SUCH);
}

int handle_listener(struct shell *shell, struct request *request, unsigned index,
                    struct shell_listener **listener)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.listeners, &handle);

    if (err < 0)
        return err;
    *listener = &shell->listeners[handle - 1];
    if (!(*listener)->open || (*listener)->closed)
        return request_refuse(request, index, SHELL_E_NO_SUCH);
    return AX_OK;
}

int handle_watch(struct shell *shell, struct request *request, unsigned index,
                 struct shell_watch **watch)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.watches, &handle);

    if (err < 0)
        return err;
    *watch = &shell->watches[handle - 1];
    return (*watch)->open ? AX_OK : request_refuse(request, index, SHELL_E_NO_SUCH);
}

int handle_pump(struct shell *shell, struct request *request, unsigned index,
                struct shell_pump **pump)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.pumps, &handle);

    if (err < 0)
        return err;
    *pump = &shell->pumps[handle - 1];
    return (*pump)->used ? AX_OK : request_refuse(request, index, SHELL_E_NO_SUCH);
}

int handle_server(struct shell *shell, struct request *request, unsigned index,
                  struct shell_server **server)
{
    uint32_t handle;
    int err = read_handle(request, index, shell->config.servers, &handle);

    if (err < 0)
        return err;
    *server = &shell->servers[handle - 1];
    if (!(*server)->open || (*server)->stopped)
        return request_refuse(request, index, SHELL_E_NO_SUCH);
    return AX_OK;
}

unsigned handle_of_tcp(const struct shell *shell, const struct shell_tcp *tcp)
{
    return (unsigned)(tcp - shell->tcp) + 1;
}

unsigned handle_of_udp(const struct shell *shell, const struct shell_udp *udp)
{
    return (unsigned)(udp - shell->udp) + 1;
}

unsigned handle_of_listener(const struct shell *shell, const struct shell_listener *listener)
{
    return (unsigned)(listener - shell->listeners) + 1;
}

unsigned handle_of_watch(const struct shell *shell, const struct shell_watch *watch)
{
    return (unsigned)(watch - shell->watches) + 1;
}

unsigned handle_of_pump(const struct shell *shell, const struct shell_pump *pump)
{
    return (unsigned)(pump - shell->pumps) + 1;
}

unsigned handle_of_server(const struct shell *shell, const struct shell_server *server)
{
    return (unsigned)(server - shell->servers) + 1;
}

unsigned handle_of_socket(const struct shell *shell, struct shell_socket socket)
{
    return socket.tcp ? handle_of_tcp(shell, socket.tcp) : handle_of_udp(shell, socket.udp);
}

/* ---- free entries */

struct shell_tcp *handles_free_tcp(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.tcp_sockets; i++)
        if (!shell->tcp[i].open)
            return memset(&shell->tcp[i], 0, sizeof shell->tcp[i]);
    return NULL;
}

struct shell_udp *handles_free_udp(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.udp_sockets; i++)
        if (!shell->udp[i].open)
            return memset(&shell->udp[i], 0, sizeof shell->udp[i]);
    return NULL;
}

struct shell_listener *handles_free_listener(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.listeners; i++)
        if (!shell->listeners[i].open)
            return memset(&shell->listeners[i], 0, sizeof shell->listeners[i]);
    return NULL;
}

struct shell_watch *handles_free_watch(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.watches; i++)
        if (!shell->watches[i].open)
            return memset(&shell->watches[i], 0, sizeof shell->watches[i]);
    return NULL;
}

/* One that was never used comes before one whose numbers would be lost. */
struct shell_pump *handles_free_pump(struct shell *shell)
{
    struct shell_pump *ended = NULL;

    for (unsigned i = 0; i < shell->config.pumps; i++) {
        if (!shell->pumps[i].used)
            return memset(&shell->pumps[i], 0, sizeof shell->pumps[i]);
        if (!shell->pumps[i].running && !ended)
            ended = &shell->pumps[i];
    }
    return ended ? memset(ended, 0, sizeof *ended) : NULL;
}

struct shell_server *handles_free_server(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.servers; i++)
        if (!shell->servers[i].open)
            return memset(&shell->servers[i], 0, sizeof shell->servers[i]);
    return NULL;
}

/* ---- giving back */

void handles_drop_tcp(struct shell *shell, struct shell_tcp *tcp)
{
    arena_give_back(&shell->arena, tcp->rx);
    arena_give_back(&shell->arena, tcp->tx);
    memset(tcp, 0, sizeof *tcp);
}

void handles_drop_udp(struct shell *shell, struct shell_udp *udp)
{
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
    handles_drop_tcp(shell, tcp);
    say_released(shell, "sock", handle_of_tcp(shell, tcp));
}

static void reap_udp(struct shell *shell, struct shell_udp *udp)
{
    if (!ax_udp_is_released(&udp->udp)) {
        ax_udp_wait(&udp->udp, AX_RELEASED, shell->task.self);
        return;
    }
    handles_drop_udp(shell, udp);
    say_released(shell, "udp", handle_of_udp(shell, udp));
}

/* Nothing wakes us when a listener or a server is ours again: they are looked at
 * when the next command comes. */
static void reap_listener(struct shell_listener *listener)
{
    if (!ax_listener_is_borrowed(&listener->listener))
        memset(listener, 0, sizeof *listener);
}

static void reap_server(struct shell *shell, struct shell_server *server)
{
    if (ax_server_is_released(&server->tcp) && ax_udp_server_is_released(&server->udp))
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
            reap_listener(&shell->listeners[i]);
    for (unsigned i = 0; i < shell->config.servers; i++)
        if (shell->servers[i].stopped)
            reap_server(shell, &shell->servers[i]);
}

void handles_levels(const struct shell *shell, struct text *fields)
{
    const struct ax_shell_config *config = &shell->config;
    uint32_t tcp = 0, listeners = 0, udp = 0, watches = 0, pumps = 0, servers = 0;

    for (unsigned i = 0; i < config->tcp_sockets; i++)
        tcp += shell->tcp[i].open;
    for (unsigned i = 0; i < config->listeners; i++)
        listeners += shell->listeners[i].open;
    for (unsigned i = 0; i < config->udp_sockets; i++)
        udp += shell->udp[i].open;
    for (unsigned i = 0; i < config->watches; i++)
        watches += shell->watches[i].open;
    for (unsigned i = 0; i < config->pumps; i++)
        pumps += shell->pumps[i].running;
    for (unsigned i = 0; i < config->servers; i++)
        servers += shell->servers[i].open;
    text_field(fields, "arena", arena_used(&shell->arena));
    text_field(fields, "tcp", tcp);
    text_field(fields, "listeners", listeners);
    text_field(fields, "udp_sockets", udp);
    text_field(fields, "watches", watches);
    text_field(fields, "pumps", pumps);
    text_field(fields, "servers", servers);
}
