/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz_lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static uint32_t state = 1;

void fuzz_seed(uint32_t seed) { state = seed * 2654435761U | 1; }

uint32_t fuzz_below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

/* In a template, %h is a handle, %n any number, %s a size, %t some time, %e an
 * endpoint, %d data, %k an option, %y a way. */
static const char *const templates[] = {
    "help",
    "help %w",
    "id",
    "profile",
    "mem",
    "tasks",
    "net",
    "net 10.0.0.2 255.255.255.0 10.0.0.1",
    "link",
    "link tell in",
    "link tell out",
    "link fault tx-full %h",
    "link fault rx-alloc %h",
    "link fault tx-full off",
    "link fault rx-defer on",
    "link fault rx-defer off",
    "poll",
    "poll hand",
    "poll auto",
    "poll auto",
    "poll auto",
    "poll %h %h",
    "clock",
    "clock run",
    "clock hold",
    "clock hold",
    "clock step",
    "clock advance %t",
    "clock advance %t sent",
    "tcp open %s %s",
    "tcp open %s %s",
    "tcp open %s %s through=%y",
    "tcp open %s %s through=%y",
    "tcp connect %h %e",
    "tcp connect %h 10.0.0.1:80 timeout=%t",
    "tcp connect %h 10.0.0.1:80",
    "tcp connect %h 10.0.0.1:80",
    "tcp connect %h 10.0.0.1:7",
    "tcp connect %h 10.0.0.1:7 local=%e",
    "tcp %h",
    "tcp state %h",
    "tcp send %h %d",
    "tcp send %h %d",
    "tcp recv %h %n",
    "tcp recv %h %n check=%n:%n",
    "tcp peek %h %n",
    "tcp room %h",
    "tcp commit %h %d",
    "tcp data %h",
    "tcp consume %h %s",
    "tcp close %h",
    "tcp abort %h",
    "tcp destroy %h",
    "tcp option %h %k",
    "tcp option %h %k %k",
    "tcp stats %h",
    "serve echo 7",
    "serve discard %n",
    "serve chargen 19 connections=%h rx=%s tx=%s",
    "serve http 80 connections=%n",
    "serve udp-echo 7",
    "serve udp-discard %n",
    "serve %h",
    "serve stop %h",
    "serve stop %h",
    "listen open *:80 reset",
    "listen open *:7 drop",
    "listen open %e drop",
    "listen open *:9 hold=2",
    "listen reopen %h",
    "tcp meter %h",
    "tcp info %h",
    "udp follow %h",
    "dhcp",
    "dhcp start",
    "dhcp release",
    "future dhcp",
    "dns",
    "dns forget",
    "dns servers 10.0.0.1 10.0.0.9",
    "dns servers 10.0.0.9 10.0.0.1",
    "dns servers 10.0.0.1 0.0.0.0",
    "dns servers 224.0.0.1 %e",
    "future dns text:a.example",
    "future dns text:a.example within=%t",
    "future dns text:b.example hold",
    "future dns text:10.0.0.7",
    "future dns %d",
    "future until link-down",
    "future until address-lost",
    "udp status %h %n",
    "listen open *:9 hold=%n",
    "listen lend %h %h",
    "listen close %h",
    "listen stats %h",
    "udp open %s %h %s %h",
    "udp open %s %h %s %h through=%y",
    "udp open %s %n %s %n",
    "callback show %h",
    "callback times %h rx=%t ack=%t poll=250",
    "callback do %h packet destroy %h",
    "callback do %h end close",
    "callback do %h disconnect connect %e",
    "callback do %h poll abort %h",
    "callback do %h error destroy",
    "callback add %h %d",
    "callback send %h",
    "callback space %h",
    "callback data %h %n",
    "callback serve 9 reset",
    "callback serve %n drop",
    "callback lend %h",
    "callback lend %h",
    "callback do %h client abort %h",
    "callback do %h packet unserve",
    "callback do %h disconnect unserve",
    "callback no-delay %h",
    "callback status",
    "callback unserve",
    "future recv %h %s",
    "future read-exact %h %s within=%t",
    "future write-all %h %d hold",
    "future send %h %d within=%t",
    "future flush %h",
    "future close %h",
    "future shutdown %h hold",
    "future connect %h 10.0.0.1:80 within=%t",
    "future accept %h %h",
    "future recv-from %h %s hold",
    "future send-to %h %e %d",
    "future sleep %t hold",
    "future select %h %h %h",
    "future join %h %h",
    "future %h",
    "future withdraw %h",
    "future withdraw %h",
    "driver open %h",
    "driver tcp %h any",
    "driver tcp %h readable",
    "driver udp %h both %n",
    "driver reregister %n writable",
    "driver deregister %n",
    "driver released %n",
    "driver poll 8",
    "driver poll %h",
    "driver look %n",
    "driver clear %n both",
    "driver clear %n any older",
    "driver unpark",
    "driver stop",
    "reactor open %h",
    "reactor connect %h 10.0.0.1:80 within=%t",
    "reactor accept %h %h",
    "reactor recv %h %s",
    "reactor read-exact %h %s within=%t",
    "reactor send %h %d",
    "reactor write-all %h %d within=%t",
    "reactor flush %h",
    "reactor shutdown %h",
    "reactor close %h within=%t",
    "reactor send-to %h %e %d",
    "reactor recv-from %h %s",
    "reactor within %n %t",
    "reactor within %n %n",
    "reactor cancel %n",
    "reactor cancel-tcp %h",
    "reactor",
    "reactor stop",
    "proxy start 198.51.100.0 255.255.255.0 drop",
    "proxy start 10.0.0.0 255.255.255.254 reset packets=%h tuples=%h tcp_idle=%t keep=%t",
    "proxy start 0.0.0.0 0.0.0.0 reset packets=%n ring=%s",
    "proxy",
    "proxy tuples",
    "proxy recv %n",
    "proxy send %e %e %d",
    "proxy push %d",
    "proxy pull",
    "proxy stop",
    "udp bind %h %e",
    "udp bind %h *:7",
    "udp bind %h *:0",
    "udp bind %h *:0",
    "udp %h",
    "udp send %h 10.0.0.1:7 %d",
    "udp send %h %e %d",
    "udp can-send %h %n",
    "udp recv %h %n",
    "udp recv %h %s check=%n:%n",
    "udp option %h %k",
    "udp stats %h",
    "udp close %h",
    "watch tcp %h both again",
    "watch tcp %h readable deadline=%t",
    "watch tcp %h writable",
    "watch udp %h both again deadline=%t",
    "watch udp %h writable again",
    "watch udp %h writable room=%n again",
    "watch stop %h",
    "pump source %h %n %n",
    "pump sink %h %n %n",
    "pump echo %h",
    "pump udp-source %h 10.0.0.1:7 %h %h 99",
    "pump udp-source %h %e %h 1470 1480",
    "pump udp-source %h %e %h %s %s",
    "pump udp-sink %h %n %h",
    "pump udp-echo %h",
    "pump %h",
    "pump stop %h",
};

