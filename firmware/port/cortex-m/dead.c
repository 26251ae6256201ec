/* SPDX-License-Identifier: BSD-3-Clause */
#include "dead.h"

#include <ax/port.h>

#include "console.h"
#include "core.h"
#include "kept.h"

static void put(char byte)
{
    console_put_last(byte);
    kept_add(byte);
}

static void say(const char *text)
{
    while (*text)
        put(*text++);
}

static void say_number(uint32_t value, uint32_t base)
{
    if (value >= base)
        say_number(value / base, base);
    put("0123456789abcdef"[value % base]);
}

static void say_key(const char *key)
{
    say(" ");
    say(key);
    say("=");
}

void dead_begin(const char *what)
{
    (void)ax_port_lock();
    console_begin_last();
    console_say_last("\r\n!dead ");
    say(what);
}

void dead_text(const char *key, const char *value)
{
    say_key(key);
    say(value);
}

void dead_number(const char *key, uint32_t value)
{
    say_key(key);
    say("0x");
    say_number(value, 16);
}

_Noreturn void dead_end(void)
{
    kept_end();
    console_say_last("\r\n");
    core_halt();
}

_Noreturn void ax_check_failed(const char *file, int line)
{
    dead_begin("check");
    dead_text("at", file);
    say(":");
    say_number((uint32_t)line, 10);
    dead_end();
}
