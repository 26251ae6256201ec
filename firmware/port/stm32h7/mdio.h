/* SPDX-License-Identifier: BSD-3-Clause */
/* The PHY's registers, over the two wires of MDIO: one access at a time, some 30
 * microseconds each. Who begins one comes back for it; only a start and a stop wait.
 */
#ifndef STM32H7_MDIO_H
#define STM32H7_MDIO_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the last access is over. */
bool mdio_is_done(void);

/* Returns when it is, or when it never will be. */
void mdio_wait(void);

void mdio_begin_read(uint32_t index);
void mdio_begin_write(uint32_t index, uint32_t value);

/* What was read, once it is over. */
uint32_t mdio_value(void);

#endif
