/* SPDX-License-Identifier: BSD-3-Clause */
/* A readiness driver at the prompt: its task tells that it was woken, and a command polls;
 * so there is time for anything between an event, an attempt and a clear. */
#include "shell/cmd.h"
#include "shell/driver.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/way.h"

#include <string.h>

#include <ax/readiness.h>

enum { DRIVER_PLACES = 32, EVENTS = 8, PLACES = 1 << 16 };

/* Whose place it is, what was told of it, and before that. */
struct told {
    const void *socket;
    int source;
    struct ax_ready last, older;
};

/* All of it is in the arena while it is there. */
struct shell_driver {
    struct ax_task task; /* first */
    struct shell *shell;
    struct ax_readiness driver;
    uint32_t wakes;
    struct ax_source *table;
    struct told *told; /* one for each place */
    unsigned places;
    struct ax_ready events[EVENTS]; /* of the poll that is being told */
    unsigned event_count;
};

static enum ax_poll say_woken(struct ax_task *task)
{
    struct shell_driver *driver = (struct shell_driver *)task;
    struct text event = event_begin("driver");

    text_field(&event, "wakes", driver->wakes); /* the first poll is that of its start */
    if (driver->wakes++ != 0)
        event_say(driver->shell, &event);
    return AX_PENDING;
}

static void give_back(struct shell *shell, struct shell_driver *driver)
{
    if (driver) {
        arena_give_back(&shell->arena, driver->told);
        arena_give_back(&shell->arena, driver->table);
    }
    arena_give_back(&shell->arena, driver);
}

/* AX_OK and shell->driver, or nothing was taken. */
static int take(struct shell *shell, unsigned places)
{
    struct shell_driver *driver = arena_take(&shell->arena, sizeof *driver);
    int err = SHELL_E_FULL_ARENA;

    if (!driver)
        return err;
    *driver =
        (struct shell_driver){.task = {.poll = say_woken, .name = "driver"},
                              .shell = shell,
                              .places = places,
                              .table = arena_take(&shell->arena, places * sizeof *driver->table),
                              .told = arena_take(&shell->arena, places * sizeof *driver->told)};
    if (driver->table && driver->told)
        err = ax_task_start(&driver->task) < 0 ? SHELL_E_FULL_TASKS : AX_OK;
    if (err < 0) {
        give_back(shell, driver);
        return err;
    }
    memset(driver->told, 0, places * sizeof *driver->told);
    ax_readiness_init(&driver->driver, driver->table, places);
    shell->driver = driver;
    return AX_OK;
}

static int refuse_without(struct text *reply)
{
    return reply_why(reply, AX_E_STATE, "there is none: driver open PLACES");
}

int cmd_driver_open(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t places;
    int err = request_number(request, 0, 1, DRIVER_PLACES, &places);

    if (err < 0)
        return err;
    if (shell->driver)
        return reply_why(reply, AX_E_STATE, "there is one: driver stop");
    return take(shell, places);
}

int cmd_driver_stop(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    if (!shell->driver)
        return refuse_without(reply);
    ax_task_stop(&shell->driver->task);
    give_back(shell, shell->driver);
    shell->driver = NULL;
    return AX_OK;
}

/* ---- sources */

static const struct {
    const char *word;
    unsigned interest;
} interests[] = {
    {"readable", AX_READABLE},
    {"writable", AX_WRITABLE},
    {"both", AX_READABLE | AX_WRITABLE},
    {"released", AX_RELEASED},
    {"any", AX_READABLE | AX_WRITABLE | AX_RELEASED},
};

static int read_interest(struct request *request, unsigned index, unsigned *interest)
{
    for (unsigned i = 0; i < sizeof interests / sizeof interests[0]; i++)
        if (request_word_is(request, index, interests[i].word)) {
            *interest = interests[i].interest;
            return AX_OK;
        }
    return request_refuse(request, index, SHELL_E_USAGE);
}

/* SOURCE INTEREST. */
static int read_source(struct shell *shell, struct request *request, struct text *reply,
                       int *source, unsigned *interest)
{
    uint32_t number;
    int err = request_number(request, 0, 0, INT32_MAX, &number);

    if (err == AX_OK && interest)
        err = read_interest(request, 1, interest);
    *source = (int)number;
    return err == AX_OK && !shell->driver ? refuse_without(reply) : err;
}

static struct told *told_of(const struct shell_driver *driver, int source)
{
    unsigned place = (unsigned)source % PLACES;

    return place < driver->places ? &driver->told[place] : NULL;
}

/* Whether that number was a source's once. */
static bool was_given(const struct shell_driver *driver, int source)
{
    const struct told *told = told_of(driver, source);

    return told && source > 0 && source <= told->source;
}

/* What is wrong with word 0, if the driver's call refused it. */
static int refuse_source(struct request *request, struct text *reply, int err)
{
    return err == AX_E_ARG ? reply_why(reply, request_refuse(request, 0, err), "is no source")
                           : err;
}

static int refuse_socket(struct request *request, struct text *reply, int err)
{
    if (err == AX_E_MEMORY)
        return reply_why(reply, err, "too few places left: driver open PLACES");
    if (err == AX_E_IN_USE)
        return reply_why(reply, request_refuse(request, 0, err), "is a source");
    return err;
}

