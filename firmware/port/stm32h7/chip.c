/* SPDX-License-Identifier: BSD-3-Clause */
#include "../cortex-m/chip.h"

#include "../cortex-m/caches.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "../cortex-m/vectors.h"
#include "board.h"
#include "clocks.h"
#include "entropy.h"
#include "eth.h"
#include "interrupts.h"
#include "pins.h"
#include "timers.h"
#include "uart.h"
#include "unique.h"
#include "watchdog.h"

VECTORS_IRQ static const vector chip_vectors[INTERRUPTS] = {
    [TIM2_IRQ] = timers_interrupt,
    [USART3_IRQ] = uart_interrupt,
    [ETHERNET_IRQ] = eth_interrupt,
};

struct ax_port_origin chip_origin(void)
{
    struct ax_port_origin origin = {.cause = clocks_take_reset_cause()};

    unique_read(origin.unique);
    return origin;
}

/* Revision Y: a read of AXI SRAM may be wrong unless its port takes one at a time
 * (errata sheet ES0392, 2.2.9). On the others that costs some of its speed, no more. */
static void mend_axi_sram(void)
{
    static const uint32_t AXI_TARG7_FN_MOD = 0x51008108;

    reg_write(AXI_TARG7_FN_MOD, 1);
}

/* The first before the caches, which read lines of that RAM. The watchdog before all that
 * may not come (HSE is the ST-LINK's, which may still be starting): it tries again. */
void chip_start(void)
{
    mend_axi_sram();
    caches_start();
    watchdog_start();
    clocks_start();
    uart_start();
    timers_start();
    entropy_start();
    pin_light((struct pin){BOARD_LIGHT_PORT, BOARD_LIGHT_PIN});
    pin_set((struct pin){BOARD_LIGHT_PORT, BOARD_LIGHT_PIN}, 1);
}

/* Warm: RAM and rings begin anew, but the cable stays found, which takes the PHY
 * seconds after a reset of the chip. */
_Noreturn void chip_restart(void)
{
    eth_stop();
    core_start_again();
}

struct ax_link_device *chip_ethernet_start(void) { return eth_start(); }
