/* SPDX-License-Identifier: BSD-3-Clause */
/* Storage for sockets out of one lent area: first fit, neighbours joined again
 * when given back. A guard behind each block is checked when it comes back, so
 * that a write past the end of a socket's ring ends the device.
 *
 *   [size|used|bytes ... guard][size|free|...............][size|used|bytes ...]
 */
#ifndef AX_SHELL_ARENA_H
#define AX_SHELL_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

/* Fields are private. */
struct arena {
    struct arena_block *first;
    uint8_t *end;
    uint32_t used, most;
};

/* Starts an empty arena over `len` bytes, borrowed for good. */
void arena_init(struct arena *arena, void *at, size_t len);

/* Lends `len` bytes, aligned for any type, or NULL. */
void *arena_take(struct arena *arena, size_t len);

/* Takes them back; NULL is no block. */
void arena_give_back(struct arena *arena, void *at);

/* Bytes lent now, the most so far, and how many could be lent in one piece when
 * nothing is. */
uint32_t arena_used(const struct arena *arena);
uint32_t arena_most(const struct arena *arena);
uint32_t arena_size(const struct arena *arena);

#endif
