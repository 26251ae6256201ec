/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/mac_sums.h"

enum { ETHERNET = 14, IP = 20, UDP_HEADER = 8, PAYLOAD = 10, ICMP = 1, TCP = 6, UDP = 17 };
enum { FRAME = ETHERNET + IP + UDP_HEADER + PAYLOAD };

/* A datagram of that length, in a packet that is as long. */
static const uint8_t *frame_of(uint8_t protocol, uint8_t flags, uint8_t offset, uint8_t udp_len)
{
    static uint8_t frame[FRAME];

    memset(frame, 0, sizeof frame);
    frame[12] = 0x08;
    frame[ETHERNET] = 0x45;
    frame[ETHERNET + 3] = IP + UDP_HEADER + PAYLOAD;
    frame[ETHERNET + 6] = flags;
    frame[ETHERNET + 7] = offset;
    frame[ETHERNET + 9] = protocol;
    frame[ETHERNET + IP + 5] = udp_len;
    return frame;
}

static const uint8_t *whole(uint8_t protocol)
{
    return frame_of(protocol, 0x40, 0, UDP_HEADER + PAYLOAD); /* "don't fragment" is no fragment */
}

static void whole_packets_of_tcp_and_udp_get_their_sums(void **state)
{
    (void)state;
    assert_true(mac_sums_may_insert(whole(TCP), FRAME));
    assert_true(mac_sums_may_insert(whole(UDP), FRAME));
    assert_true(mac_sums_may_trust(whole(TCP), FRAME));
    assert_true(mac_sums_may_trust(whole(UDP), FRAME));
}

static void no_other_protocol_does(void **state)
{
    (void)state;
    for (unsigned protocol = 0; protocol < 256; protocol++)
        if (protocol != TCP && protocol != UDP)
            assert_false(mac_sums_may_insert(whole((uint8_t)protocol), FRAME));
    assert_false(mac_sums_may_trust(whole(ICMP), FRAME));
}

static void no_part_of_a_datagram_does_first_middle_or_last(void **state)
{
    static const uint8_t places[][2] = {{0x20, 0}, {0x20, 185}, {0, 185}, {0, 1}, {0x1f, 0xff}};

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const uint8_t *part = frame_of(UDP, places[i][0], places[i][1], UDP_HEADER + PAYLOAD);

        assert_false(mac_sums_may_insert(part, FRAME));
        assert_false(mac_sums_may_trust(part, FRAME));
    }
}

static void a_frame_that_is_no_ipv4_or_too_short_for_it_does_not(void **state)
{
    uint8_t frame[FRAME];

    (void)state;
    for (size_t len = 0; len < ETHERNET + IP; len++)
        assert_false(mac_sums_may_insert(whole(UDP), len));
    memcpy(frame, whole(UDP), FRAME);
    frame[13] = 0x06; /* ARP */
    assert_false(mac_sums_may_insert(frame, FRAME));
    memcpy(frame, whole(UDP), FRAME);
    frame[ETHERNET] = 0x65;
    assert_false(mac_sums_may_insert(frame, FRAME));
}

static void a_datagram_that_is_shorter_than_its_packet_is_summed_again(void **state)
{
    (void)state;
    for (unsigned len = 0; len < 256; len++)
        assert_int_equal(mac_sums_may_trust(frame_of(UDP, 0, 0, (uint8_t)len), FRAME),
                         len == UDP_HEADER + PAYLOAD);
}

static void a_header_that_reaches_beyond_the_frame_is_not_read(void **state)
{
    uint8_t *frame = test_malloc(FRAME);

    (void)state;
    memcpy(frame, whole(UDP), FRAME);
    frame[ETHERNET] = 0x4f;
    assert_false(mac_sums_may_trust(frame, FRAME));
    test_free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_packets_of_tcp_and_udp_get_their_sums),
        cmocka_unit_test(no_other_protocol_does),
        cmocka_unit_test(no_part_of_a_datagram_does_first_middle_or_last),
        cmocka_unit_test(a_frame_that_is_no_ipv4_or_too_short_for_it_does_not),
        cmocka_unit_test(a_datagram_that_is_shorter_than_its_packet_is_summed_again),
        cmocka_unit_test(a_header_that_reaches_beyond_the_frame_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
