/* SPDX-License-Identifier: BSD-3-Clause */
#include "lan9118_mac.h"

#include "../cortex-m/registers.h"
#include "base/check.h"
#include "lan9118_registers.h"

static const uint32_t CHIP = BOARD_ETHERNET_AT;
static const uint32_t BUSY = 0x80000000, READ = 0x40000000;
enum { MII_BUSY = 1, MII_WRITE = 2, PHY_ADDRESS = 1 << 11 };

uint32_t mac_read(uint32_t index)
{
    reg_write(CHIP + MAC_CSR_CMD, BUSY | READ | index);
    AX_CHECK(reg_becomes(CHIP + MAC_CSR_CMD, BUSY, 0));
    return reg_read(CHIP + MAC_CSR_DATA);
}

void mac_write(uint32_t index, uint32_t value)
{
    reg_write(CHIP + MAC_CSR_DATA, value);
    reg_write(CHIP + MAC_CSR_CMD, BUSY | index);
    AX_CHECK(reg_becomes(CHIP + MAC_CSR_CMD, BUSY, 0));
}

static void wait_for_mii(void)
{
    enum { LOOKS = 100000 };
    unsigned looks = 0;

    while (looks < LOOKS && (mac_read(MII_ACC) & MII_BUSY) != 0)
        looks++;
    AX_CHECK(looks < LOOKS);
}

uint32_t phy_read(uint32_t index)
{
    mac_write(MII_ACC, PHY_ADDRESS | index << 6 | MII_BUSY);
    wait_for_mii();
    return mac_read(MII_DATA);
}

void phy_write(uint32_t index, uint32_t value)
{
    mac_write(MII_DATA, value);
    mac_write(MII_ACC, PHY_ADDRESS | index << 6 | MII_WRITE | MII_BUSY);
    wait_for_mii();
}
