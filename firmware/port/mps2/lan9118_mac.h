/* SPDX-License-Identifier: BSD-3-Clause */
/* The LAN9118's inner registers: of the MAC, and of the PHY behind it. Each access
 * waits for the chip, so: task code only.
 */
#ifndef MPS2_LAN9118_MAC_H
#define MPS2_LAN9118_MAC_H

#include <stdint.h>

uint32_t mac_read(uint32_t index);
void mac_write(uint32_t index, uint32_t value);

uint32_t phy_read(uint32_t index);
void phy_write(uint32_t index, uint32_t value);

#endif
