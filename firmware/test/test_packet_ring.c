/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ax/err.h>
#include <ax/packet_ring.h>

enum { SIZE_MAX_TESTED = 4500, SLOTS_MAX_TESTED = 8 };

static uint8_t storage[SIZE_MAX_TESTED];
static struct ax_packet slots[SLOTS_MAX_TESTED];
static struct ax_packet_ring ring;

static void given_an_empty_ring(uint32_t size, uint16_t slot_count)
{
    ax_packet_ring_init(&ring, storage, size, slots, slot_count);
}

/* What the datagram of that id holds. */
static uint8_t pattern(uint32_t id, size_t i) { return (uint8_t)(id * 31 + i * 7); }

/* Returns an error, or AX_OK after queueing a datagram; then *at is its offset. */
static int send(size_t len, uint32_t *at)
{
    struct ax_span room;
    int err = ax_packet_ring_room(&ring, len, &room);

    if (err != AX_OK)
        return err;
    assert_int_equal(room.len, len);
    for (size_t i = 0; i < len; i++)
        room.at[i] = pattern(ring.next_id, i);
    *at = (uint32_t)(room.at - storage);
    assert_int_equal(ax_packet_ring_commit(&ring, len)->len, len);
    return AX_OK;
}

static void drop_oldest(void)
{
    struct ax_span payload;
    const struct ax_packet *packet = ax_packet_ring_oldest(&ring, &payload);

    assert_non_null(packet);
    assert_int_equal(payload.len, packet->len);
    for (size_t i = 0; i < payload.len; i++)
        assert_int_equal(payload.at[i], pattern(packet->id, i));
    ax_packet_ring_consume(&ring);
}

/* The contract's sequences. sN sends N bytes, which ends as the sign behind it
 * says: + taken, f taken at the front, - would block, ! too large. ?N asks
 * whether N bytes would be taken (+ or -). d drops the oldest, e all. */
static const struct sequence {
    uint32_t size;
    uint16_t slots;
    const char *once;
    const char *for_ever;
} sequences[] = {
    {1500, 4, "s200+ s1500- e s1500+", ""},
    {1500, 4, "s200+ s1300+ d s201- s200f s1-", ""},
    {1500, 4, "s1000+ s400+ d s100+ s100f s900+", ""},
    {1500, 4, "s1501! s1500+ s1501! e s1501!", ""},
    {16, 4, "s4+ s8+ d s8- s4+", ""},
    {16, 2, "s0+ s0+ s0-", ""},
    {16, 2, "s8+ s4+ d s9- ?4+ s6f ?0-", ""},
    {16, 3, "s10+ s0+ d s16f", ""},
    {3000, 4, "s1500+ s1500+", "d s1500+"},
    {3000, 4, "s100+ s1500+ d s1500- s1400+", ""},
    {4500, 4, "s100+ s1500+ d s1500+", ""},
};

static int outcome_of(char sign)
{
    switch (sign) {
    case '-': return AX_E_WOULD_BLOCK;
    case '!': return AX_E_TOO_LARGE;
    default: return AX_OK;
    }
}

static const char *play_step(const char *step)
{
    char *sign = NULL;
    uint32_t at = UINT32_MAX;

    if (*step == 'd' || *step == 'e') {
        do
            drop_oldest();
        while (*step == 'e' && ax_packet_ring_used(&ring) > 0);
        return step + 1;
    }
    size_t len = strtoul(step + 1, &sign, 10);
    if (*step == '?')
        assert_int_equal(ax_packet_ring_fits(&ring, len), outcome_of(*sign));
    else
        assert_int_equal(send(len, &at), outcome_of(*sign));
    if (*sign == 'f')
        assert_int_equal(at, 0);
    return sign + 1;
}

static void play(const char *steps)
{
    while (*steps) {
        steps = play_step(steps);
        while (*steps == ' ')
            steps++;
    }
}

static void a_sequence_of_the_contract_holds(void **state)
{
    const struct sequence *sequence = *state;
    given_an_empty_ring(sequence->size, sequence->slots);

    play(sequence->once);
    for (int round = 0; round < 10000; round++)
        play(sequence->for_ever);
}

