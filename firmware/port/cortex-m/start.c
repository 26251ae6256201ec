/* SPDX-License-Identifier: BSD-3-Clause */
/* From reset to main(). */
#include <stddef.h>
#include <stdint.h>

#include "dead.h"
#include "fault.h"
#include "mpu.h"
#include "stack.h"
#include "vectors.h"

int main(int argc, char **argv);
_Noreturn void start_reset(void);

/* sections.ld */
extern uint32_t stack_top[];
extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];

static void fill_ram(void)
{
    for (uint32_t *from = data_load, *to = data_start; to != data_end;)
        *to++ = *from++;
    for (uint32_t *to = bss_start; to != bss_end;)
        *to++ = 0;
}

/* A reset keeps RAM, and the stack with it: painted anew. Interrupts stay masked
 * until ax_port_init() has all that they need. */
_Noreturn void start_reset(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
    stack_paint();
    fill_ram();
    mpu_start();
    (void)main(0, NULL);
    dead_begin("returned");
    dead_end();
}

/* Faults are not told apart by the core: all are escalated to the hard fault,
 * which says why in CFSR. */
VECTORS_CORE static const struct {
    uint32_t *stack;
    vector at[15];
} core_vectors = {
    .stack = stack_top,
    .at = {start_reset, fault_entry, fault_entry, fault_entry, fault_entry, fault_entry, NULL, NULL,
           NULL, NULL, fault_entry, fault_entry, NULL, fault_entry, fault_entry},
};
