/* SPDX-License-Identifier: BSD-3-Clause */
/* A watch that goes on after its wake waits only for interests that did not hold
 * when it last told. To wait for one that holds would wake it at once, again and
 * again, for as long as nobody reads. */
#include "shell/watch.h"

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/way.h"

/* A socket that is gone has no way any more, and a watch may still wait for that. */
static const struct way_tcp *tcp_way(const struct shell_tcp *tcp)
{
    return tcp->way ? &tcp->way->tcp : &way_core.tcp;
}

static const struct way_udp *udp_way(const struct shell_udp *udp)
{
    return udp->way ? &udp->way->udp : &way_core.udp;
}

static unsigned holds_now(const struct shell_watch *watch)
{
    const struct shell_tcp *tcp = watch->socket.tcp;
    const struct shell_udp *udp = watch->socket.udp;

    return tcp ? tcp_way(tcp)->ready(tcp) : udp_way(udp)->ready(udp, watch->room);
}

/* ---- life of a watch */

static void wait(struct shell_watch *watch)
{
    struct shell_tcp *tcp = watch->socket.tcp;
    struct shell_udp *udp = watch->socket.udp;
    unsigned interest = watch->interest & ~watch->told;

    if (interest == 0)
        return;
    if (tcp)
        tcp_way(tcp)->wait(tcp, interest, &watch->asker);
    else
        udp_way(udp)->wait(udp, interest, watch->room, &watch->asker);
}

static void withdraw(struct shell_watch *watch)
{
    struct shell_tcp *tcp = watch->socket.tcp;
    struct shell_udp *udp = watch->socket.udp;

    if (tcp)
        tcp_way(tcp)->withdraw(tcp, &watch->asker);
    else
        udp_way(udp)->withdraw(udp, &watch->asker);
    way_end_asking(watch->shell, &watch->asker);
    ax_timer_cancel(&watch->deadline);
    watch->open = false;
}

static struct text begin_event(const struct shell_watch *watch, const char *kind)
{
    struct text event = event_begin(kind);

    text_field(&event, "watch", handle_of(watch->shell, watch));
    return event;
}

static void say_wake(const struct shell_watch *watch, unsigned holds)
{
    struct text event = begin_event(watch, "wake");

    text_field(&event, "sock", handle_of_socket(watch->shell, watch->socket));
    text_field(&event, "readable", (holds & AX_READABLE) != 0);
    text_field(&event, "writable", (holds & AX_WRITABLE) != 0);
    text_field(&event, "released", (holds & AX_RELEASED) != 0);
    event_say(watch->shell, &event);
}

static void say(const struct shell_watch *watch, const char *kind)
{
    struct text event = begin_event(watch, kind);

    event_say(watch->shell, &event);
}

static enum ax_poll woken(struct shell_watch *watch, unsigned holds)
{
    if (!watch->again) {
        withdraw(watch);
        say_wake(watch, holds);
        return AX_READY;
    }
    watch->told = holds & watch->interest;
    wait(watch);
    say_wake(watch, holds);
    return AX_PENDING;
}

/* The first poll only waits: that what held already wakes at once is for the
 * stack to prove. */
static enum ax_poll watch_poll(struct ax_task *task)
{
    struct shell_watch *watch = (struct shell_watch *)task;
    unsigned holds = holds_now(watch);

    if (!watch->armed_once) {
        watch->armed_once = true;
        wait(watch);
        return AX_PENDING;
    }
    if (holds & watch->interest & ~watch->told)
        return woken(watch, holds);
    if (ax_timer_has_fired(&watch->deadline)) {
        withdraw(watch);
        say(watch, "deadline");
        return AX_READY;
    }
    wait(watch);
    say(watch, "spurious");
    return AX_PENDING;
}

void watches_look(struct shell *shell)
{
    for (unsigned i = 0; i < shell->config.watches; i++) {
        struct shell_watch *watch = &shell->watches[i];
        unsigned still = watch->told;
        if (!watch->open || watch->told == 0)
            continue;
        still &= holds_now(watch);
        if (still == watch->told)
            continue;
        watch->told = still;
        wait(watch);
    }
}

