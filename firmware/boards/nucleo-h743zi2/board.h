/* SPDX-License-Identifier: BSD-3-Clause */
/* NUCLEO-H743ZI2 (MB1364, STLINK-V3E): what its schematics say. */
#ifndef BOARD_H
#define BOARD_H

enum {
    BOARD_CONSOLE_BAUD = 921600,
    BOARD_LIGHT_PORT = 'E', /* LD2, yellow */
    BOARD_LIGHT_PIN = 1,
    BOARD_PHY_ADDRESS = 0,
};

#endif
