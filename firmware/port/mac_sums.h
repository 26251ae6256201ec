/* SPDX-License-Identifier: BSD-3-Clause */
/* Which frames the checksum engine of a MAC can be right about: whole IPv4 packets of
 * TCP or UDP. A fragment's sum is that of its datagram, which no engine ever sees whole
 * (mbed-os#7227), and what other protocols have is theirs (zephyr#57629).
 */
#ifndef PORT_MAC_SUMS_H
#define PORT_MAC_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame that is sent: the engine may put in its sums. The rest have theirs. */
bool mac_sums_may_insert(const uint8_t *frame, size_t len);

/* A frame that came and that the engine found right: it looked at the bytes that count.
 * Of a datagram those are as many as UDP says (RFC 768), the engine takes all of IP's. */
bool mac_sums_may_trust(const uint8_t *frame, size_t len);

#endif