enum { TEMPLATES = sizeof templates / sizeof templates[0] };

static const char *pick(const char *const *words, uint32_t count)
{
    return words[fuzz_below(count)];
}

#define PICK(words) pick(words, sizeof(words) / sizeof((words)[0]))

static const char *a_word(char kind)
{
    static const char *const handles[] = {"1", "1", "2", "2", "3", "4", "5", "6", "0", "99"};
    static const char *const numbers[] = {"0",   "1",     "200",   "201",        "1460",
                                          "536", "65535", "65536", "4294967295", "4294967296",
                                          "-1",  "0x",    "0x10",  "0xffffffff", "2147483648"};
    static const char *const sizes[] = {"1",    "2",    "100",  "1500",  "3000",
                                        "4096", "8192", "8193", "20000", "70000"};
    static const char *const times[] = {"0", "1", "100", "250", "1000", "3000", "9999"};
    static const char *const endpoints[] = {
        "10.0.0.1:7", "10.0.0.1:80", "*:7",         "*:0",           "*",
        "0.0.0.0:0",  "10.0.0.9:9",  "192.0.2.1:1", "10.0.0.255:7",  "224.0.0.1:5",
        "10.0.0.2:7", "127.0.0.1:7", "1.2.3:4",     "1.2.3.4:65536", "10.0.0.1",
    };
    static const char *const data[] = {
        "hex:",
        "hex:00ff",
        "hex:0",
        "hex:zz",
        "text:",
        "text:hello",
        "pattern:1:0:10",
        "pattern:1:0:1472",
        "pattern:1:0:0",
        "pattern:1:0:5000",
        "pattern:1:0:4294967295",
        "pattern:1:2",
        "pattern:::",
        "pattern:0xffffffff:0xffffffff:65535",
    };
    static const char *const options[] = {
        "no_delay=1", "no_delay=2",          "ttl=1", "ttl=256",
        "tos=3",      "keepalive_ms=100",    "=",     "keepalive_count=",
        "ttl=-1",     "user_timeout_ms=500",
    };
    static const char *const way_names[] = {"core",    "futures",  "readiness",
                                            "reactor", "callback", "proxy"};
    static const char *const names[] = {"tcp", "udp", "pump", "nothing", "%s"};

    switch (kind) {
    case 'h': return PICK(handles);
    case 'n': return PICK(numbers);
    case 's': return PICK(sizes);
    case 't': return PICK(times);
    case 'e': return PICK(endpoints);
    case 'd': return PICK(data);
    case 'k': return PICK(options);
    case 'y': return PICK(way_names);
    default: return PICK(names);
    }
}

