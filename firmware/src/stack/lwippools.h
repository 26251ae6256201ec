/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks in place of a heap, for AX_HEAP_BYTES 0. lwIP includes this several times,
 * each time to make something else of it; a size must be a number there.
 *
 * Of 128 bytes: the headers of each segment, and what goes to the link at once (an
 * ACK, a question of ARP). Of 1,600: a frame, for an answer to a ping and for what
 * waited for a neighbour.
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(AX_TCP_SEGMENTS + 4, 128)
LWIP_MALLOC_MEMPOOL(2, 1600)
LWIP_MALLOC_MEMPOOL_END
