/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/text.h"

#include <string.h>

void text_bytes(struct text *text, const char *bytes, size_t len)
{
    size_t room = sizeof text->at - text->len;
    size_t fits = len < room ? len : room;

    memcpy(text->at + text->len, bytes, fits);
    text->len += fits;
}

void text_string(struct text *text, const char *string)
{
    text_bytes(text, string, strlen(string));
}

void text_number(struct text *text, uint32_t number)
{
    char digits[10];
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    text_bytes(text, digits + first, sizeof digits - first);
}

void text_hex(struct text *text, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
        text_bytes(text, pair, sizeof pair);
    }
}

void text_address(struct text *text, uint32_t addr)
{
    for (unsigned shift = 32; shift != 0; shift -= 8) {
        text_number(text, addr >> (shift - 8) & 0xff);
        if (shift != 8)
            text_string(text, ".");
    }
}

void text_endpoint(struct text *text, struct ax_endpoint endpoint)
{
    if (endpoint.addr == 0)
        text_string(text, "*");
    else
        text_address(text, endpoint.addr);
    if (endpoint.addr == 0 && endpoint.port == 0)
        return;
    text_string(text, ":");
    text_number(text, endpoint.port);
}

void text_key(struct text *text, const char *key)
{
    if (text->len != 0)
        text_string(text, " ");
    text_string(text, key);
    text_string(text, "=");
}

void text_field(struct text *text, const char *key, uint32_t value)
{
    text_key(text, key);
    text_number(text, value);
}

void text_field_level(struct text *text, const char *key, uint32_t used, uint32_t size)
{
    text_field(text, key, used);
    text_string(text, "/");
    text_number(text, size);
}

void text_field_string(struct text *text, const char *key, const char *value)
{
    text_key(text, key);
    text_string(text, value);
}

void text_field_endpoint(struct text *text, const char *key, struct ax_endpoint endpoint)
{
    text_key(text, key);
    text_endpoint(text, endpoint);
}

void text_field_hex(struct text *text, const char *key, const uint8_t *bytes, size_t len)
{
    text_key(text, key);
    text_hex(text, bytes, len);
}
