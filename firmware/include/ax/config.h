/* SPDX-License-Identifier: BSD-3-Clause */
/* Every limit that memory sets, in one place. What stands here is what the native
 * device has; a board that has less (or more) says so by -D in its board.mk. The
 * `profile` and `mem` commands tell what an image was built with. Where 0 may stand
 * the image is without that part, its code included.
 *
 * Costs are bytes of RAM on a 32-bit core.
 */
#ifndef AX_CONFIG_H
#define AX_CONFIG_H

/* ---- the link */

/* Received frames that can wait for the stack, and as many that lwIP can hold:
 * 44 each. */
#ifndef AX_LINK_RX_QUEUE
#define AX_LINK_RX_QUEUE 64
#endif
_Static_assert(AX_LINK_RX_QUEUE >= 4 && AX_LINK_RX_QUEUE <= 1024, "frames");

/* Frames that the Ethernet device lends at once: 1,520 each. The queue can be full
 * and lwIP hold as many, and a fence behind them still comes in. */
#ifndef AX_LINK_RX_FRAMES
#define AX_LINK_RX_FRAMES (2 * AX_LINK_RX_QUEUE)
#endif
_Static_assert(AX_LINK_RX_FRAMES >= 2 * AX_LINK_RX_QUEUE, "queued and held");

/* Received frames that no segment out of order may hold: one of them may fill
 * the gap that the others wait for. Of AX_LINK_RX_QUEUE. */
#ifndef AX_LINK_RX_RESERVE
#define AX_LINK_RX_RESERVE 8
#endif
_Static_assert(AX_LINK_RX_RESERVE > 0 && AX_LINK_RX_RESERVE < AX_LINK_RX_QUEUE, "of the queue");

/* Whether the Ethernet device adds TCP's and UDP's checksums to whole packets, and tells
 * of received ones that they are right (ax/link.h). A board says so whose driver does. */
#ifndef AX_LINK_SUMS
#define AX_LINK_SUMS 0
#endif

/* ---- TCP */

/* Connections at once: about 190 each, beside the socket's own and its rings. */
#ifndef AX_TCP_SOCKETS
#define AX_TCP_SOCKETS 16
#endif

/* Connections in TIME-WAIT beside those: about 190 each. */
#ifndef AX_TCP_IN_TIME_WAIT
#define AX_TCP_IN_TIME_WAIT 8
#endif

/* Listeners: about 40 each. */
#ifndef AX_TCP_LISTENERS
#define AX_TCP_LISTENERS 8
#endif
_Static_assert(AX_TCP_SOCKETS > 0 && AX_TCP_IN_TIME_WAIT >= 0 && AX_TCP_LISTENERS > 0, "sockets");

/* The largest window offered, in bytes, whatever the ring takes: what the
 * Ethernet device can hold when nobody looks. Costs nothing. */
#ifndef AX_TCP_WINDOW_MAX
#define AX_TCP_WINDOW_MAX 65535
#endif
_Static_assert(AX_TCP_WINDOW_MAX >= 1460 && AX_TCP_WINDOW_MAX <= 65535, "no window scaling");

/* Segments on their way, of all connections: 20 each for the segment, 20 for the
 * reference to its bytes, and 92 of the heap for its headers. */
#ifndef AX_TCP_SEGMENTS
#define AX_TCP_SEGMENTS 256
#endif

/* Pieces that the segments of one connection may have, headers among them: about
 * two each. No memory of its own. */
#ifndef AX_TCP_SEGMENT_QUEUE
#define AX_TCP_SEGMENT_QUEUE 96
#endif
_Static_assert(AX_TCP_SEGMENT_QUEUE >= 8 && AX_TCP_SEGMENT_QUEUE <= 2 * AX_TCP_SEGMENTS, "pieces");

/* Segments of one connection that wait out of order: of the device's frames. 0: what
 * comes ahead of a gap is dropped, counted, and sent again by the peer. */
#ifndef AX_TCP_REORDER_FRAMES
#define AX_TCP_REORDER_FRAMES 8
#endif

/* lwIP's heap, in bytes: headers of segments, and answers that it makes itself. 0: it
 * has blocks instead, 132 for each segment and two of a frame, and makes no answer that
 * is larger. */
#ifndef AX_HEAP_BYTES
#define AX_HEAP_BYTES (64 * 1024)
#endif
_Static_assert(AX_HEAP_BYTES == 0 || AX_HEAP_BYTES >= 92 * AX_TCP_SEGMENTS + 2048,
               "a header for each, an echo reply");

/* ---- UDP and IP */

/* UDP sockets: about 40 each. 0: no UDP; a datagram that comes in meets an unknown
 * protocol (RFC 1122 3.2.2.1). */
#ifndef AX_UDP_SOCKETS
#define AX_UDP_SOCKETS 8
#endif

