/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/port_blocks.h>

#include <stdlib.h>

static uint32_t used, most;

static void *counted(void *block)
{
    if (block && ++used > most)
        most = used;
    return block;
}

void *ax_port_block_alloc(size_t size) { return counted(malloc(size)); }

void *ax_port_block_calloc(size_t count, size_t size) { return counted(calloc(count, size)); }

void ax_port_block_free(void *block)
{
    if (block)
        used--;
    free(block);
}

uint32_t ax_port_blocks_used(void) { return used; }
uint32_t ax_port_blocks_most(void) { return most; }
