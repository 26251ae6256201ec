/* SPDX-License-Identifier: BSD-3-Clause */
/* The SMSC LAN9118's registers, named as in its data sheet, chapter 5. */
#ifndef MPS2_LAN9118_REGISTERS_H
#define MPS2_LAN9118_REGISTERS_H

enum {
    RX_DATA_FIFO = 0x00,
    TX_DATA_FIFO = 0x20,
    RX_STATUS_FIFO = 0x40,
    IRQ_CFG = 0x54,
    INT_STS = 0x58,
    INT_EN = 0x5c,
    BYTE_TEST = 0x64,
    FIFO_INT = 0x68,
    RX_CFG = 0x6c,
    TX_CFG = 0x70,
    HW_CFG = 0x74,
    RX_FIFO_INF = 0x7c,
    TX_FIFO_INF = 0x80,
    MAC_CSR_CMD = 0xa4,
    MAC_CSR_DATA = 0xa8,
    E2P_CMD = 0xb0,
};

enum {
    INT_PHY = 1 << 18,
    INT_TDFA = 1 << 9, /* transmit data FIFO has room */
    INT_RSFL = 1 << 3, /* receive status FIFO level */
};

/* Behind MAC_CSR_CMD; those of the PHY behind MII_ACC. */
enum { MAC_CR = 1, ADDRH = 2, ADDRL = 3, MII_ACC = 6, MII_DATA = 7 };
enum { PHY_BCR = 0, PHY_BSR = 1, PHY_SOURCE = 29, PHY_MASK = 30 };

#endif
