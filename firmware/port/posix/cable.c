/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>

static int fd = -1;
static bool in;
static struct ax_event *moved;

void cable_init(int switch_fd, bool is_in, struct ax_event *event)
{
    fd = switch_fd;
    in = is_in;
    moved = event;
}

static void move(bool to)
{
    if (in != to)
        ax_event_signal(moved);
    in = to;
}

/* Returns whether there may be more. Once the other end is closed the cable
 * stays where it was left. */
static bool read_some(void)
{
    char bytes[64];
    ssize_t len = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
        fd = -1;
    for (ssize_t i = 0; i < len; i++)
        if (bytes[i] == 'd' || bytes[i] == 'u')
            move(bytes[i] == 'u');
    return len > 0;
}

static void read_switch(void)
{
    while (fd >= 0 && read_some()) {
    }
}

bool cable_is_in(void)
{
    read_switch();
    return in;
}

struct pollfd cable_wants(void) { return (struct pollfd){.fd = fd, .events = POLLIN}; }

void cable_saw(short events)
{
    if (events)
        read_switch();
}
