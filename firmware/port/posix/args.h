/* SPDX-License-Identifier: BSD-3-Clause */
/* The process's arguments (docs/bench-protocol.md, "The boot word"). Pure: nothing
 * is opened, nothing is printed. */
#ifndef POSIX_ARGS_H
#define POSIX_ARGS_H

#include <stdbool.h>

#include <ax/port.h>

struct posix_args {
    const char *wire;  /* NULL: no cable */
    const char *shell; /* "-": standard input and output */
    int cable_switch;  /* -1: none */
    bool help;
    struct ax_boot boot;
};

/* NULL, or what is wrong; `*token` is then the argument at fault. */
const char *args_parse(int argc, char **argv, struct posix_args *args, const char **token);

/* Whether `text` is a file descriptor's number; then *fd. */
bool args_descriptor(const char *text, int *fd);

/* The arguments `argv`, with that boot word and no other. They lie in `again`. */
struct args_of_boot {
    char *argv[16];
    char held_at[16], seed[32];
};
char **args_with_boot(struct args_of_boot *again, char **argv, const struct ax_boot *boot);

extern const char args_usage[];

#endif
