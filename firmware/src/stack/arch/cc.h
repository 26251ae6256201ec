/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's view of compiler and platform. */
#ifndef AX_STACK_ARCH_CC_H
#define AX_STACK_ARCH_CC_H

#include <stdint.h>

_Noreturn void ax_check_failed(const char *file, int line);
uint32_t stack_random(void);

#define LWIP_RAND() stack_random()
#define LWIP_PLATFORM_DIAG(x) ((void)0)
#define LWIP_PLATFORM_ASSERT(x) ax_check_failed(__FILE__, __LINE__)
#define LWIP_NO_UNISTD_H 1

/* One instruction each where lwIP has a call. */
static inline uint16_t stack_swapped16(uint16_t number) { return __builtin_bswap16(number); }
static inline uint32_t stack_swapped32(uint32_t number) { return __builtin_bswap32(number); }
#define lwip_htons(number) stack_swapped16(number)
#define lwip_htonl(number) stack_swapped32(number)

#endif
