/* SPDX-License-Identifier: BSD-3-Clause */
/* What the bench runs on: a console, and an end. */
#ifndef BENCH_CONSOLE_H
#define BENCH_CONSOLE_H

/* The machine calls it with the names of the rows to run, in one string with
 * spaces between; empty for all. */
void bench_main(const char *rows);

void machine_say(const char *text);

/* Ends the run; the reason has been said. */
_Noreturn void machine_fail(void);

#endif
