/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "tap.h"

#include "end.h"

static const char option[] = "--wire tap";

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>

int tap_open(const char *name)
{
    static const char device[] = "/dev/net/tun";
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (*name == '\0' || strlen(name) >= sizeof request.ifr_name)
        posix_end(POSIX_USAGE, option, name, "is no name of an interface");
    if (fd < 0)
        posix_end(POSIX_USAGE, option, device, strerror(errno));
    strcpy(request.ifr_name, name);
    if (ioctl(fd, TUNSETIFF, &request) != 0)
        posix_end(POSIX_USAGE, option, name, strerror(errno));
    return fd;
}

#else

int tap_open(const char *name) { posix_end(POSIX_USAGE, option, name, "this system has none"); }

#endif