static bool is_about(const struct shell_watch *watch, struct shell_socket socket)
{
    return watch->open && watch->socket.tcp == socket.tcp && watch->socket.udp == socket.udp;
}

void watches_end(struct shell *shell, struct shell_socket socket)
{
    for (unsigned i = 0; i < shell->config.watches; i++) {
        struct shell_watch *watch = &shell->watches[i];
        if (!is_about(watch, socket) || watch->interest == AX_RELEASED)
            continue;
        withdraw(watch);
        ax_task_stop(&watch->task);
    }
}

/* ---- commands */

struct wish {
    unsigned interest;
    bool again, has_deadline;
    uint32_t deadline_ms, room;
};

static int read_wish(struct request *request, bool is_udp, struct wish *wish)
{
    int err = AX_OK;

    wish->room = 1;
    if (request_word_is(request, 1, "readable"))
        wish->interest = AX_READABLE;
    else if (request_word_is(request, 1, "writable"))
        wish->interest = AX_WRITABLE;
    else if (request_word_is(request, 1, "both"))
        wish->interest = AX_READABLE | AX_WRITABLE;
    else if (request_word_is(request, 1, "released"))
        wish->interest = AX_RELEASED;
    else
        return request_refuse(request, 1, SHELL_E_USAGE);
    for (unsigned i = 2; i < request->count && err == AX_OK; i++) {
        if (request_key(request, i, "deadline", AX_TIMER_MAX_MS, &err, &wish->deadline_ms))
            wish->has_deadline = true;
        else if (is_udp && request_key(request, i, "room", UINT32_MAX, &err, &wish->room))
            continue;
        else if (wish->interest != AX_RELEASED && request_word_is(request, i, "again"))
            wish->again = true;
        else
            err = request_refuse(request, i, SHELL_E_USAGE);
    }
    return err;
}

static int start(struct shell *shell, struct shell_socket socket, const struct wish *wish,
                 struct text *reply)
{
    struct shell_watch *watch = handles_free(shell, HANDLE_WATCH);

    if (!watch)
        return SHELL_E_FULL_WATCHES;
    watch->task = (struct ax_task){.poll = watch_poll, .name = "watch"};
    watch->shell = shell;
    watch->socket = socket;
    watch->interest = wish->interest;
    watch->room = wish->room;
    watch->again = wish->again;
    if (ax_task_start(&watch->task) < 0)
        return SHELL_E_FULL_TASKS;
    if (way_begin_asking(shell, socket.tcp ? socket.tcp->way : socket.udp->way, &watch->task,
                         &watch->asker) < 0) {
        ax_task_stop(&watch->task);
        return SHELL_E_FULL_ARENA;
    }
    if (wish->has_deadline)
        ax_timer_arm_in(&watch->deadline, wish->deadline_ms, watch->task.self);
    watch->open = true;
    text_field(reply, "watch", handle_of(shell, watch));
    return AX_OK;
}

int cmd_watch_tcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *tcp;
    struct wish wish = {0};
    int err = handle_tcp(shell, request, 0, &tcp);

    if (err == AX_OK)
        err = read_wish(request, false, &wish);
    if (err == AX_OK && tcp->destroyed)
        err = reply_gone(reply, request, 0);
    return err < 0 ? err : start(shell, (struct shell_socket){.tcp = tcp}, &wish, reply);
}

int cmd_watch_udp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *udp;
    struct wish wish = {0};
    int err = handle_udp(shell, request, 0, &udp);

    if (err == AX_OK)
        err = read_wish(request, true, &wish);
    if (err == AX_OK && udp->closed)
        err = reply_gone(reply, request, 0);
    return err < 0 ? err : start(shell, (struct shell_socket){.udp = udp}, &wish, reply);
}

int cmd_watch_stop(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_watch *watch;
    int err = handle_watch(shell, request, 0, &watch);

    (void)reply;
    if (err < 0)
        return err;
    withdraw(watch);
    ax_task_stop(&watch->task);
    return AX_OK;
}
