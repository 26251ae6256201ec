/* SPDX-License-Identifier: BSD-3-Clause */
#include "entropy.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/registers.h"
#include "base/check.h"
#include "clocks.h"

/* RM0433, chapter 34; its clock is HSI48, as after a reset of the chip. */
enum { RNG = 0x48021800, CR = RNG + 0x0, SR = RNG + 0x4, DR = RNG + 0x8 };
enum { CR_RNGEN = 1 << 2, SR_DRDY = 1, SR_SEIS = 1 << 6 };
enum { RNG_CLOCK = 1 << 6 };
static const uint32_t RCC_CR = 0x58024400;
enum { HSI48ON = 1 << 12, HSI48RDY = 1 << 13 };

void entropy_start(void)
{
    reg_write(RCC_CR, reg_read(RCC_CR) | HSI48ON);
    AX_CHECK(reg_becomes(RCC_CR, HSI48RDY, HSI48RDY));
    clocks_enable(CLOCKS_AHB2, RNG_CLOCK);
    reg_write(CR, CR_RNGEN);
}

/* False: the noise failed its test. The RNG then stops and its words are not to be used; 0 is
 * never one, but what is read where that happened after the look (34.3.7, 34.7.3).
 *
 * A clock error (CECS, CEIS) says that HSI48 is too slow for the bus, or stands. What words come
 * are as good as any, so nobody asks; where none come any more, this check ends the device. */
static bool next_word(uint32_t *word)
{
    AX_CHECK(reg_shows(SR, SR_DRDY | SR_SEIS));
    *word = (reg_read(SR) & SR_SEIS) == 0 ? reg_read(DR) : 0;
    return *word != 0;
}

/* From the start, and what the failed noise left in the pipeline is thrown away (34.3.7).
 * False: it failed again meanwhile. */
static bool begin_anew(void)
{
    enum { PIPELINE_WORDS = 12 };
    uint32_t thrown_away;

    reg_write(SR, 0);
    reg_write(CR, 0);
    reg_write(CR, CR_RNGEN);
    for (unsigned i = 0; i < PIPELINE_WORDS; i++)
        if (!next_word(&thrown_away))
            return false;
    return true;
}

/* Noise fails its own test now and then; noise that does so again and again is none. */
uint32_t chip_entropy(void)
{
    enum { TRIES = 4 };
    uint32_t word;
    bool has_word = next_word(&word);

    for (unsigned tries = 0; !has_word && tries < TRIES; tries++)
        has_word = begin_anew() && next_word(&word);
    AX_CHECK(has_word);
    return word;
}
