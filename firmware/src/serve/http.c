/* SPDX-License-Identifier: BSD-3-Clause */
/* One page by HTTP/1.1 (RFC 9112): one request a connection, GET or HEAD. The
 * head is looked at as it comes; only its first line is kept. */
#include <string.h>

#include "serve/services.h"

#define PAGE \
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>plumbline</title>\n</head>\n<body>\n" \
    "<h1>It answers</h1>\n<p>This page comes from a microcontroller's TCP/IP stack, one socket\n" \
    "at a time, over two rings and no heap.</p>\n</body>\n</html>\n"
#define HEAD(status, type, length) \
    "HTTP/1.1 " status "\r\nServer: plumbline\r\nContent-Type: " type \
    "\r\nContent-Length: " length "\r\nConnection: close\r\n"
#define NO_PAGE "no such page\n"
#define NO_METHOD "only GET and HEAD\n"
#define TOO_LONG "too long a request\n"
#define ENDS "\r\n"

struct serve_answer {
    const char *head, *body;
};

static const struct serve_answer page = {HEAD("200 OK", "text/html", "228") ENDS, PAGE};
static const struct serve_answer no_page = {HEAD("404 Not Found", "text/plain", "13") ENDS,
                                            NO_PAGE};
static const struct serve_answer no_method = {
    HEAD("405 Method Not Allowed", "text/plain", "18") "Allow: GET, HEAD\r\n" ENDS, NO_METHOD};
static const struct serve_answer too_long = {
    HEAD("431 Request Header Fields Too Large", "text/plain", "19") ENDS, TOO_LONG};

_Static_assert(sizeof PAGE - 1 == 228, "Content-Length of the page");
_Static_assert(sizeof NO_PAGE - 1 == 13, "Content-Length of a 404");
_Static_assert(sizeof NO_METHOD - 1 == 18, "Content-Length of a 405");
_Static_assert(sizeof TOO_LONG - 1 == 19, "Content-Length of a 431");

/* ---- the request */

/* The target behind the method, up to the version; what follows "?" is no name. */
static bool names_the_page(const char *target, size_t len)
{
    static const char index[] = "/index.html";
    size_t end = 0;

    while (end < len && target[end] != ' ' && target[end] != '?')
        end++;
    if (end == len)
        return false; /* no version behind it, or cut */
    return (end == 1 && target[0] == '/') ||
           (end == sizeof index - 1 && memcmp(target, index, end) == 0);
}

static bool begins_with(const struct ax_serve_peer *peer, const char *method, size_t len)
{
    return peer->http.line_len >= len && memcmp(peer->http.line, method, len) == 0;
}

static const struct serve_answer *answer_to(struct ax_serve_peer *peer)
{
    static const char get[] = "GET ", head[] = "HEAD ";
    size_t method;

    if (begins_with(peer, get, sizeof get - 1))
        method = sizeof get - 1;
    else if (begins_with(peer, head, sizeof head - 1))
        method = sizeof head - 1;
    else
        return &no_method;
    peer->http.without_body = method == sizeof head - 1;
    return names_the_page(peer->http.line + method, peer->http.line_len - method) ? &page
                                                                                  : &no_page;
}

/* Takes one byte of the head. Sets the answer at its end: an empty line. */
static void take(struct ax_serve_peer *peer, uint8_t byte)
{
    if (byte == '\n' && peer->http.last_was_newline && peer->http.line_whole)
        peer->http.answer = answer_to(peer);
    else if (++peer->http.head_len > AX_SERVE_HEAD_BYTES)
        peer->http.answer = &too_long;
    if (byte == '\n' && peer->http.line_len != 0)
        peer->http.line_whole = true;
    if (byte != '\r')
        peer->http.last_was_newline = byte == '\n';
    if (!peer->http.line_whole && byte != '\r' && byte != '\n' &&
        peer->http.line_len < AX_SERVE_LINE_BYTES)
        peer->http.line[peer->http.line_len++] = (char)byte;
}

static int read_head(struct ax_serve_peer *peer)
{
    while (!peer->http.answer) {
        struct ax_span data;
        int err = ax_tcp_data(&peer->tcp, &data);
        size_t used = 0;
        if (err < 0)
            return err;
        while (used < data.len && !peer->http.answer)
            take(peer, data.at[used++]);
        ax_tcp_consume(&peer->tcp, used);
    }
    return AX_OK;
}

/* ---- the answer */

/* Sends what is left of `text`, which begins at `begin` of the answer. */
static int send_rest(struct ax_serve_peer *peer, const char *text, size_t begin)
{
    size_t len = strlen(text);

    while (peer->at < begin + len) {
        size_t from = peer->at - begin;
        int taken = ax_tcp_send(&peer->tcp, text + from, len - from);
        if (taken < 0)
            return taken;
        peer->at += (uint32_t)taken;
    }
    return AX_OK;
}

static int send_answer(struct ax_serve_peer *peer)
{
    const struct serve_answer *answer = peer->http.answer;
    int err = send_rest(peer, answer->head, 0);

    if (err == AX_OK && !peer->http.without_body)
        err = send_rest(peer, answer->body, strlen(answer->head));
    return err;
}

int serve_http(struct ax_serve_peer *peer)
{
    int err = read_head(peer);

    if (err < 0)
        return err == AX_E_WOULD_BLOCK ? AX_READABLE : err;
    err = send_answer(peer);
    if (err == AX_OK)
        return AX_E_EOF;
    return err == AX_E_WOULD_BLOCK ? AX_WRITABLE : err;
}