static void ids_count_from_1_and_skip_0_when_they_wrap(void **state)
{
    uint32_t at;
    struct ax_span payload;
    (void)state;
    given_an_empty_ring(16, 4);

    send(1, &at);
    assert_int_equal(ax_packet_ring_oldest(&ring, &payload)->id, 1);
    ax_packet_ring_consume(&ring);
    ring.next_id = UINT32_MAX;
    send(1, &at);
    assert_int_equal(ax_packet_ring_oldest(&ring, &payload)->id, UINT32_MAX);
    ax_packet_ring_consume(&ring);
    send(1, &at);
    assert_int_equal(ax_packet_ring_oldest(&ring, &payload)->id, 1);
}

static void a_failed_send_takes_no_id_and_no_room(void **state)
{
    uint32_t at;
    (void)state;
    given_an_empty_ring(16, 4);
    send(10, &at);
    struct ax_packet_ring before = ring;

    assert_int_equal(send(7, &at), AX_E_WOULD_BLOCK);
    assert_int_equal(send(17, &at), AX_E_TOO_LARGE);

    assert_memory_equal(&ring, &before, sizeof ring);
}

static void commit_gives_the_slot_to_be_filled_in(void **state)
{
    struct ax_span room, payload;
    const struct ax_endpoint remote = {.addr = 0xc0000201, .port = 7};
    (void)state;
    given_an_empty_ring(16, 4);
    assert_int_equal(ax_packet_ring_room(&ring, 3, &room), AX_OK);

    ax_packet_ring_commit(&ring, 3)->remote = remote;

    const struct ax_packet *packet = ax_packet_ring_oldest(&ring, &payload);
    assert_int_equal(packet->remote.addr, remote.addr);
    assert_int_equal(packet->remote.port, remote.port);
    assert_int_equal(packet->local.port, 0);
}

static void given_a_room_behind_one_datagram(struct ax_span *room)
{
    uint32_t at;

    given_an_empty_ring(16, 4);
    send(4, &at);
    assert_int_equal(ax_packet_ring_room(&ring, 8, room), AX_OK);
    memset(room->at, 'x', 8);
}

static void a_datagram_may_leave_between_room_and_commit(void **state)
{
    struct ax_span room, payload;
    (void)state;
    given_a_room_behind_one_datagram(&room);

    drop_oldest();
    ax_packet_ring_commit(&ring, 8);

    assert_int_equal(ax_packet_ring_oldest(&ring, &payload)->len, 8);
    assert_ptr_equal(payload.at, room.at);
    assert_memory_equal(payload.at, "xxxxxxxx", 8);
}

static void asking_for_room_does_not_move_a_room_lent(void **state)
{
    struct ax_span room, payload;
    (void)state;
    given_a_room_behind_one_datagram(&room);
    drop_oldest();

    assert_int_equal(ax_packet_ring_fits(&ring, 16), AX_OK);
    ax_packet_ring_commit(&ring, 8);

    ax_packet_ring_oldest(&ring, &payload);
    assert_ptr_equal(payload.at, room.at);
}

static void clear_drops_everything_and_ids_go_on(void **state)
{
    uint32_t at;
    struct ax_span payload;
    (void)state;
    given_an_empty_ring(16, 2);
    send(10, &at);
    send(0, &at);

    ax_packet_ring_clear(&ring);

    assert_int_equal(ax_packet_ring_used(&ring), 0);
    assert_int_equal(ax_packet_ring_payload(&ring), 0);
    assert_null(ax_packet_ring_oldest(&ring, &payload));
    assert_int_equal(send(16, &at), AX_OK);
    assert_int_equal(ax_packet_ring_oldest(&ring, &payload)->id, 3);
}

static void a_ring_without_storage_carries_empty_datagrams(void **state)
{
    struct ax_span room;
    (void)state;
    ax_packet_ring_init(&ring, NULL, 0, slots, 1);

    assert_int_equal(ax_packet_ring_room(&ring, 1, &room), AX_E_TOO_LARGE);
    assert_int_equal(ax_packet_ring_room(&ring, 0, &room), AX_OK);
    ax_packet_ring_commit(&ring, 0);
    assert_int_equal(ax_packet_ring_fits(&ring, 0), AX_E_WOULD_BLOCK);
}

static void committing_what_does_not_fit_is_a_bug(void **state)
{
    struct ax_span room;
    (void)state;
    given_an_empty_ring(16, 4);
    assert_int_equal(ax_packet_ring_room(&ring, 8, &room), AX_OK);
    expect_assert_failure(ax_packet_ring_commit(&ring, 17));
}

static void consuming_nothing_is_a_bug(void **state)
{
    (void)state;
    given_an_empty_ring(16, 4);
    expect_assert_failure(ax_packet_ring_consume(&ring));
}

