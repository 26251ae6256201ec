# SPDX-License-Identifier: BSD-3-Clause
# Room for this application alone, as a product that is nothing else would have it; what each number is says
# include/ax/config.h. bench/ measures the size of that, boards/native-echo builds it to be run.
#
# In: IPv4 with options, ARP, answers to ping, TCP with all that a connection of ax does (a window of its own,
# retransmission, zero-window probes, TIME-WAIT, RFC 5961's challenges, RFC 6528's sequence numbers),
# a changed address, the cable.
# Out, because a number is 0: UDP, fragments both ways (TCP sends none, and its peers are told an MSS that needs none),
# segments kept out of order (the peer sends them again), packets kept until a neighbour's address is known (TCP sends
# them again), a heap (blocks of two sizes instead). Out, because nobody calls it: active open, options of a
# socket, and what ax/debug.h and ax/clock.h have for a bench.

# Two peers with a ring of 4 KiB each way.
ECHO_LIMITS := -DAX_LINK_RX_QUEUE=8 -DAX_LINK_RX_RESERVE=2 \
               -DAX_TCP_SOCKETS=2 -DAX_TCP_IN_TIME_WAIT=2 -DAX_TCP_LISTENERS=1 \
               -DAX_TCP_SEGMENTS=24 -DAX_TCP_SEGMENT_QUEUE=16 -DAX_HEAP_BYTES=0 -DAX_TCP_REORDER_FRAMES=0 \
               -DAX_UDP_SOCKETS=0 -DAX_DATAGRAM_MAX=1472 -DAX_FRAGMENTS=0 \
               -DAX_REASSEMBLY_FRAMES=0 -DAX_REASSEMBLY_DATAGRAMS=0
# Peers ask for our address before they connect, and so we know theirs. Where one has to be asked for after all TCP
# sends again what found none.
ECHO_LIMITS += -DAX_ARP_ENTRIES=8 -DAX_NEIGHBOURS=0 -DAX_NEIGHBOUR_PACKETS=0
