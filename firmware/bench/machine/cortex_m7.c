/* SPDX-License-Identifier: BSD-3-Clause */
/* A bare Cortex-M7 in QEMU (mps2-an500): no interrupts; semihosting is its console
 * and its end. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../console.h"

/* Semihosting for AArch32 and AArch64, release 2.0. */
enum { SYS_WRITE0 = 0x04, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
enum { STOPPED_APPLICATION_EXIT = 0x20026, FAILED = 1 };

static int ask_host(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static _Noreturn void end(uint32_t status)
{
    const uint32_t how[] = {STOPPED_APPLICATION_EXIT, status};

    for (;;)
        (void)ask_host(SYS_EXIT_EXTENDED, how);
}

void machine_say(const char *text) { (void)ask_host(SYS_WRITE0, text); }
_Noreturn void machine_fail(void) { end(FAILED); }

/* The command line is the name of the image and what follows it. */
static const char *arguments(void)
{
    static char line[256];
    struct {
        char *at;
        int size;
    } where = {line, sizeof line};

    if (ask_host(SYS_GET_CMDLINE, &where) != 0)
        return "";
    return line + strcspn(line, " ");
}

/* cortex_m7.ld */
extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];

_Noreturn void machine_reset(void);

_Noreturn void machine_reset(void)
{
    memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    bench_main(arguments());
    end(0);
}

static _Noreturn void fault(void)
{
    machine_say("fault\n");
    machine_fail();
}

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*at[15])(void);
} vectors = {stack_top, {machine_reset, fault, fault, fault, fault, fault}};
