/* SPDX-License-Identifier: BSD-3-Clause */
/* For unit tests alone: this room as it is before the first task. Every task and
 * timer is forgotten, the clock runs with the port's, all counters are 0. */
#ifndef AX_EXEC_EXEC_RESET_H
#define AX_EXEC_EXEC_RESET_H

void exec_reset(void);

#endif
