/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_SIZE_RAW_CC_H
#define BENCH_SIZE_RAW_CC_H

#include <stdint.h>

uint32_t raw_random(void);

#define LWIP_RAND() raw_random()
#define LWIP_PLATFORM_DIAG(x) ((void)0)
#define LWIP_PLATFORM_ASSERT(x) ((void)0)
#define LWIP_NO_UNISTD_H 1

#endif
