/* SPDX-License-Identifier: BSD-3-Clause */
#include "end.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void posix_end(enum posix_exit status, const char *what, const char *name,
                         const char *why)
{
    fprintf(stderr, "dut: %s: %s%s%s\n", what, name, why ? ": " : "", why ? why : "");
    exit((int)status);
}