/* Names that are asked for, or known, at once: about 1,350 each, in an image that asks for
 * any (ax/dns.h). 0, or no UDP: none can be asked for. */
#ifndef AX_DNS_NAMES
#define AX_DNS_NAMES 4
#endif
_Static_assert(AX_DNS_NAMES >= 0 && AX_DNS_NAMES < 256, "of lwIP's table");

/* The largest datagram sent, in bytes: at most 65,535 less the headers. It
 * leaves in fragments of 1,480, each of which takes a place for as long. */
#ifndef AX_DATAGRAM_MAX
#define AX_DATAGRAM_MAX 65507
#endif
_Static_assert(AX_DATAGRAM_MAX >= 1472 && AX_DATAGRAM_MAX <= 65507, "octets");

/* Places for those fragments: 24 each. 0: nothing leaves in fragments. */
#ifndef AX_FRAGMENTS
#define AX_FRAGMENTS 46
#endif
_Static_assert(AX_FRAGMENTS * 1480 >= AX_DATAGRAM_MAX + 8 ||
                   (AX_FRAGMENTS == 0 && AX_DATAGRAM_MAX == 1472),
               "one for each");

/* Fragments received that wait for the rest, and the datagrams they are of: of
 * the device's frames. The longest that comes is 1,480 times as much. 0 of both: a
 * fragment is dropped. */
#ifndef AX_REASSEMBLY_FRAMES
#define AX_REASSEMBLY_FRAMES 46
#endif
#ifndef AX_REASSEMBLY_DATAGRAMS
#define AX_REASSEMBLY_DATAGRAMS 4
#endif
_Static_assert(AX_REASSEMBLY_FRAMES + AX_LINK_RX_RESERVE < AX_LINK_RX_QUEUE, "new ones get in");
_Static_assert((AX_REASSEMBLY_FRAMES > 0) == (AX_REASSEMBLY_DATAGRAMS > 0), "both or neither");

/* Whether there can be an any-IP proxy (ax/proxy.h): lwIP then asks for each packet by
 * which way it goes, some 20 instructions. An image that starts none is built as with 0
 * (firmware.mk). */
#ifndef AX_PROXY
#define AX_PROXY 0
#endif
_Static_assert(AX_PROXY == 0 || (AX_PROXY == 1 && AX_UDP_SOCKETS > 0), "one at most, and UDP");

/* ---- neighbours */

/* Known Ethernet addresses: 24 each. */
#ifndef AX_ARP_ENTRIES
#define AX_ARP_ENTRIES 16
#endif

/* Addresses being asked for, and packets that wait for each: 1,520 a packet. 0 of
 * both: none waits (RFC 1122 2.3.2.2 would have one); what finds no address is dropped
 * and the address asked for, TCP sends it again, a datagram is unreachable. */
#ifndef AX_NEIGHBOURS
#define AX_NEIGHBOURS 4
#endif
#ifndef AX_NEIGHBOUR_PACKETS
#define AX_NEIGHBOUR_PACKETS 4
#endif
_Static_assert((AX_NEIGHBOURS > 0) == (AX_NEIGHBOUR_PACKETS > 0), "both or neither");

/* ---- the device-under-test image */

/* Bytes that the shell's sockets and their rings are made of. */
#ifndef AX_SHELL_ARENA_BYTES
#define AX_SHELL_ARENA_BYTES (1024 * 1024)
#endif

/* What it says and nobody has read yet, in bytes. */
#ifndef AX_SHELL_OUTPUT_BYTES
#define AX_SHELL_OUTPUT_BYTES 4096
#endif
_Static_assert(AX_SHELL_OUTPUT_BYTES >= 2048, "a reply, the end of one, an event");

/* Tasks that watch, about 110 bytes each, and that move data, about 120. */
#ifndef AX_SHELL_WATCHES
#define AX_SHELL_WATCHES 12
#endif
#ifndef AX_SHELL_PUMPS
#define AX_SHELL_PUMPS 8
#endif

/* Servers, a task each: about 350 bytes, beside what each lends its connections. */
#ifndef AX_SHELL_SERVERS
#define AX_SHELL_SERVERS 8
#endif
/* Futures, a task each as well, of those that are left: about 290 bytes, and their bytes. */
#ifndef AX_SHELL_FUTURES
#define AX_SHELL_FUTURES 34
#endif
_Static_assert(AX_SHELL_WATCHES + AX_SHELL_PUMPS + AX_SHELL_SERVERS + 4 <= 32,
               "AX_TASKS_MAX, less our own");

/* ---- chips alone: a process has its system's */

/* Bytes of the serial line that wait to be read, and to be sent. A power of 2 is
 * not needed. */
#ifndef AX_CONSOLE_RX_BYTES
#define AX_CONSOLE_RX_BYTES 512
#endif
#ifndef AX_CONSOLE_TX_BYTES
#define AX_CONSOLE_TX_BYTES 2048
#endif

#endif
