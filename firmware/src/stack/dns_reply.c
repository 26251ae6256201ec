/* SPDX-License-Identifier: BSD-3-Clause */
/* Sections are those of RFC 1035 unless another is named. */
#include "stack/dns_reply.h"

#include <stddef.h>

enum { HEADER_LEN = 12, QUESTION_LEN = 4, RECORD_LEN = 10, NAME_OCTETS = 255 };
enum { OF_ADDRESS = 1, OF_CNAME = 5, INTERNET = 1 };
enum { IS_ANSWER = 0x8000, OPCODE = 0x7800, IS_CUT = 0x0200, RCODE = 0x000f, NXDOMAIN = 3 };

static unsigned u16_at(struct ax_span message, size_t at)
{
    return (unsigned)message.at[at] << 8 | message.at[at + 1];
}

/* RFC 2181 8: with its first bit set it is 0. */
static uint32_t ttl_at(struct ax_span message, size_t at)
{
    uint32_t ttl = (uint32_t)u16_at(message, at) << 16 | u16_at(message, at + 2);

    return ttl >> 31 ? 0 : ttl;
}

/* ---- names (4.1.4) */

/* Each pointer leads to before all that was walked from the one before it, so a walk ends. */
struct walk {
    struct ax_span message;
    size_t at, before;
};

static struct walk walk_from(struct ax_span message, size_t at)
{
    return (struct walk){message, at, at};
}

/* The next label's length, 0 behind the last one; -1: that is no name. */
static int next_label(struct walk *walk, const uint8_t **label)
{
    const struct ax_span *message = &walk->message;

    while (walk->at < message->len) {
        unsigned len = message->at[walk->at];
        if (len < 0x40) {
            *label = &message->at[walk->at + 1];
            walk->at += 1 + len;
            return walk->at <= message->len ? (int)len : -1;
        }
        if (len < 0xc0 || walk->at + 1 >= message->len)
            return -1;
        walk->at = u16_at(*message, walk->at) & 0x3fff;
        if (walk->at < HEADER_LEN || walk->at >= walk->before)
            return -1;
        walk->before = walk->at;
    }
    return -1;
}

/* Where the name that begins there ends in its place; 0: that is no name of a host. */
static size_t behind_name(struct ax_span message, size_t at)
{
    struct walk walk = walk_from(message, at);
    const uint8_t *label;
    size_t octets = 1;
    int len;

    while ((len = next_label(&walk, &label)) > 0)
        octets += 1 + (size_t)len;
    if (len < 0 || octets == 1 || octets > NAME_OCTETS)
        return 0;
    while (message.at[at] != 0 && message.at[at] < 0x40)
        at += 1 + (size_t)message.at[at];
    return at + (message.at[at] == 0 ? 1 : 2);
}

static unsigned lower(unsigned c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

/* Both were walked to their ends. */
static bool are_same(struct ax_span message, size_t a, size_t b)
{
    struct walk walk_a = walk_from(message, a), walk_b = walk_from(message, b);
    const uint8_t *label_a, *label_b;
    int len;

    do {
        len = next_label(&walk_a, &label_a);
        if (len != next_label(&walk_b, &label_b))
            return false;
        for (int i = 0; i < len; i++)
            if (lower(label_a[i]) != lower(label_b[i]))
                return false;
    } while (len > 0);
    return true;
}

/* Whether the label stands at *text, and a dot or the end behind it; then the next one is
 * at *text. */
static bool text_begins(const char **text, const uint8_t *label, int len)
{
    for (int i = 0; i < len; i++, ++*text)
        if (**text == '\0' || **text == '.' || lower((uint8_t) * *text) != lower(label[i]))
            return false;
    if (**text != '.')
        return **text == '\0';
    ++*text;
    return true;
}

static bool is_text(struct ax_span message, size_t at, const char *text)
{
    struct walk walk = walk_from(message, at);
    const uint8_t *label;
    int len;

    while ((len = next_label(&walk, &label)) > 0)
        if (!text_begins(&text, label, len))
            return false;
    return len == 0 && *text == '\0';
}

/* ---- records (4.1.3) */

struct record {
    size_t owner, data, behind;
    unsigned type, class, data_len;
    uint32_t ttl_s;
};

static bool read_record(struct ax_span message, size_t at, struct record *record)
{
    size_t fixed = behind_name(message, at);

    if (fixed == 0 || message.len - fixed < RECORD_LEN)
        return false;
    *record = (struct record){
        .owner = at,
        .data = fixed + RECORD_LEN,
        .type = u16_at(message, fixed),
        .class = u16_at(message, fixed + 2),
        .ttl_s = ttl_at(message, fixed + 4),
        .data_len = u16_at(message, fixed + 8),
    };
    record->behind = record->data + record->data_len;
    return record->behind <= message.len;
}

/* The search for the address, from name to name. */
struct search {
    size_t wanted; /* whose record is next */
    uint32_t ttl_s;
    bool found;
};

/* Whether the record may stand there. */
static bool look_at(struct ax_span message, const struct record *record, struct search *search)
{
    bool is_wanted = are_same(message, record->owner, search->wanted);
    bool is_address = record->type == OF_ADDRESS;

    if (search->found || record->class != INTERNET || !(is_address || record->type == OF_CNAME))
        return true;
    if (is_address ? record->data_len != 4 : behind_name(message, record->data) != record->behind)
        return false;
    if (!is_wanted)
        return !is_address; /* lwIP would take it */
    if (record->ttl_s < search->ttl_s)
        search->ttl_s = record->ttl_s;
    search->found = is_address;
    if (!is_address)
        search->wanted = record->data;
    return true;
}

static bool read_answers(struct ax_span message, size_t at, struct search *search)
{
    struct record record;

    for (unsigned left = u16_at(message, 6); left != 0; left--) {
        if (!read_record(message, at, &record) || !look_at(message, &record, search))
            return false;
        at = record.behind;
    }
    return true;
}

/* ---- the whole */

/* Where its answers begin; 0: it is no answer to that question. */
static size_t behind_question(struct ax_span message, uint16_t id, const char *name)
{
    size_t at;

    if (message.len < HEADER_LEN || u16_at(message, 0) != id)
        return 0;
    if ((u16_at(message, 2) & (IS_ANSWER | OPCODE)) != IS_ANSWER || u16_at(message, 4) != 1)
        return 0;
    at = behind_name(message, HEADER_LEN);
    if (at == 0 || !is_text(message, HEADER_LEN, name) || message.len - at < QUESTION_LEN)
        return 0;
    if (u16_at(message, at) != OF_ADDRESS || u16_at(message, at + 2) != INTERNET)
        return 0;
    return at + QUESTION_LEN;
}

static enum dns_says says(unsigned flags, bool has_address)
{
    if ((flags & RCODE) != 0)
        return (flags & RCODE) == NXDOMAIN ? DNS_SAYS_NO_NAME : DNS_CANNOT_SAY;
    if (has_address)
        return DNS_SAYS_ADDRESS;
    return flags & IS_CUT ? DNS_SAYS_CUT : DNS_SAYS_NO_NAME;
}

bool dns_reply_read(struct dns_reply *reply, struct ax_span message, uint16_t id, const char *name)
{
    struct search search = {.wanted = HEADER_LEN, .ttl_s = UINT32_MAX};
    size_t at = behind_question(message, id, name);

    if (at == 0 || !read_answers(message, at, &search))
        return false;
    reply->says = says(u16_at(message, 2), search.found);
    reply->ttl_s = search.ttl_s;
    return true;
}
