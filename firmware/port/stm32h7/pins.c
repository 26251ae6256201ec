/* SPDX-License-Identifier: BSD-3-Clause */
#include "pins.h"

#include "../cortex-m/registers.h"
#include "clocks.h"

/* RM0433, chapter 11. */
enum { MODER = 0x00, OSPEEDR = 0x08, BSRR = 0x18, AFRL = 0x20 };
enum { OUTPUT = 1, ALTERNATE = 2, VERY_HIGH = 3 };

static uint32_t port_at(char port)
{
    static const uint32_t GPIOA = 0x58020000, EACH = 0x400;

    return GPIOA + (uint32_t)(port - 'A') * EACH;
}

static void set_field(uint32_t at, uint32_t width, uint32_t index, uint32_t value)
{
    uint32_t shift = width * index, mask = ((1U << width) - 1) << shift;

    reg_write(at, (reg_read(at) & ~mask) | value << shift);
}

static void start_port(char port) { clocks_enable(CLOCKS_AHB4, 1U << (port - 'A')); }

/* The function before the mode, so that no other drives the pin in between. PA13 and PA14
 * stay SWD's, or nothing flashes the board again without its reset wired. */
void pin_give(struct pin pin, uint32_t function)
{
    uint32_t at = port_at(pin.port);

    start_port(pin.port);
    set_field(at + AFRL + pin.number / 8 * 4U, 4, pin.number % 8U, function);
    set_field(at + OSPEEDR, 2, pin.number, VERY_HIGH);
    set_field(at + MODER, 2, pin.number, ALTERNATE);
}

void pin_light(struct pin pin)
{
    start_port(pin.port);
    pin_set(pin, 0);
    set_field(port_at(pin.port) + MODER, 2, pin.number, OUTPUT);
}

void pin_set(struct pin pin, uint32_t high)
{
    reg_write(port_at(pin.port) + BSRR, 1U << (pin.number + (high ? 0 : 16)));
}