/* The model knows of each byte whether it is in use, and of the datagrams in
 * order. It has no offsets to go wrong. */
static struct {
    bool taken[SIZE_MAX_TESTED];
    struct {
        uint32_t at, len;
    } queued[SLOTS_MAX_TESTED];
    unsigned count;
    uint32_t payload, end; /* `end` is behind the newest byte */
} model;

static bool is_free(uint32_t at, uint32_t len)
{
    if (at + len > ring.size)
        return false;
    for (uint32_t i = at; i < at + len; i++)
        if (model.taken[i])
            return false;
    return true;
}

static int model_place(uint32_t len, uint32_t *at)
{
    if (len > ring.size)
        return AX_E_TOO_LARGE;
    if (model.count == ring.slot_count)
        return AX_E_WOULD_BLOCK;
    *at = model.payload == 0 ? 0 : model.end;
    if (is_free(*at, len))
        return AX_OK;
    *at = 0;
    return is_free(0, len) ? AX_OK : AX_E_WOULD_BLOCK;
}

static void model_mark(uint32_t at, uint32_t len, bool taken)
{
    for (uint32_t i = at; i < at + len; i++)
        model.taken[i] = taken;
    model.payload = taken ? model.payload + len : model.payload - len;
}

static void model_send(uint32_t at, uint32_t len)
{
    model.queued[model.count].at = at;
    model.queued[model.count].len = len;
    model.count++;
    model_mark(at, len, true);
    if (len > 0)
        model.end = at + len;
}

static void model_drop(void)
{
    model_mark(model.queued[0].at, model.queued[0].len, false);
    model.count--;
    memmove(model.queued, model.queued + 1, model.count * sizeof *model.queued);
}

static uint32_t random_below(uint32_t bound)
{
    static uint32_t seed = 1;

    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16) % bound;
}

static void take_a_random_step(void)
{
    uint32_t len = random_below(4) ? random_below(ring.size / 2 + 1) : random_below(ring.size + 2);
    uint32_t expected_at = 0, at = 0;

    if (random_below(2) && model.count > 0) {
        drop_oldest();
        model_drop();
        return;
    }
    int expected = model_place(len, &expected_at);
    assert_int_equal(ax_packet_ring_fits(&ring, len), expected);
    assert_int_equal(send(len, &at), expected);
    if (expected != AX_OK)
        return;
    if (len > 0)
        assert_int_equal(at, expected_at);
    model_send(expected_at, len);
}

static void it_agrees_with_a_map_of_bytes_whatever_is_done(void **state)
{
    (void)state;
    for (uint32_t size = 0; size <= 24; size++)
        for (uint16_t slot_count = 1; slot_count <= SLOTS_MAX_TESTED; slot_count++) {
            memset(&model, 0, sizeof model);
            given_an_empty_ring(size, slot_count);
            for (int step = 0; step < 1500; step++) {
                take_a_random_step();
                assert_int_equal(ax_packet_ring_used(&ring), model.count);
                assert_int_equal(ax_packet_ring_payload(&ring), model.payload);
            }
        }
}

int main(void)
{
    enum { SEQUENCES = sizeof sequences / sizeof *sequences };
    struct CMUnitTest of_the_contract[SEQUENCES];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_count_from_1_and_skip_0_when_they_wrap),
        cmocka_unit_test(a_failed_send_takes_no_id_and_no_room),
        cmocka_unit_test(commit_gives_the_slot_to_be_filled_in),
        cmocka_unit_test(a_datagram_may_leave_between_room_and_commit),
        cmocka_unit_test(asking_for_room_does_not_move_a_room_lent),
        cmocka_unit_test(clear_drops_everything_and_ids_go_on),
        cmocka_unit_test(a_ring_without_storage_carries_empty_datagrams),
        cmocka_unit_test(committing_what_does_not_fit_is_a_bug),
        cmocka_unit_test(consuming_nothing_is_a_bug),
        cmocka_unit_test(it_agrees_with_a_map_of_bytes_whatever_is_done),
    };

    for (size_t i = 0; i < SEQUENCES; i++)
        of_the_contract[i] = (struct CMUnitTest){
            .name = sequences[i].once,
            .test_func = a_sequence_of_the_contract_holds,
            .initial_state = (void *)&sequences[i],
        };
    return cmocka_run_group_tests(of_the_contract, NULL, NULL) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
