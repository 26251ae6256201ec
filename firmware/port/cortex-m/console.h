/* SPDX-License-Identifier: BSD-3-Clause */
/* The console of ax/port.h: a ring each way between the UART and whoever reads
 * and writes. When the ring is full bytes stay in the UART, which holds the other
 * side back if its line can.
 */
#ifndef CORTEX_M_CONSOLE_H
#define CORTEX_M_CONSOLE_H

void console_start(void);

/* The UART has a byte or takes one. Context: its interrupt. */
void console_interrupt(void);

/* The last words, by polling and with interrupts masked: what is in the ring, then
 * bytes. Gives up on a UART that does not take them. */
void console_begin_last(void);
void console_put_last(char byte);
void console_say_last(const char *text);

#endif
