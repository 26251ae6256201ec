/* SPDX-License-Identifier: BSD-3-Clause */
/* NUCLEO-H743ZI (MB1137, ST-LINK/V2-1): what its schematics say. */
#ifndef BOARD_H
#define BOARD_H

enum {
    BOARD_CONSOLE_BAUD = 921600,
    BOARD_LIGHT_PORT = 'B', /* LD2, blue */
    BOARD_LIGHT_PIN = 7,
    BOARD_PHY_ADDRESS = 0,
};

#endif
