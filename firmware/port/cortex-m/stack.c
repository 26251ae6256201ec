/* SPDX-License-Identifier: BSD-3-Clause */
#include "stack.h"

#include <stdint.h>

#include <ax/port.h>

enum { PAINT = 0x57ac57ac, GUARD_WORDS = 4 };

extern uint32_t stack_bottom[], stack_top[]; /* sections.ld */

static uint32_t at_rest;

static uint32_t *pointer(void)
{
    uint32_t *sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

static uint32_t depth(const uint32_t *at) { return (uint32_t)(stack_top - at) * sizeof *at; }

void stack_paint(void)
{
    volatile uint32_t *end = pointer();

    for (volatile uint32_t *at = stack_bottom; at < end; at++)
        *at = PAINT;
}

void stack_note_rest(void) { at_rest = depth(pointer()); }

bool stack_is_whole(void)
{
    for (unsigned i = 0; i < GUARD_WORDS; i++)
        if (stack_bottom[i] != PAINT)
            return false;
    return true;
}

static uint32_t deepest(void)
{
    const uint32_t *at = stack_bottom;

    while (at < stack_top && *at == PAINT)
        at++;
    return depth(at);
}

struct ax_port_stack ax_port_stack(void)
{
    return (struct ax_port_stack){at_rest, deepest(), depth(stack_bottom)};
}
