/* SPDX-License-Identifier: BSD-3-Clause */
/* The chip's clock, which devices it goes to, and the pins they have. */
#ifndef LM3S_CLOCKS_H
#define LM3S_CLOCKS_H

enum { CLOCKS_HZ = 12500000 };

void clocks_start(void);

#endif
