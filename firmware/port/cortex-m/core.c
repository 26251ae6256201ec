/* SPDX-License-Identifier: BSD-3-Clause */
#include "core.h"

#include <ax/port.h>

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B3.2 to B3.4. */
enum { IRQ_WORDS = 8, PER_WORD = 32 };
static const uint32_t SYSTICK_CSR = 0xe000e010;
static const uint32_t NVIC_ISER = 0xe000e100; /* enable; one bit each, IRQ_WORDS words */
static const uint32_t NVIC_ICER = 0xe000e180; /* disable */
static const uint32_t NVIC_ICPR = 0xe000e280; /* forget */
static const uint32_t AIRCR = 0xe000ed0c;
static const uint32_t AIRCR_SYSRESETREQ = 0x05fa0004; /* with its key */

extern uint32_t stack_top[]; /* sections.ld */
_Noreturn void start_reset(void);

uint32_t ax_port_lock(void)
{
    uint32_t was;

    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(was)::"memory");
    return was;
}

void ax_port_unlock(uint32_t was) { __asm__ volatile("msr primask, %0" ::"r"(was) : "memory"); }

/* A line that was asserted before its device was told which level means so is
 * still pending: forgotten first. */
void core_enable(unsigned irq)
{
    uint32_t word = irq / PER_WORD * sizeof(uint32_t);

    reg_write(NVIC_ICPR + word, 1U << irq % PER_WORD);
    reg_write(NVIC_ISER + word, 1U << irq % PER_WORD);
}

void core_sleep(void) { __asm__ volatile("dsb\n\twfi" ::: "memory"); }

static void disable_all(void)
{
    reg_write(SYSTICK_CSR, 0);
    for (uint32_t word = 0; word < IRQ_WORDS; word++) {
        reg_write(NVIC_ICER + word * sizeof(uint32_t), UINT32_MAX);
        reg_write(NVIC_ICPR + word * sizeof(uint32_t), UINT32_MAX);
    }
}

_Noreturn void core_start_again(void)
{
    disable_all();
    __asm__ volatile("dsb\n\tisb\n\t"
                     "msr msp, %0\n\t"
                     "bx %1" ::"r"(stack_top),
                     "r"(start_reset)
                     : "memory");
    __builtin_unreachable();
}

/* WFI ends for a masked interrupt as well, so every source is disabled first. */
_Noreturn void core_halt(void)
{
    (void)ax_port_lock();
    disable_all();
    for (;;)
        core_sleep();
}

_Noreturn void core_reset(void)
{
    __asm__ volatile("dsb" ::: "memory");
    reg_write(AIRCR, AIRCR_SYSRESETREQ);
    for (;;) /* it takes a few cycles */
        core_sleep();
}
