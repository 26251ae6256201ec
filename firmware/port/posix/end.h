/* SPDX-License-Identifier: BSD-3-Clause */
/* Every way in which this process ends for a reason outside the device. */
#ifndef POSIX_END_H
#define POSIX_END_H

#include "posix_port.h"

/* Says "dut: WHAT: NAME: WHY" on standard error and exits. `why` may be NULL. */
_Noreturn void posix_end(enum posix_exit status, const char *what, const char *name,
                         const char *why);

#endif
