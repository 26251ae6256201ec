/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "wire_open.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "args.h"
#include "end.h"
#include "tap.h"

static const char option[] = "--wire";

/* A long burst should meet the reader, not the end of a small buffer. What the
 * system allows is enough. */
static void deepen(int fd)
{
    int bytes = 1 << 20;

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

static int inherited_socket(int fd, const char *where)
{
    int type;
    socklen_t len = sizeof type;

    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0)
        posix_end(POSIX_USAGE, option, where, strerror(errno));
    if (type != SOCK_SEQPACKET && type != SOCK_DGRAM)
        posix_end(POSIX_USAGE, option, where, "keeps no message boundaries, must be SEQPACKET");
    return fd;
}

/* Closed at a reset: the device connects anew, as after a power cycle. */
static int connected_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path)
        posix_end(POSIX_USAGE, option, path, "is too long for the path of a socket");
    strcpy(address.sun_path, path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        posix_end(POSIX_USAGE, option, path, strerror(errno));
    return fd;
}

struct wire_end wire_open(const char *where)
{
    struct wire_end wire = {.fd = -1};

    if (where == NULL)
        return wire;
    if (strncmp(where, "tap:", 4) == 0) {
        wire.fd = tap_open(where + 4);
        return wire;
    }
    wire.is_socket = true;
    wire.is_inherited = args_descriptor(where, &wire.fd);
    wire.fd = wire.is_inherited ? inherited_socket(wire.fd, where) : connected_socket(where);
    deepen(wire.fd);
    return wire;
}
