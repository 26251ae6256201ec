/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the rows that are asked for and says, for each, what was done. */
#include <stdbool.h>
#include <string.h>

#include "console.h"
#include "peer.h"
#include "rows.h"
#include "sums.h"

static void say_number(unsigned number)
{
    char digits[12];
    char *at = digits + sizeof digits;

    *--at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    machine_say(" ");
    machine_say(at);
}

void row_say(const struct row *row, unsigned operations, unsigned steps)
{
    struct peer_seen seen = peer_seen;

    machine_say("row ");
    machine_say(row->name);
    say_number(operations);
    say_number(steps);
    say_number(seen.in);
    say_number(seen.out);
    machine_say("\n");
}

/* Whether `name` is one of the words of `names`; all are in none. */
static bool is_asked_for(const char *names, const char *name)
{
    size_t len = strlen(name);
    bool any = false;

    for (const char *at = names; *at; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (!*at)
            break;
        any = true;
        if (strcspn(at, " ") == len && strncmp(at, name, len) == 0)
            return true;
    }
    return !any;
}

void bench_main(const char *names)
{
    if (!sums_are_right())
        peer_complain("stack_checksum() is wrong");
    peer_start();
    rows_start();
    for (unsigned i = 0; i < row_count; i++)
        if (is_asked_for(names, rows[i].name))
            rows[i].run(&rows[i]);
    machine_say("done\n");
}
