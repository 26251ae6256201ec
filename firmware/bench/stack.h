/* SPDX-License-Identifier: BSD-3-Clause */
/* The stack under test, as its adapter shows it: 192.168.1.10/24 (its peer knows it by
 * BENCH_ADDR), MAC 02:00:00:00:00:01, MSS 1460, a window and a transmit buffer of STACK_WINDOW
 * bytes for each connection that is no spare.
 *
 * Bytes received are copied once, into what the application reads; bytes sent
 * once, out of what it wrote.
 */
#ifndef BENCH_STACK_H
#define BENCH_STACK_H

#include <stdint.h>

enum { STACK_MSS = 1460, STACK_WINDOW = 4 * STACK_MSS, STACK_SPARE_BUFFER = 1024 };

enum stack_service {
    STACK_SINK,   /* reads and forgets */
    STACK_SOURCE, /* sends as much as fits, for ever */
    STACK_ECHO,   /* sends back what it reads */
    STACK_SPARE,  /* an echo with buffers of STACK_SPARE_BUFFER bytes */
};

void stack_start(void);

/* Serves `connections` at once on that port. A service closes when its peer has. */
void stack_serve(enum stack_service service, uint16_t port, unsigned connections);

/* Sends each datagram back to where it came from. */
void stack_serve_udp(uint16_t port);

/* All that follows from the frame in wire_arrived(), and from the time. */
void stack_input(void);

/* The same without a frame: one turn of the main loop. */
void stack_poll(void);

/* Milliseconds to the moment at which a turn is due. */
uint32_t stack_next_ms(void);

/* Bytes that have reached the application. */
uint32_t stack_read_bytes(void);

/* "ax" or "raw". */
extern const char stack_name[];

#endif
