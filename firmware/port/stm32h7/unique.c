/* SPDX-License-Identifier: BSD-3-Clause */
#include "unique.h"

#include "../cortex-m/registers.h"

void unique_read(uint32_t words[UNIQUE_WORDS])
{
    static const uint32_t UNIQUE_AT = 0x1ff1e800; /* RM0433, 61.1 */

    for (unsigned i = 0; i < UNIQUE_WORDS; i++)
        words[i] = reg_read(UNIQUE_AT + 4 * i);
}

/* The number says where on which wafer the chip was, so neighbours differ in few bits:
 * mixed (FNV-1a) until each counts. */
void unique_mac(uint8_t mac[AX_MAC_LEN])
{
    static const uint32_t FNV_START = 0x811c9dc5, FNV_PRIME = 0x01000193;
    enum { LOCALLY_ADMINISTERED = 2 };
    uint32_t words[UNIQUE_WORDS], hash = FNV_START;

    unique_read(words);
    for (unsigned i = 0; i < sizeof words; i++)
        hash = (hash ^ (words[i / 4] >> 8 * (i % 4) & 0xff)) * FNV_PRIME;
    mac[0] = LOCALLY_ADMINISTERED;
    mac[1] = 0x80; /* the STM32 of ours; the rest by chance */
    for (unsigned i = 0; i < 4; i++)
        mac[2 + i] = (uint8_t)(hash >> 8 * i);
}
