/* SPDX-License-Identifier: BSD-3-Clause */
/* ax_port_random(): the seeded sequence, or one that chip_entropy() goes into with each
 * word. On a chip without a generator that is the moment of the call, which is little
 * (README.md).
 */
#ifndef CORTEX_M_RANDOM_H
#define CORTEX_M_RANDOM_H

#include <stdint.h>

#include <ax/link.h>
#include <ax/port.h>

void random_start(const struct ax_boot *boot, const uint8_t mac[AX_MAC_LEN]);

#endif
