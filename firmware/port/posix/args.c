/* SPDX-License-Identifier: BSD-3-Clause */
#include "args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char args_usage[] =
    "usage: dut [--wire FD|PATH|tap:NAME] [--shell FD|-] [--switch FD] [--hold [MS]] [--seed N]\n"
    "  --wire    Ethernet: a SEQPACKET socket, inherited or by path, or a TAP; without: no cable\n"
    "  --shell   the control shell: an inherited stream, or - for this terminal (the default)\n"
    "  --switch  an inherited socket: each byte d pulls the cable, each byte u puts it back\n"
    "  --hold    holds the stack clock from the start, at MS (0)\n"
    "  --seed    makes all randomness a function of N\n";

/* The arguments still to be read. */
struct reader {
    char **next;
    char **end;
    const char *token; /* read last */
};

static const char *read_token(struct reader *reader)
{
    if (reader->next == reader->end)
        return NULL;
    reader->token = *reader->next++;
    return reader->token;
}

/* Decimal or 0x; unlike strtoull no sign, no space, no octal. */
static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
    bool is_hex = strncmp(text, "0x", 2) == 0;
    const char *digits = is_hex ? text + 2 : text;
    char *end;

    if (*digits == '\0' ||
        strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789") != strlen(digits))
        return false;
    errno = 0;
    *number = strtoull(digits, &end, is_hex ? 16 : 10);
    return errno == 0 && *number <= most;
}

bool args_descriptor(const char *text, int *fd)
{
    uint64_t number;

    if (!read_number(text, INT32_MAX, &number))
        return false;
    *fd = (int)number;
    return true;
}

static const char *parse_wire(struct reader *reader, struct posix_args *args)
{
    args->wire = read_token(reader);
    return args->wire && *args->wire ? NULL : "needs FD, PATH or tap:NAME";
}

static const char *parse_shell(struct reader *reader, struct posix_args *args)
{
    int fd;

    args->shell = read_token(reader);
    if (args->shell && (strcmp(args->shell, "-") == 0 || args_descriptor(args->shell, &fd)))
        return NULL;
    return "needs FD or -";
}

static const char *parse_switch(struct reader *reader, struct posix_args *args)
{
    const char *text = read_token(reader);

    return text && args_descriptor(text, &args->cable_switch) ? NULL : "needs FD";
}

static const char *parse_hold(struct reader *reader, struct posix_args *args)
{
    uint64_t ms = 0;

    if (reader->next != reader->end && strncmp(*reader->next, "--", 2) != 0 &&
        !read_number(read_token(reader), UINT32_MAX, &ms))
        return "needs milliseconds, at most 4294967295";
    args->boot.held = true;
    args->boot.held_at = (uint32_t)ms;
    return NULL;
}

static const char *parse_seed(struct reader *reader, struct posix_args *args)
{
    const char *text = read_token(reader);

    args->boot.seeded = true;
    return text && read_number(text, UINT64_MAX, &args->boot.seed) ? NULL : "needs a 64-bit number";
}

static const char *parse_help(struct reader *reader, struct posix_args *args)
{
    (void)reader;
    args->help = true;
    return NULL;
}

static const struct {
    const char *name;
    const char *(*parse)(struct reader *reader, struct posix_args *args);
} options[] = {
    {"--wire", parse_wire}, {"--shell", parse_shell}, {"--switch", parse_switch},
    {"--hold", parse_hold}, {"--seed", parse_seed},   {"--help", parse_help},
};

static const char *parse_option(struct reader *reader, struct posix_args *args)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(reader->token, options[i].name) == 0)
            return options[i].parse(reader, args);
    return "is no option";
}

const char *args_parse(int argc, char **argv, struct posix_args *args, const char **token)
{
    struct reader reader = {.next = argv + (argc > 0), .end = argv + argc};
    const char *wrong = NULL;

    *args = (struct posix_args){.shell = "-", .cable_switch = -1};
    while (!wrong && read_token(&reader))
        wrong = parse_option(&reader, args);
    *token = reader.token;
    return wrong;
}

/* How many of the arguments at `argv` say a boot word: 0 for another one. */
static unsigned says_boot(char **argv)
{
    bool has_value = argv[1] && strncmp(argv[1], "--", 2) != 0;

    if (strcmp(*argv, "--hold") != 0 && strcmp(*argv, "--seed") != 0)
        return 0;
    return has_value ? 2 : 1;
}

char **args_with_boot(struct args_of_boot *again, char **argv, const struct ax_boot *boot)
{
    enum { OF_BOOT = 4 };
    char **next = again->argv;
    char **end = next + sizeof again->argv / sizeof *next - OF_BOOT - 1;

    while (*argv && next < end) {
        unsigned skipped = says_boot(argv);
        if (skipped == 0)
            *next++ = *argv++;
        argv += skipped;
    }
    if (boot->held) {
        (void)snprintf(again->held_at, sizeof again->held_at, "%" PRIu32, boot->held_at);
        *next++ = (char *)(uintptr_t) "--hold";
        *next++ = again->held_at;
    }
    if (boot->seeded) {
        (void)snprintf(again->seed, sizeof again->seed, "%" PRIu64, boot->seed);
        *next++ = (char *)(uintptr_t) "--seed";
        *next++ = again->seed;
    }
    *next = NULL;
    return again->argv;
}
