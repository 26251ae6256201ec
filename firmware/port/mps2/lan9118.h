/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: an SMSC LAN9118, all by programmed input and output. */
#ifndef MPS2_LAN9118_H
#define MPS2_LAN9118_H

struct ax_link_device *lan9118_start(void);
void lan9118_interrupt(void);

#endif
