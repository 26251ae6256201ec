/* SPDX-License-Identifier: BSD-3-Clause */
/* The link, our addresses, and polling by hand. */
#include <ax/debug.h>
#include <ax/stack.h>

#include "shell/cmd.h"
#include "shell/reply.h"

int cmd_net(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_address address = ax_stack_address();

    (void)request;
    text_key(reply, "addr");
    text_address(reply, address.addr);
    text_key(reply, "mask");
    text_address(reply, address.netmask);
    text_key(reply, "gateway");
    text_address(reply, address.gateway);
    text_field_hex(reply, "mac", shell->config.mac, AX_MAC_LEN);
    return AX_OK;
}

int cmd_net_set(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_address address;
    uint32_t *parts[] = {&address.addr, &address.netmask, &address.gateway};
    int err = AX_OK;

    for (unsigned i = 0; i < 3 && err == AX_OK; i++)
        err = request_address(request, i, parts[i]);
    if (err == AX_OK)
        err = ax_stack_set_address(&address);
    return err < 0 ? err : cmd_net(shell, request, reply);
}

int cmd_poll(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    text_field_string(reply, "mode", ax_stack_is_by_hand() ? "hand" : "auto");
    text_field(reply, "waiting", ax_link_waiting(shell->config.link));
    return AX_OK;
}

int cmd_poll_auto(struct shell *shell, struct request *request, struct text *reply)
{
    ax_stack_by_hand(false);
    return cmd_poll(shell, request, reply);
}

int cmd_poll_hand(struct shell *shell, struct request *request, struct text *reply)
{
    ax_stack_by_hand(true);
    return cmd_poll(shell, request, reply);
}

int cmd_poll_once(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t frames, datagrams;
    int err = request_number(request, 0, 0, UINT32_MAX, &frames);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &datagrams);
    if (err < 0)
        return err;
    if (!ax_stack_is_by_hand())
        return reply_why(reply, AX_E_STATE, "it polls itself: poll hand");
    text_field(reply, "frames", ax_stack_poll(frames, datagrams));
    text_field(reply, "waiting", ax_link_waiting(shell->config.link));
    return AX_OK;
}

int cmd_link(struct shell *shell, struct request *request, struct text *reply)
{
    const struct ax_link *link = shell->config.link;
    struct ax_link_stats stats = ax_link_stats(link);

    (void)request;
    text_field(reply, "up", ax_link_is_up(link));
    text_field(reply, "rx", stats.rx_frames);
    text_field(reply, "rx_queue", stats.rx_dropped_queue);
    text_field(reply, "rx_alloc", stats.rx_dropped_alloc);
    text_field(reply, "rx_down", stats.rx_dropped_down);
    text_field(reply, "rx_size", stats.rx_dropped_size);
    text_field(reply, "tx", stats.tx_frames);
    text_field(reply, "tx_full", stats.tx_full);
    text_field(reply, "tx_down", stats.tx_dropped_down);
    text_field(reply, "waiting", ax_link_waiting(link));
    return AX_OK;
}

/* N, all or off. */
static int read_count(struct request *request, uint32_t *count)
{
    if (request_word_is(request, 1, "off"))
        *count = 0;
    else if (request_word_is(request, 1, "all"))
        *count = AX_FAULT_ALL;
    else
        return request_number(request, 1, 1, AX_FAULT_ALL - 1, count);
    return AX_OK;
}

static int fault_count(struct shell *shell, struct request *request,
                       void (*fault)(struct ax_link *link, uint32_t count))
{
    uint32_t count;
    int err = read_count(request, &count);

    if (err == AX_OK)
        fault(shell->config.link, count);
    return err;
}

static int fault_switch(struct shell *shell, struct request *request,
                        void (*fault)(struct ax_link *link, bool on))
{
    bool on = request_word_is(request, 1, "on");

    if (!on && !request_word_is(request, 1, "off"))
        return request_refuse(request, 1, SHELL_E_USAGE);
    fault(shell->config.link, on);
    return AX_OK;
}

static int fault_room(struct shell *shell, struct request *request)
{
    uint32_t frames = AX_FAULT_ALL;
    int err = AX_OK;

    if (!request_word_is(request, 1, "off"))
        err = request_number(request, 1, 1, AX_FAULT_ALL - 1, &frames);
    if (err == AX_OK)
        ax_link_fault_tx_room(shell->config.link, frames);
    return err;
}

int cmd_link_fault(struct shell *shell, struct request *request, struct text *reply)
{
    (void)reply;
    if (request_word_is(request, 0, "tx-full"))
        return fault_count(shell, request, ax_link_fault_tx_full);
    if (request_word_is(request, 0, "tx-room"))
        return fault_room(shell, request);
    if (request_word_is(request, 0, "rx-alloc"))
        return fault_count(shell, request, ax_link_fault_rx_alloc);
    if (request_word_is(request, 0, "rx-defer"))
        return fault_switch(shell, request, ax_link_fault_rx_defer);
    if (request_word_is(request, 0, "rx-hold"))
        return fault_switch(shell, request, ax_link_fault_rx_hold);
    return request_refuse(request, 0, SHELL_E_UNKNOWN_COMMAND);
}
