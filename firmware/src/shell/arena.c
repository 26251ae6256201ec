/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/arena.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

enum { ALIGN = 8, GUARD_BYTES = 8, GUARD = 0xa5 };

struct arena_block {
    uint32_t span; /* bytes of the whole block, a multiple of ALIGN */
    uint32_t lent; /* bytes lent of it; FREE when none are */
};

static const uint32_t FREE = UINT32_MAX;

_Static_assert(sizeof(struct arena_block) == ALIGN, "what follows a header must be aligned");

static uint8_t *bytes_of(struct arena_block *block) { return (uint8_t *)(block + 1); }

static struct arena_block *block_at(uint8_t *at) { return (struct arena_block *)(void *)at; }

static struct arena_block *next_of(const struct arena *arena, struct arena_block *block)
{
    uint8_t *next = (uint8_t *)block + block->span;

    return next < arena->end ? block_at(next) : NULL;
}

void arena_init(struct arena *arena, void *at, size_t len)
{
    size_t skip = (ALIGN - (uintptr_t)at % ALIGN) % ALIGN;
    size_t usable = len < skip ? 0 : (len - skip) / ALIGN * ALIGN;

    *arena = (struct arena){0};
    if (usable < sizeof(struct arena_block) || usable > INT32_MAX)
        return;
    arena->first = block_at((uint8_t *)at + skip);
    arena->end = (uint8_t *)arena->first + usable;
    *arena->first = (struct arena_block){.span = (uint32_t)usable, .lent = FREE};
}

/* Cuts what is not needed off a free block. */
static void split(struct arena_block *block, uint32_t span)
{
    uint32_t rest = block->span - span;

    if (rest < 2 * sizeof *block)
        return;
    block->span = span;
    *block_at((uint8_t *)block + span) = (struct arena_block){.span = rest, .lent = FREE};
}

static struct arena_block *first_fit(struct arena *arena, uint32_t span)
{
    for (struct arena_block *block = arena->first; block; block = next_of(arena, block))
        if (block->lent == FREE && block->span >= span)
            return block;
    return NULL;
}

void *arena_take(struct arena *arena, size_t len)
{
    size_t span = (sizeof(struct arena_block) + len + GUARD_BYTES + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block;

    if (!arena->first || len > arena_size(arena))
        return NULL;
    block = first_fit(arena, (uint32_t)span);
    if (!block)
        return NULL;
    split(block, (uint32_t)span);
    block->lent = (uint32_t)len;
    memset(bytes_of(block) + len, GUARD, GUARD_BYTES);
    arena->used += block->lent;
    if (arena->used > arena->most)
        arena->most = arena->used;
    return bytes_of(block);
}

static void join_free_neighbours(struct arena *arena)
{
    struct arena_block *block = arena->first;

    while (block) {
        struct arena_block *next = next_of(arena, block);
        if (next && block->lent == FREE && next->lent == FREE)
            block->span += next->span;
        else
            block = next;
    }
}

static bool guard_is_intact(struct arena_block *block)
{
    const uint8_t *guard = bytes_of(block) + block->lent;

    for (unsigned i = 0; i < GUARD_BYTES; i++)
        if (guard[i] != GUARD)
            return false;
    return true;
}

void arena_give_back(struct arena *arena, void *at)
{
    struct arena_block *block;

    if (!at)
        return;
    block = block_at((uint8_t *)at - sizeof *block);
    AX_CHECK(block->lent != FREE);
    AX_CHECK(guard_is_intact(block));
    arena->used -= block->lent;
    block->lent = FREE;
    join_free_neighbours(arena);
}

uint32_t arena_used(const struct arena *arena) { return arena->used; }

uint32_t arena_most(const struct arena *arena) { return arena->most; }

uint32_t arena_size(const struct arena *arena)
{
    size_t span = arena->first ? (size_t)(arena->end - (uint8_t *)arena->first) : 0;
    size_t overhead = sizeof(struct arena_block) + GUARD_BYTES;

    return span > overhead ? (uint32_t)(span - overhead) : 0;
}
