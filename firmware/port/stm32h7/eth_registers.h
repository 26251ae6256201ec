/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet MAC, its queues and its DMA (RM0433, chapter 58.11). */
#ifndef STM32H7_ETH_REGISTERS_H
#define STM32H7_ETH_REGISTERS_H

enum {
    ETH = 0x40028000,

    MACCR = ETH + 0x000,
    MACPFR = ETH + 0x008,
    MACIER = ETH + 0x0b4,
    MACMDIOAR = ETH + 0x200,
    MACMDIODR = ETH + 0x204,
    MACA0HR = ETH + 0x300,
    MACA0LR = ETH + 0x304,
    MMC_RX_MASK = ETH + 0x70c,
    MMC_TX_MASK = ETH + 0x710,
    MMC_RX_UNICAST = ETH + 0x7c4,

    MTLTQOMR = ETH + 0xd00,
    MTLRQOMR = ETH + 0xd30,
    MTLRQMPOCR = ETH + 0xd34,
    MTLRQDR = ETH + 0xd38,

    DMAMR = ETH + 0x1000,
    DMASBMR = ETH + 0x1004,
    DMADSR = ETH + 0x100c,
    DMACCR = ETH + 0x1100,
    DMACTCR = ETH + 0x1104,
    DMACRCR = ETH + 0x1108,
    DMACTDLAR = ETH + 0x1114,
    DMACRDLAR = ETH + 0x111c,
    DMACTDTPR = ETH + 0x1120,
    DMACRDTPR = ETH + 0x1128,
    DMACTDRLR = ETH + 0x112c,
    DMACRDRLR = ETH + 0x1130,
    DMACIER = ETH + 0x1134,
    DMACSR = ETH + 0x1160,
};

enum {
    MACCR_RE = 1 << 0,
    MACCR_TE = 1 << 1,
    MACCR_DM = 1 << 13,  /* full duplex */
    MACCR_FES = 1 << 14, /* 100 Mbit/s */
    MACCR_ACS = 1 << 20, /* padding and FCS are cut off frames of 802.3, */
    MACCR_CST = 1 << 21, /* the FCS off all others */
    MACCR_IPC = 1 << 27, /* sums of received packets are looked at */
    MACPFR_PM = 1 << 4,  /* all that goes to many */
};

/* Of DMACIER and DMACSR; the summaries stand for those before them. */
enum {
    DMA_TI = 1 << 0,
    DMA_RI = 1 << 6,
    DMA_RBU = 1 << 7, /* the receive ring is empty: reception is suspended */
    DMA_FBE = 1 << 12,
    DMA_AIS = 1 << 14,
    DMA_NIS = 1 << 15,
};

#endif
