/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

uint32_t fake_now_ms;
struct ax_boot fake_boot;
uint8_t fake_boot_block[AX_BOOT_BYTES];
void (*fake_on_sleep)(uint32_t at_most_ms);
void (*fake_on_reset)(void);
unsigned fake_locked;
size_t fake_console_room = FAKE_CONSOLE_SIZE;
char fake_console_out[FAKE_CONSOLE_SIZE];
size_t fake_console_out_len;
struct ax_event ax_port_console;

static char typed[FAKE_CONSOLE_SIZE];
static size_t typed_first, typed_end;
static uint32_t random_state;

void fake_port_init(void)
{
    fake_now_ms = 0;
    fake_boot = (struct ax_boot){0};
    fake_on_sleep = NULL;
    fake_on_reset = NULL;
    fake_locked = 0;
    fake_console_room = FAKE_CONSOLE_SIZE;
    fake_console_out_len = 0;
    typed_first = typed_end = 0;
    random_state = 0;
}

struct ax_port_origin ax_port_origin(void)
{
    return (struct ax_port_origin){.cause = "watchdog",
                                   .unique = {0x03020100, 0x07060504, 0x0b0a0908}};
}

struct ax_boot ax_port_boot(void) { return fake_boot; }

void ax_port_set_boot(const uint8_t block[AX_BOOT_BYTES])
{
    memcpy(fake_boot_block, block, AX_BOOT_BYTES);
}

uint32_t ax_port_now_ms(void) { return fake_now_ms; }

uint32_t ax_port_lock(void) { return fake_locked++; }

void ax_port_unlock(uint32_t was) { fake_locked = was; }

void ax_port_sleep(uint32_t at_most_ms)
{
    if (fake_on_sleep)
        fake_on_sleep(at_most_ms);
    else if (at_most_ms == UINT32_MAX)
        fail_msg("sleeps for ever, and nothing will wake it");
    else
        fake_now_ms += at_most_ms;
}

void ax_port_random(void *dst, size_t len)
{
    uint8_t *to = dst;

    for (size_t i = 0; i < len; i++) {
        random_state = random_state * 1664525U + 1013904223U;
        to[i] = (uint8_t)(random_state >> 24);
    }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

void fake_console_type(const char *bytes, size_t len)
{
    assert_true(len <= sizeof typed - typed_end);
    memcpy(typed + typed_end, bytes, len);
    typed_end += len;
    ax_event_signal(&ax_port_console);
}

size_t ax_port_console_read(void *dst, size_t len)
{
    size_t n = least(len, typed_end - typed_first);

    memcpy(dst, typed + typed_first, n);
    typed_first += n;
    if (typed_first == typed_end)
        typed_first = typed_end = 0;
    return n;
}

size_t ax_port_console_write(const void *src, size_t len)
{
    size_t n = least(least(len, fake_console_room), sizeof fake_console_out - fake_console_out_len);

    memcpy(fake_console_out + fake_console_out_len, src, n);
    fake_console_out_len += n;
    fake_console_room -= n;
    return n;
}

struct ax_port_stack ax_port_stack(void) { return (struct ax_port_stack){0}; }

struct ax_port_cycles ax_port_cycles(void) { return (struct ax_port_cycles){0}; }

_Noreturn void ax_port_reset(void)
{
    if (fake_on_reset)
        fake_on_reset();
    fail_msg("reset");
    abort();
}

_Noreturn void ax_check_failed(const char *file, int line)
{
    mock_assert(0, "AX_CHECK", file, line);
    abort();
}
