/* SPDX-License-Identifier: BSD-3-Clause */
/* What this image is, and how full it is. */
#include <ax/clock.h>
#include <ax/debug.h>
#include <ax/dns.h>
#include <ax/port.h>

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reply.h"

int cmd_id(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_port_origin origin = ax_port_origin();

    (void)request;
    text_field_string(reply, "build", shell->config.build);
    text_field_string(reply, "version", shell->config.version);
    text_field_string(reply, "lwip", ax_debug_lwip_version());
    text_field_string(reply, "profile", shell->config.profile);
    text_field(reply, "protocol", AX_SHELL_PROTOCOL);
    text_field_string(reply, "cause", origin.cause);
    text_field_hex(reply, "unique", (const uint8_t *)origin.unique, sizeof origin.unique);
    return AX_OK;
}

/* ---- profile: ours first, then the stack's */

enum { OWN_LIMITS = 8 };

static struct ax_limit own_limit(const struct shell *shell, unsigned index)
{
    const struct ax_shell_config *config = &shell->config;
    const struct ax_limit limits[OWN_LIMITS] = {
        {"tcp_sockets", config->tcp_sockets},
        {"listeners", config->listeners},
        {"udp_sockets", config->udp_sockets},
        {"watches", config->watches},
        {"pumps", config->pumps},
        {"servers", config->servers},
        {"futures", config->futures},
        {"arena_bytes", arena_size(&shell->arena)},
    };

    return limits[index];
}

static enum list_step list_limit(struct shell *shell, unsigned index, struct text *fields)
{
    struct ax_limit limit;

    if (index < OWN_LIMITS)
        limit = own_limit(shell, index);
    else if (!ax_debug_limit(index - OWN_LIMITS, &limit))
        return LIST_END;
    text_field_string(fields, "name", limit.name);
    text_field(fields, "value", limit.value);
    return LIST_LINE;
}

int cmd_profile(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    (void)reply;
    return reply_list(shell, list_limit, NULL);
}

/* ---- mem */

static enum list_step list_pool(struct shell *shell, unsigned index, struct text *fields)
{
    struct ax_pool pool = {"arena", arena_used(&shell->arena), arena_most(&shell->arena),
                           arena_size(&shell->arena)};

    if (index != 0 && !ax_debug_pool(index - 1, &pool))
        return LIST_END;
    text_field_string(fields, "name", pool.name);
    text_field(fields, "used", pool.used);
    text_field(fields, "most", pool.most);
    text_field(fields, "size", pool.size);
    return LIST_LINE;
}

static int end_mem(struct shell *shell, struct text *reply)
{
    struct ax_debug_connections connections = ax_debug_connections();
    struct ax_dns_levels names = ax_dns_levels();

    text_field(reply, "active", connections.active);
    text_field(reply, "time_wait", connections.time_wait);
    text_field(reply, "listening", connections.listening);
    text_field(reply, "bound", connections.bound);
    text_field(reply, "udp", connections.udp);
    text_field(reply, "names", names.asked + names.known);
    text_field(reply, "timers", ax_timers_armed());
    text_field(reply, "tasks", ax_exec_stats().tasks);
    handles_levels(shell, reply);
    return AX_OK;
}

int cmd_mem(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    (void)reply;
    return reply_list(shell, list_pool, end_mem);
}

/* ---- tasks */

static enum list_step list_task(struct shell *shell, unsigned index, struct text *fields)
{
    const struct ax_task *task;

    (void)shell;
    if (index >= AX_TASKS_MAX)
        return LIST_END;
    task = ax_task_at(index);
    if (!task)
        return LIST_SKIP;
    text_field(fields, "slot", index);
    text_field_string(fields, "name", task->name);
    text_field(fields, "polls", task->polls);
    return LIST_LINE;
}

static int end_tasks(struct shell *shell, struct text *reply)
{
    struct ax_exec_stats stats = ax_exec_stats();
    struct ax_port_cycles cycles = ax_port_cycles();

    (void)shell;
    text_field(reply, "polls", stats.polls);
    text_field(reply, "wakes", stats.wakes);
    text_field(reply, "idles", stats.idles);
    text_field(reply, "tasks", stats.tasks);
    text_field(reply, "deadlines", ax_clock_deadlines());
    text_field(reply, "cycles", cycles.awake);
    text_field(reply, "longest_cycles", cycles.longest);
    return AX_OK;
}

int cmd_tasks(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    (void)reply;
    return reply_list(shell, list_task, end_tasks);
}

int cmd_reset(struct shell *shell, struct request *request, struct text *reply)
{
    uint8_t block[AX_BOOT_BYTES];
    struct data data;
    int err;

    (void)reply;
    if (request->count > 0) {
        err = request_data(request, 0, sizeof block, &data);
        if (err != AX_OK)
            return err;
        if (data.len != sizeof block)
            return request_refuse(request, 0, SHELL_E_BAD_DATA);
        data_copy(&data, 0, block, sizeof block);
        ax_port_set_boot(block);
    }
    output_flush(&shell->output);
    ax_port_reset();
}
