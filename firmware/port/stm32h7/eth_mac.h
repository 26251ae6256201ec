/* SPDX-License-Identifier: BSD-3-Clause */
/* The MAC, its queues and its DMA: clocked, reset, set up, set going. */
#ifndef STM32H7_ETH_MAC_H
#define STM32H7_ETH_MAC_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/link.h>

/* Clocks, pins and a reset of all three, then what each is to do; what the DMA knew is
 * gone, nothing runs. A check where the PHY does not give RMII its clock. */
void mac_start(const uint8_t own[AX_MAC_LEN]);

/* DMA and MAC go. The rings are told already. */
void mac_go(void);

/* As the PHY agreed with its partner. */
void mac_set_speed(bool hundred, bool full_duplex);

/* In reset: nothing moves any more. The PHY goes on. The DMA has stopped before, and MDIO is
 * at rest, unless either hangs: that takes a tenth of a second. */
void mac_stop(void);

/* Good frames to us since mac_start(), counted before the DMA has a part in it; wraps. */
uint32_t mac_heard(void);

/* Frames stand in the receive queue, or found no room there since the last call. */
bool mac_is_waiting_for_dma(void);

#endif
