/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes a line of text into a bounded area. What does not fit is left out. */
#ifndef AX_SHELL_TEXT_H
#define AX_SHELL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>

/* The longest line either way, and the longest we write with CR LF behind it. */
enum { LINE_MAX_BYTES = 500, TEXT_MAX_BYTES = LINE_MAX_BYTES - 2 };

/* All zero is an empty line. */
struct text {
    size_t len;
    char at[TEXT_MAX_BYTES];
};

void text_bytes(struct text *text, const char *bytes, size_t len);
void text_string(struct text *text, const char *string);
void text_number(struct text *text, uint32_t number);
void text_hex(struct text *text, const uint8_t *bytes, size_t len);
void text_address(struct text *text, uint32_t addr);

/* "a.b.c.d:port", "*:port" for address 0, "*" when both are 0. */
void text_endpoint(struct text *text, struct ax_endpoint endpoint);

/* key=value, with a space before it unless it begins the line. */
void text_key(struct text *text, const char *key);
void text_field(struct text *text, const char *key, uint32_t value);
/* key=USED/SIZE */
void text_field_level(struct text *text, const char *key, uint32_t used, uint32_t size);

void text_field_string(struct text *text, const char *key, const char *value);
void text_field_endpoint(struct text *text, const char *key, struct ax_endpoint endpoint);
void text_field_hex(struct text *text, const char *key, const uint8_t *bytes, size_t len);

#endif