static size_t put(char *line, size_t len, const char *bytes)
{
    size_t more = strlen(bytes);

    memcpy(line + len, bytes, more);
    return len + more;
}

static size_t put_command(char *line, size_t len)
{
    for (const char *at = templates[fuzz_below(TEMPLATES)]; *at != '\0'; at++) {
        if (*at == '%')
            len = put(line, len, a_word(*++at));
        else
            line[len++] = *at;
    }
    return len;
}

static size_t put_number(char *line, size_t len)
{
    static const char *const odd[] = {"@",    "@0 ", "@x ", "@ 1 ", "@4294967296 ", "@4294967295 ",
                                      "@0x7 "};
    char number[16];

    if (fuzz_below(20) == 0)
        return put(line, len, PICK(odd));
    (void)snprintf(number, sizeof number, "@%u ", (unsigned)fuzz_below(1000) + 1);
    return put(line, len, number);
}

static size_t put_noise(char *line, size_t len, size_t count)
{
    while (count-- > 0)
        line[len++] = (char)fuzz_below(256);
    return len;
}

static size_t put_keys(char *line, size_t len)
{
    static const char *const keys[] = {"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[3~",
                                       "\x1b[H", "\x7f",   "\b",     "\x01",   "\x05",
                                       "\x0b",   "\x15",   "\x17",   "\x1b",   "q"};

    for (uint32_t count = fuzz_below(12); count > 0; count--)
        len = put(line, len, PICK(keys));
    return len;
}

static size_t mutate(char *line, size_t len)
{
    size_t at = fuzz_below((uint32_t)len);

    switch (fuzz_below(4)) {
    case 0: line[at] = (char)fuzz_below(256); return len;
    case 1: line[at] = (char)(' ' + fuzz_below(95)); return len;
    case 2: memmove(line + at, line + at + 1, len - at - 1); return len - 1;
    default: memmove(line + at + 1, line + at, len - at); return len + 1;
    }
}

static size_t make(char *line)
{
    size_t len = 0;

    switch (fuzz_below(16)) {
    case 0: return put_noise(line, 0, fuzz_below(40));
    case 1: return put_noise(line, put(line, 0, "@"), fuzz_below(700));
    case 2:
        len = put_number(line, 0);
        memset(line + len, 'x', 460 + fuzz_below(60));
        return len + 460 + fuzz_below(60);
    case 3: return put_keys(line, put_command(line, put_keys(line, 0)));
    case 4: return put_command(line, 0);
    case 5: return put_number(line, 0);
    default: len = put_command(line, put_number(line, 0)); break;
    }
    for (uint32_t count = fuzz_below(8) < 2 ? 1 + fuzz_below(4) : 0; count > 0 && len > 1; count--)
        len = mutate(line, len);
    return len;
}

static bool holds(const char *line, size_t len, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= len; i++)
        if (memcmp(line + i, word, size) == 0)
            return true;
    return false;
}

static unsigned longest_number(const char *line, size_t len)
{
    unsigned digits = 0, most = 0;

    for (size_t i = 0; i < len; i++) {
        digits = line[i] >= '0' && line[i] <= '9' ? digits + 1 : 0;
        most = digits > most ? digits : most;
    }
    return most;
}

/* Five digits of milliseconds or of datagrams, or hexadecimal ones, are many. */
static bool takes_long(const char *line, size_t len)
{
    return (holds(line, len, "advance") || holds(line, len, "udp-source")) &&
           (longest_number(line, len) > 4 || holds(line, len, "0x"));
}

/* Nothing in it ends it, or takes a part of it back. */
static bool is_one_line(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == '\x7f')
            return false;
    return true;
}

/* A policy of a listener may be so called, but the command would end the test. */
static bool resets(const char *line, size_t len)
{
    return holds(line, len, "reset") && !(holds(line, len, "listen") && is_one_line(line, len));
}

static bool is_too_much(const char *line, size_t len)
{
    return resets(line, len) || takes_long(line, len);
}

size_t fuzz_line(char line[FUZZ_LINE_MAX])
{
    static const char *const ends[] = {"\n", "\r", "\r\n"};
    size_t len;

    do {
        memset(line, 0, FUZZ_LINE_MAX);
        len = make(line);
    } while (is_too_much(line, len));
    return put(line, len, PICK(ends));
}
