/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory in blocks, for the sanitizer build alone (AX_POOLS_ON_HEAP): a port
 * with a heap gives lwIP's pools from it, so that the sanitizer sees each
 * overrun. No other build has a heap.
 */
#ifndef AX_PORT_BLOCKS_H
#define AX_PORT_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* As malloc, calloc and free, and counted. */
void *ax_port_block_alloc(size_t size);
void *ax_port_block_calloc(size_t count, size_t size);
void ax_port_block_free(void *block);

/* Blocks in use now, and the most there were. */
uint32_t ax_port_blocks_used(void);
uint32_t ax_port_blocks_most(void);

#endif
