/* SPDX-License-Identifier: BSD-3-Clause */
/* The caches of a Cortex-M7. */
#ifndef CORTEX_M_CACHES_H
#define CORTEX_M_CACHES_H

#include <stdint.h>

/* Empties both caches and switches them on, unless they are on: then the data cache
 * holds what is not yet in memory. The MPU is on already: it says what may be cached. */
void caches_start(void);

/* What was written there is in memory: for what must outlive a reset. Nothing without
 * a data cache. */
void caches_write_back(const void *at, uint32_t bytes);

#endif
