/* SPDX-License-Identifier: BSD-3-Clause */
#include "fault.h"

#include <stdbool.h>
#include <stdint.h>

#include "dead.h"
#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B1.5.6 (the frame), B3.2.15 (CFSR). */
enum { FRAME_LR = 5, FRAME_PC = 6 };
enum { CFSR_MSTKERR = 1 << 4, CFSR_STKERR = 1 << 12 }; /* there was no room for the frame */
static const uint32_t CFSR = 0xe000ed28;

extern uint32_t stack_bottom[]; /* sections.ld */
_Noreturn void fault_report(const uint32_t *frame);

static bool is_overflow(const uint32_t *frame, uint32_t cfsr)
{
    return frame < stack_bottom || (cfsr & (CFSR_MSTKERR | CFSR_STKERR)) != 0;
}

__attribute__((used)) _Noreturn void fault_report(const uint32_t *frame)
{
    uint32_t cfsr = reg_read(CFSR);
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    if (is_overflow(frame, cfsr)) {
        dead_begin("stack-overflow");
    } else {
        dead_begin("fault");
        dead_number("pc", frame[FRAME_PC]);
        dead_number("lr", frame[FRAME_LR]);
        dead_number("exception", exception);
    }
    dead_number("cfsr", cfsr);
    dead_end();
}

/* Where the stack may have overflowed there is none to report with, and a second
 * fault would lock the core up: the report then starts at its top. */
__attribute__((naked)) void fault_entry(void)
{
    __asm__ volatile("mrs r0, msp\n\t"
                     "ldr r1, =stack_bottom + 512\n\t"
                     "cmp r0, r1\n\t"
                     "bhs 1f\n\t"
                     "ldr r1, =stack_top\n\t"
                     "msr msp, r1\n"
                     "1:\tb fault_report");
}
