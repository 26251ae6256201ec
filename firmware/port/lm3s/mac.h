/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: the Stellaris MAC, with a FIFO each way. */
#ifndef LM3S_MAC_H
#define LM3S_MAC_H

struct ax_link_device *mac_start(void);
void mac_interrupt(void);

#endif
