/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: the chip's MAC and DMA, RMII to a LAN8742A. */
#ifndef STM32H7_ETH_H
#define STM32H7_ETH_H

/* Once, with interrupts masked. The device is static, and there for good. Ends in a check where the
 * PHY gives RMII no clock. */
struct ax_link_device *eth_start(void);

/* For a warm start, with interrupts masked; the PHY goes on. Takes a tenth of a second where
 * the DMA hangs. */
void eth_stop(void);

/* Of the chip's vector: what the DMA tells. */
void eth_interrupt(void);

#endif
