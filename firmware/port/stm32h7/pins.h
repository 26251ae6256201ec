/* SPDX-License-Identifier: BSD-3-Clause */
/* Pins: which function each has. Ports by letter, as the board's schematics say. */
#ifndef STM32H7_PINS_H
#define STM32H7_PINS_H

#include <stdint.h>

struct pin {
    char port; /* 'A' to 'K' */
    uint8_t number;
};

/* Gives a pin to a device: an alternate function (data sheet, tables 10 to 20), driven
 * at the highest speed, which RMII needs. */
void pin_give(struct pin pin, uint32_t function);

/* Makes it an output, and low. */
void pin_light(struct pin pin);
void pin_set(struct pin pin, uint32_t high);

#endif
