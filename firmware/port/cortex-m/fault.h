/* SPDX-License-Identifier: BSD-3-Clause */
/* What the core does when code cannot go on: the last line, with pc, lr and why. */
#ifndef CORTEX_M_FAULT_H
#define CORTEX_M_FAULT_H

void fault_entry(void);

#endif
