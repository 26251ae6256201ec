/* SPDX-License-Identifier: BSD-3-Clause */
/* The least that starts an image on a Cortex-M: its vectors, its data, its bss. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int main(int argc, char **argv);

/* machine/cortex_m7.ld */
extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];

_Noreturn void machine_reset(void);

_Noreturn void machine_reset(void)
{
    memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    (void)main(0, NULL);
    for (;;) {
    }
}

static _Noreturn void fault(void)
{
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*at[15])(void);
} vectors = {stack_top, {machine_reset, fault, fault, fault, fault, fault}};
