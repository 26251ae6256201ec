/* SPDX-License-Identifier: BSD-3-Clause */
#include "console.h"

#include <ax/config.h>
#include <ax/port.h>
#include <ax/ring.h>

#include "chip.h"

struct ax_event ax_port_console;

/* All of it is touched with interrupts masked alone. */
static struct {
    struct ax_ring rx, tx;
    uint8_t rx_storage[AX_CONSOLE_RX_BYTES], tx_storage[AX_CONSOLE_TX_BYTES];
    bool found_full; /* room is news */
    bool is_mute;    /* the UART did not take the last words */
} console;

void console_start(void)
{
    ax_ring_init(&console.rx, console.rx_storage, sizeof console.rx_storage);
    ax_ring_init(&console.tx, console.tx_storage, sizeof console.tx_storage);
}

/* Returns whether anything came. */
static bool pump_in(void)
{
    bool came = false;
    uint8_t byte;

    while (ax_ring_free(&console.rx) > 0 && chip_uart_take(&byte)) {
        (void)ax_ring_put(&console.rx, &byte, 1);
        came = true;
    }
    return came;
}

static void pump_out(void)
{
    struct ax_span next;

    while ((next = ax_ring_data(&console.tx, 0)).len > 0 && chip_uart_put(*next.at))
        ax_ring_consume(&console.tx, 1);
}

void console_interrupt(void)
{
    bool is_news = pump_in();

    pump_out();
    if (console.found_full && ax_ring_free(&console.tx) > 0) {
        console.found_full = false;
        is_news = true;
    }
    if (is_news)
        ax_event_signal(&ax_port_console);
}

/* A byte that found the ring full waits in the UART, and no interrupt will tell of
 * it again. */
size_t ax_port_console_read(void *dst, size_t len)
{
    uint32_t was = ax_port_lock();
    size_t taken = ax_ring_take(&console.rx, dst, len);

    if (pump_in())
        ax_event_signal(&ax_port_console);
    ax_port_unlock(was);
    return taken;
}

size_t ax_port_console_write(const void *src, size_t len)
{
    uint32_t was = ax_port_lock();
    size_t taken = ax_ring_put(&console.tx, src, len);

    console.found_full = taken < len;
    pump_out();
    ax_port_unlock(was);
    return taken;
}

void console_put_last(char byte)
{
    enum { LOOKS = 10000000 };

    for (unsigned looks = 0; looks < LOOKS && !console.is_mute; looks++)
        if (chip_uart_put((uint8_t)byte))
            return;
    console.is_mute = true;
}

void console_begin_last(void)
{
    uint8_t byte;

    while (ax_ring_take(&console.tx, &byte, 1) == 1)
        console_put_last((char)byte);
}

void console_say_last(const char *text)
{
    while (*text)
        console_put_last(*text++);
}
