/* SPDX-License-Identifier: BSD-3-Clause */
#include "phy.h"

#include "mdio.h"

/* LAN8742A data sheet, 4.2; IEEE 802.3, clause 22. */
enum { BCR = 0, BSR = 1, ANAR = 4, PSCSR = 31 };
enum { BCR_RESET = 1 << 15, BCR_NEGOTIATE = 1 << 12, BCR_RESTART = 1 << 9 };
enum { BCR_POWER_DOWN = 1 << 11, BCR_ISOLATE = 1 << 10 };
enum { BSR_NEGOTIATED = 1 << 5, BSR_UP = 1 << 2 };

/* 10 and 100 Mbit/s, half and full duplex. At 10 the MAC now and then takes a good frame
 * for one with half a byte too much, and drops it (ES0392, RMII): better than no link. */
enum { ANAR_ALL = 0x1e1 };
enum { PSCSR_DONE = 1 << 12, PSCSR_FULL = 1 << 4, PSCSR_HUNDRED = 1 << 3 };

/* What is asked at a beat. After a reset, which a PHY may sleep through after an odd
 * start: asked again after as many beats. */
enum step { ASK_MODE, WAKE, ASK_RESET, RESETTING, ADVERTISE, NEGOTIATE, ASK_STATE, ASK_SPEED };
enum { TRIES_MAX = 20 };

static void ask(struct phy *phy, enum step step)
{
    phy->step = step;
    switch (step) {
    case ASK_MODE:
    case RESETTING: mdio_begin_read(BCR); break;
    case WAKE: mdio_begin_write(BCR, BCR_NEGOTIATE); break;
    case ASK_RESET:
        phy->tries = 0;
        mdio_begin_write(BCR, BCR_RESET);
        break;
    case ADVERTISE: mdio_begin_write(ANAR, ANAR_ALL); break;
    case NEGOTIATE: mdio_begin_write(BCR, BCR_NEGOTIATE | BCR_RESTART); break;
    case ASK_STATE: mdio_begin_read(BSR); break;
    case ASK_SPEED: mdio_begin_read(PSCSR); break;
    }
}

/* Asleep or isolated it has no link for good, whatever else it was told: woken before
 * the reset, of which in its sleep it may hear nothing. */
static enum step after_mode(uint32_t mode)
{
    if ((mode & (BCR_POWER_DOWN | BCR_ISOLATE)) != 0)
        return WAKE;
    return (mode & BCR_NEGOTIATE) != 0 ? ASK_STATE : ASK_RESET;
}

static enum step after_reset(struct phy *phy, uint32_t mode)
{
    if ((mode & BCR_RESET) == 0)
        return ADVERTISE;
    return ++phy->tries < TRIES_MAX ? RESETTING : ASK_RESET;
}

/* The link bit stays 0 until it is read, so a short loss is seen at one beat. Without a
 * link the mode is asked for again: it may have lost that as well. */
static bool note_state(struct phy *phy, uint32_t state)
{
    bool was = phy->up;

    if ((state & BSR_UP) == 0 || (state & BSR_NEGOTIATED) == 0) {
        phy->up = false;
        ask(phy, ASK_MODE);
    } else {
        ask(phy, was ? ASK_STATE : ASK_SPEED);
    }
    return was != phy->up;
}

/* Register 31 and not 16, which says another thing on each chip of this family. */
static bool note_speed(struct phy *phy, uint32_t speed)
{
    ask(phy, ASK_STATE);
    if ((speed & PSCSR_DONE) == 0)
        return false;
    phy->full_duplex = (speed & PSCSR_FULL) != 0;
    phy->hundred = (speed & PSCSR_HUNDRED) != 0;
    phy->up = true;
    return true;
}

/* No register that is asked for, and none that is written here, has all ones. */
static bool lose(struct phy *phy)
{
    bool was = phy->up;

    phy->up = false;
    ask(phy, ASK_MODE);
    return was;
}

bool phy_beat(struct phy *phy)
{
    enum { NOBODY = 0xffff };
    uint32_t value;

    if (!mdio_is_done())
        return false;
    value = mdio_value();
    if (value == NOBODY)
        return lose(phy);
    switch ((enum step)phy->step) {
    case ASK_MODE: ask(phy, after_mode(value)); return false;
    case WAKE: ask(phy, ASK_RESET); return false;
    case ASK_RESET: ask(phy, RESETTING); return false;
    case RESETTING: ask(phy, after_reset(phy, value)); return false;
    case ADVERTISE: ask(phy, NEGOTIATE); return false;
    case NEGOTIATE: ask(phy, ASK_STATE); return false;
    case ASK_STATE: return note_state(phy, value);
    case ASK_SPEED: return note_speed(phy, value);
    }
    return false;
}

/* Mode, state, speed: as far as a PHY that has its link is from being known. If it was
 * lost before, the state says so once more, and a beat finds what it is by now. */
void phy_start(struct phy *phy)
{
    enum { QUESTIONS = 3 };

    *phy = (struct phy){0};
    ask(phy, ASK_MODE);
    for (unsigned asked = 0; asked < QUESTIONS && !phy->up; asked++) {
        mdio_wait();
        (void)phy_beat(phy);
    }
}
