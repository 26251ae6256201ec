/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int terminal = -1;
static struct termios before;

void terminal_leave(void)
{
    if (terminal >= 0)
        (void)tcsetattr(terminal, TCSANOW, &before);
    terminal = -1;
}

static void leave_and_end(int signal_number)
{
    terminal_leave();
    (void)raise(signal_number); /* handled once: this time it ends the process */
}

static void leave_at(int signal_number)
{
    struct sigaction action = {.sa_handler = leave_and_end, .sa_flags = (int)SA_RESETHAND};

    (void)sigaction(signal_number, &action, NULL);
}

bool terminal_enter(int fd)
{
    struct termios keys;

    if (tcgetattr(fd, &before) != 0)
        return false;
    keys = before;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    keys.c_cc[VSUSP] = _POSIX_VDISABLE; /* stopped, it would leave the terminal like this */
    terminal = fd;
    (void)atexit(terminal_leave);
    leave_at(SIGINT);
    leave_at(SIGTERM);
    leave_at(SIGHUP);
    leave_at(SIGABRT);
    (void)tcsetattr(fd, TCSANOW, &keys);
    return true;
}
