/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "console.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ax/port.h>

#include "end.h"
#include "terminal.h"

enum { CTRL_D = 4 };

struct ax_event ax_port_console;

static struct {
    int in, out;
    bool is_terminal;
    bool is_heard;   /* ax_port_sleep() saw bytes that were not read yet */
    bool found_full; /* so is room to write */
    bool is_closed;
} console;

void console_init(int in, int out)
{
    console.in = in;
    console.out = out;
    console.is_terminal = terminal_enter(in);
}

static _Noreturn void closed(void)
{
    exit(console.in == STDIN_FILENO ? POSIX_INPUT_ENDED : POSIX_SHELL_CLOSED);
}

/* What can be done now without waiting. Descriptors may be shared with the
 * parent, so they are asked first instead of being made non-blocking. */
static short ready(int fd, short events)
{
    struct pollfd look = {.fd = fd, .events = events};

    return poll(&look, 1, 0) > 0 ? look.revents : 0;
}

static bool is_ctrl_d(const char *bytes, size_t len)
{
    return console.is_terminal && memchr(bytes, CTRL_D, len) != NULL;
}

/* One read for each sleep that saw bytes: what came before them on another line,
 * a cable pulled say, was seen there too and is not overtaken by a command. */
size_t ax_port_console_read(void *dst, size_t len)
{
    if (len == 0 || console.is_closed || !console.is_heard)
        return 0;
    console.is_heard = false;

    ssize_t got = read(console.in, dst, len);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    console.is_closed = got <= 0 || is_ctrl_d(dst, (size_t)got);
    return console.is_closed ? 0 : (size_t)got;
}

/* At most PIPE_BUF at a time: so much fits, and does not block, when poll(2)
 * says that there is room. Sockets are never waited for. */
static ssize_t write_some(const char *bytes, size_t len)
{
    size_t most = len < PIPE_BUF ? len : PIPE_BUF;
    ssize_t put = send(console.out, bytes, most, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (put >= 0 || errno != ENOTSOCK)
        return put;
    if (ready(console.out, POLLOUT) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(console.out, bytes, most);
}

size_t ax_port_console_write(const void *src, size_t len)
{
    const char *bytes = src;
    size_t done = 0;

    while (done < len) {
        ssize_t put = write_some(bytes + done, len - done);
        if (put < 0 && errno != EAGAIN && errno != EINTR)
            closed();
        if (put < 0) {
            console.found_full = true;
            break;
        }
        done += (size_t)put;
    }
    return done;
}

void console_before_sleep(void)
{
    if (console.is_closed)
        closed();
}

struct pollfd console_wants_in(void)
{
    return (struct pollfd){.fd = console.is_heard ? -1 : console.in, .events = POLLIN};
}

struct pollfd console_wants_out(void)
{
    return (struct pollfd){.fd = console.found_full ? console.out : -1, .events = POLLOUT};
}

/* Whether nothing will ever come. Said here and not at the next read, so that a
 * bench that goes away, wire and all, has closed the shell. */
static bool is_at_end(short events)
{
    char byte;

    if ((events & POLLHUP) == 0)
        return false;
    return (events & POLLIN) == 0 ||
           recv(console.in, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void console_saw(short in_events, short out_events)
{
    if (is_at_end(in_events))
        closed();
    if (in_events)
        console.is_heard = true;
    if (out_events)
        console.found_full = false;
    if (in_events | out_events)
        ax_event_signal(&ax_port_console);
}
