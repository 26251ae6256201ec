/* SPDX-License-Identifier: BSD-3-Clause */
/* A server that calls back, one at a time: its pool is sockets that go through callbacks.
 * While it listens it is a user of their way, so that their task stays. */
#include <ax/server.h>

#include "shell/callback.h"
#include "shell/cmd.h"
#include "shell/listen.h"
#include "shell/reply.h"
#include "shell/way.h"

static struct ax_server server;

static void on_client(struct ax_server *of, struct ax_client *client)
{
    (void)of;
    callback_connected(client, CALLBACK_CLIENT);
}

static int refuse_without(struct text *reply)
{
    return reply_why(reply, AX_E_STATE, "there is none: callback serve PORT reset|drop");
}

static int refuse_second(struct text *reply)
{
    return reply_why(reply, AX_E_STATE,
                     ax_server_status(&server).listening ? "there is one: callback unserve"
                                                         : "the one before is not released yet");
}

/* PORT reset|drop */
static int read_policy(struct request *request, unsigned index, enum ax_listen_policy *policy)
{
    uint32_t places;
    int err = listen_read_policy(request, index, policy, &places);

    return err == AX_OK && places != 0 ? request_refuse(request, index, SHELL_E_USAGE) : err;
}

int cmd_callback_serve(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_endpoint local = {0};
    enum ax_listen_policy policy;
    uint32_t port;
    int err = request_number(request, 0, 1, UINT16_MAX, &port);

    if (err == AX_OK)
        err = read_policy(request, 1, &policy);
    if (err == AX_OK)
        err = way_enter(shell, &way_callback);
    if (err < 0)
        return err;
    local.port = (uint16_t)port;
    err = ax_server_begin(&server, callback_task(), &local, policy, on_client);
    if (err < 0)
        way_leave(shell, &way_callback);
    return err == AX_E_STATE ? refuse_second(reply) : listen_refuse(reply, err);
}

/* Of a client that waited in the pool nothing is told, and it waits no more. */
static void signal_idle(const struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.tcp_sockets; i++) {
        struct callback_socket *callback = callback_of(&shell->tcp[i]);
        if (callback && ax_client_is_idle(&callback->client))
            callback_signal(callback);
    }
}

bool callback_end_server(struct shell *shell)
{
    if (!ax_server_status(&server).listening)
        return false;
    ax_server_end(&server);
    signal_idle(shell);
    way_leave(shell, &way_callback);
    return true;
}

int cmd_callback_unserve(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    return callback_end_server(shell)
               ? AX_OK
               : reply_why(reply, SHELL_E_NO_SUCH, "there is none: callback serve PORT reset|drop");
}

int cmd_callback_lend(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback;
    int err = handle_callback(shell, request, 0, reply, &callback);

    if (err < 0)
        return err;
    if (!ax_server_status(&server).listening)
        return refuse_without(reply);
    err = ax_server_lend(&server, &callback->client);
    if (err < 0)
        return reply_why(reply, request_refuse(request, 0, err), "is not idle");
    callback_begun(callback);
    return AX_OK;
}

int cmd_callback_no_delay(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t no_delay;
    int err = request_number(request, 0, 0, 1, &no_delay);

    (void)shell;
    if (err < 0)
        return err;
    if (!ax_server_status(&server).listening)
        return refuse_without(reply);
    ax_server_set_no_delay(&server, no_delay != 0);
    return AX_OK;
}

int cmd_callback_status(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_server_status status = ax_server_status(&server);

    (void)shell;
    (void)request;
    text_field(reply, "listening", status.listening);
    text_field(reply, "waiting", status.waiting);
    text_field(reply, "connected", status.connected);
    text_field(reply, "released", ax_server_is_released(&server));
    listen_show(&status.counters, reply);
    return AX_OK;
}
