/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: the chip's MAC and DMA, RMII to a LAN8742A. */
#ifndef STM32H7_ETH_H
#define STM32H7_ETH_H

struct ax_link_device *eth_start(void);

/* Stops it for a warm start; the PHY goes on. */
void eth_stop(void);

void eth_interrupt(void);

#endif