static int registered(const struct shell_driver *driver, int source, const void *socket,
                      struct request *request, struct text *reply)
{
    if (source < 0)
        return refuse_socket(request, reply, source);
    *told_of(driver, source) = (struct told){.socket = socket, .source = source};
    text_field(reply, "source", (uint32_t)source);
    return AX_OK;
}

void driver_forget(struct shell *shell, const void *socket)
{
    struct shell_driver *driver = shell->driver;

    for (unsigned i = 0; driver && i < driver->places; i++)
        if (driver->told[i].socket == socket)
            (void)ax_readiness_deregister(&driver->driver, driver->told[i].source);
}

int cmd_driver_tcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    unsigned interest;
    int source, err = read_interest(request, 1, &interest);

    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 0, &way_core, reply, &socket);
    if (err < 0)
        return err;
    if (!shell->driver)
        return refuse_without(reply);
    source = ax_readiness_register_tcp(&shell->driver->driver, &socket->tcp, interest, NULL);
    return registered(shell->driver, source, socket, request, reply);
}

int cmd_driver_udp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    unsigned interest;
    uint32_t room;
    int source, err = read_interest(request, 1, &interest);

    if (err == AX_OK)
        err = request_number(request, 2, 0, UINT32_MAX, &room);
    if (err == AX_OK)
        err = way_handle_udp(shell, request, 0, &way_core, reply, &socket);
    if (err < 0)
        return err;
    if (!shell->driver)
        return refuse_without(reply);
    source = ax_readiness_register_udp(&shell->driver->driver, &socket->udp, interest, room, NULL);
    return registered(shell->driver, source, socket, request, reply);
}

int cmd_driver_reregister(struct shell *shell, struct request *request, struct text *reply)
{
    unsigned interest;
    int source, err = read_source(shell, request, reply, &source, &interest);

    if (err == AX_OK)
        err = ax_readiness_reregister(&shell->driver->driver, source, interest);
    return refuse_source(request, reply, err);
}

int cmd_driver_deregister(struct shell *shell, struct request *request, struct text *reply)
{
    int source, err = read_source(shell, request, reply, &source, NULL);

    if (err == AX_OK)
        err = ax_readiness_deregister(&shell->driver->driver, source);
    return refuse_source(request, reply, err);
}

int cmd_driver_released(struct shell *shell, struct request *request, struct text *reply)
{
    int source, err = read_source(shell, request, reply, &source, NULL);

    if (err == AX_OK && !was_given(shell->driver, source))
        err = AX_E_ARG;
    if (err == AX_OK)
        text_field(reply, "released", ax_readiness_is_released(&shell->driver->driver, source));
    return refuse_source(request, reply, err);
}

/* ---- events */

static void show_ready(struct text *fields, const struct ax_ready *ready)
{
    text_field(fields, "source", (uint32_t)ready->source);
    text_field(fields, "readable", (ready->ready & AX_READABLE) != 0);
    text_field(fields, "writable", (ready->ready & AX_WRITABLE) != 0);
    text_field(fields, "released", (ready->ready & AX_RELEASED) != 0);
}

static enum list_step list_event(struct shell *shell, unsigned index, struct text *fields)
{
    const struct shell_driver *driver = shell->driver;

    if (index >= driver->event_count)
        return LIST_END;
    show_ready(fields, &driver->events[index]);
    return LIST_LINE;
}

int cmd_driver_poll(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_driver *driver = shell->driver;
    uint32_t max;
    int err = request_number(request, 0, 1, EVENTS, &max), count;

    if (err < 0)
        return err;
    if (!driver)
        return refuse_without(reply);
    count = ax_readiness_poll(&driver->driver, driver->events, max, driver->task.self);
    if (count < 0)
        return count;
    driver->event_count = (unsigned)count;
    for (int i = 0; i < count; i++) {
        struct told *told = told_of(driver, driver->events[i].source);
        told->older = told->last;
        told->last = driver->events[i];
    }
    return reply_list(shell, list_event, NULL);
}

int cmd_driver_look(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_ready seen;
    int source, err = read_source(shell, request, reply, &source, NULL);

    if (err == AX_OK)
        err = ax_readiness_look(&shell->driver->driver, source, &seen);
    if (err == AX_OK)
        show_ready(reply, &seen);
    return refuse_source(request, reply, err);
}

/* What was told last, or with `older` the time before that. */
int cmd_driver_clear(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_ready seen = {0};
    const struct told *told;
    unsigned interest;
    int source, err = read_source(shell, request, reply, &source, &interest);
    bool older = request->count > 2;

    if (err < 0)
        return err;
    if (older && !request_word_is(request, 2, "older"))
        return request_refuse(request, 2, SHELL_E_USAGE);
    told = told_of(shell->driver, source);
    if (told)
        seen = older ? told->older : told->last;
    seen.source = source;
    seen.ready = interest;
    return refuse_source(request, reply, ax_readiness_clear(&shell->driver->driver, &seen));
}

int cmd_driver_unpark(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    if (!shell->driver)
        return refuse_without(reply);
    ax_readiness_unpark(&shell->driver->driver);
    return AX_OK;
}
