/* SPDX-License-Identifier: BSD-3-Clause */
/* The chip's unique number: 96 bits. */
#ifndef STM32H7_UNIQUE_H
#define STM32H7_UNIQUE_H

#include <stdint.h>

#include <ax/link.h>

enum { UNIQUE_WORDS = 3 };

void unique_read(uint32_t words[UNIQUE_WORDS]);

/* An address made of it, locally administered: the same board has the same one. */
void unique_mac(uint8_t mac[AX_MAC_LEN]);

#endif
