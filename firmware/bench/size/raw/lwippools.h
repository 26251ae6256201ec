/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks in place of a heap, as src/stack/lwippools.h; more of the large ones, for
 * what tcp_write() copies. Included several times. */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(28, 128)
LWIP_MALLOC_MEMPOOL(8, 1600)
LWIP_MALLOC_MEMPOOL_END
