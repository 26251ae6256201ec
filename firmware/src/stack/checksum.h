/* SPDX-License-Identifier: BSD-3-Clause */
/* The Internet checksum on cores with Thumb-2: lwIP's hook LWIP_CHKSUM. Included
 * by lwipopts.h. AX_CHECKSUM_OF_LWIP leaves lwIP its own, for comparison.
 */
#ifndef AX_STACK_CHECKSUM_H
#define AX_STACK_CHECKSUM_H

#include <stdint.h>

#if defined(__thumb2__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    !defined(AX_CHECKSUM_OF_LWIP)

/* The ones' complement sum, not inverted, of `len` bytes at any address, as a
 * number that lies in memory in network byte order. */
uint16_t stack_checksum(const void *bytes, int len);

#define LWIP_CHKSUM stack_checksum

#endif
#endif
