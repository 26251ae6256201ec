/* SPDX-License-Identifier: BSD-3-Clause */
/* A LAN8742A, whose interrupt line is taken (it gives RMII its clock): it is asked, one
 * register at each beat of the timer, and nobody waits for the answer but the start.
 */
#ifndef STM32H7_PHY_H
#define STM32H7_PHY_H

#include <stdbool.h>
#include <stdint.h>

struct phy {
    uint32_t step;    /* private: what was asked at the last beat */
    uint32_t tries;   /* private: beats since the reset was asked for */
    bool up;          /* the cable is in, and both ends agree */
    bool full_duplex; /* while up */
    bool hundred;     /* while up: 100 Mbit/s, else 10 */
};

/* From here on phy_beat() brings it up, and again whenever it was lost: while none answers
 * there is no cable. A PHY that has found its partner is left alone
 * and known on return, some 100 microseconds later: a warm start keeps the link. */
void phy_start(struct phy *phy);

/* Looks at what was asked for at the last beat and asks for the next. True when
 * anything changed. Context: interrupt. */
bool phy_beat(struct phy *phy);

#endif
