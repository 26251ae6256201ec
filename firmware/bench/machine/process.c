/* SPDX-License-Identifier: BSD-3-Clause */
/* A process of the host, for callgrind. */
#include <stdio.h>
#include <stdlib.h>

#include "../console.h"

void machine_say(const char *text)
{
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

_Noreturn void machine_fail(void) { exit(EXIT_FAILURE); }

int main(int argc, char **argv)
{
    bench_main(argc > 1 ? argv[1] : "");
    return EXIT_SUCCESS;
}
