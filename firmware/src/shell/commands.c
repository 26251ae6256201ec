/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/commands.h"

#include <string.h>

#include <ax/config.h>

#include "shell/cmd.h"
#include "shell/reply.h"

struct command {
    const char *name, *sub; /* one or two words; sub may be NULL */
    uint8_t min, max;       /* how many arguments */
    int (*run)(struct shell *shell, struct request *request, struct text *reply);
    const char *arguments, *help;
};

static int cmd_help(struct shell *shell, struct request *request, struct text *reply);

_Static_assert(FUTURE_PARTS == 4, "a select and a join say how many they take");

/* In the order in which help shows them. */
static const struct command commands[] = {
    {"help", NULL, 0, 1, cmd_help, "[COMMAND]", "what there is"},
    {"id", NULL, 0, 0, cmd_id, "", "build, versions, profile"},
    {"profile", NULL, 0, 0, cmd_profile, "", "every limit of this image"},
    {"clock", NULL, 0, 0, cmd_clock, "", "the stack clock"},
    {"clock", "run", 0, 0, cmd_clock_run, "", "time goes on by itself"},
    {"clock", "hold", 0, 0, cmd_clock_hold, "", "time stands still"},
    {"clock", "step", 0, 0, cmd_clock_step, "", "to the next deadline"},
    {"clock", "advance", 1, 2, cmd_clock_advance, "MS [sent]",
     "moves it; with sent, no further than a deadline that sent a frame"},
    {"poll", NULL, 0, 0, cmd_poll, "", "how the stack is polled"},
    {"poll", NULL, 2, 2, cmd_poll_once, "FRAMES DATAGRAMS", "one poll by hand"},
    {"poll", "auto", 0, 0, cmd_poll_auto, "", "by its own task"},
    {"poll", "hand", 0, 0, cmd_poll_hand, "", "only when told"},
    {"net", NULL, 0, 0, cmd_net, "", "our addresses"},
    {"net", NULL, 3, 3, cmd_net_set, "ADDR MASK GATEWAY", "changes them"},
    {"dhcp", NULL, 0, 0, cmd_dhcp, "", "the lease"},
    {"dhcp", "start", 0, 0, cmd_dhcp_start, "", "asks for an address"},
    {"dhcp", "release", 0, 0, cmd_dhcp_release, "", "gives it back"},
    {"dns", NULL, 0, 0, cmd_dns, "", "name servers, names asked for and known"},
    {"dns", "servers", 2, 2, cmd_dns_servers, "ADDR ADDR", "whom to ask"},
    {"dns", "forget", 0, 0, cmd_dns_forget, "", "what is known"},
    {"link", NULL, 0, 0, cmd_link, "", "cable and counters of frames"},
    {"link", "tell", 1, 1, cmd_link_tell, "in|out", "once the cable is"},
    {"link", "fault", 2, 2, cmd_link_fault,
     "tx-full|tx-room|rx-alloc|rx-defer|rx-hold N|all|on|off", "what no peer can make"},
    {"mem", NULL, 0, 0, cmd_mem, "", "pools and levels"},
    {"tasks", NULL, 0, 0, cmd_tasks, "", "tasks and their polls"},
    {"tcp", "open", 2, 3, cmd_tcp_open, "RX TX [through=WAY]",
     "a socket with rings of so many bytes"},
    {"tcp", "connect", 2, 4, cmd_tcp_connect, "S EP [local=EP] [timeout=MS]", "starts to connect"},
    {"tcp", NULL, 1, 1, cmd_tcp, "S", "state, predicates, levels"},
    {"tcp", "state", 1, 1, cmd_tcp, "S", "the same"},
    {"tcp", "send", 2, 2, cmd_tcp_send, "S DATA", "queues what fits"},
    {"tcp", "recv", 2, 3, cmd_tcp_recv, "S MAX [check=SEED:OFFSET]", "takes and shows or checks"},
    {"tcp", "peek", 2, 2, cmd_tcp_peek, "S MAX", "shows and leaves"},
    {"tcp", "room", 1, 1, cmd_tcp_room, "S", "free bytes in one piece"},
    {"tcp", "commit", 2, 2, cmd_tcp_commit, "S DATA", "writes into the room and takes it"},
    {"tcp", "data", 1, 1, cmd_tcp_data, "S", "bytes received, in one piece"},
    {"tcp", "consume", 2, 2, cmd_tcp_consume, "S N", "drops the oldest N"},
    {"tcp", "close", 1, 1, cmd_tcp_close, "S", "ends our half"},
    {"tcp", "abort", 1, 1, cmd_tcp_abort, "S", "resets"},
    {"tcp", "destroy", 1, 1, cmd_tcp_destroy, "S", "resets unless closed, and frees"},
    {"tcp", "option", 1, 8, cmd_tcp_option, "S KEY=VALUE ...", "sets and shows"},
    {"tcp", "stats", 1, 1, cmd_tcp_stats, "S", "counters of the connection"},
    {"tcp", "meter", 1, 1, cmd_tcp_meter, "S", "counts its segments from now on"},
    {"tcp", "info", 1, 1, cmd_tcp_info, "S", "round trip, windows, and what the meter counted"},
    {"listen", "open", 2, 2, cmd_listen_open, "EP reset|drop|hold=PLACES", "answers SYNs"},
    {"listen", "reopen", 1, 1, cmd_listen_reopen, "L",
     "its SYNs may open pairs in TIME-WAIT again"},
    {"listen", "lend", 2, 2, cmd_listen_lend, "L S", "lends it a socket"},
    {"listen", "close", 1, 1, cmd_listen_close, "L", "gives back what was lent"},
    {"listen", "stats", 1, 1, cmd_listen_stats, "L", "its counters"},
    {"udp", "open", 4, 5, cmd_udp_open, "RX RXSLOTS TX TXSLOTS [through=WAY]",
     "a socket with such rings"},
    {"udp", "bind", 2, 2, cmd_udp_bind, "U EP", "takes a port"},
    {"udp", "close", 1, 1, cmd_udp_close, "U", "unbinds and frees"},
    {"udp", NULL, 1, 1, cmd_udp, "U", "predicates and levels"},
    {"udp", "send", 3, 3, cmd_udp_send, "U EP DATA", "queues a datagram"},
    {"udp", "can-send", 2, 2, cmd_udp_can_send, "U LEN", "whether it would be taken"},
    {"udp", "recv", 2, 3, cmd_udp_recv, "U SIZE [check=SEED:OFFSET]", "takes a datagram"},
    {"udp", "option", 1, 3, cmd_udp_option, "U KEY=VALUE ...", "sets and shows"},
    {"udp", "stats", 1, 1, cmd_udp_stats, "U", "its counters"},
    {"udp", "follow", 1, 1, cmd_udp_follow, "U", "what becomes of its datagrams"},
    {"udp", "status", 2, 2, cmd_udp_status, "U ID", "what became of a datagram"},
    {"watch", "tcp", 2, 4, cmd_watch_tcp, "S readable|writable|both|released [deadline=MS] [again]",
     "a task that waits and tells"},
    {"watch", "udp", 2, 5, cmd_watch_udp,
     "U readable|writable|both|released [room=LEN] [deadline=MS] [again]", "the same"},
    {"watch", "stop", 1, 1, cmd_watch_stop, "W", "withdraws"},
    {"pump", "source", 3, 3, cmd_pump_source, "S SEED TOTAL", "a task that sends the pattern"},
    {"pump", "sink", 3, 3, cmd_pump_sink, "S SEED TOTAL", "receives and checks it"},
    {"pump", "echo", 1, 1, cmd_pump_echo, "S", "sends back, then closes"},
    {"pump", "udp-source", 5, 5, cmd_pump_udp_source, "U EP SEED FIRST LAST",
     "one datagram of each length"},
    {"pump", "udp-sink", 3, 3, cmd_pump_udp_sink, "U SEED COUNT", "checks so many"},
    {"pump", "udp-echo", 1, 1, cmd_pump_udp_echo, "U", "sends back"},
    {"pump", NULL, 1, 1, cmd_pump, "P", "how far it is"},
    {"pump", "stop", 1, 1, cmd_pump_stop, "P", "withdraws"},
    {"serve", "echo", 1, 4, cmd_serve_echo, "PORT [connections=N] [rx=BYTES] [tx=BYTES]",
     "a server that sends back, until stopped"},
    {"serve", "discard", 1, 4, cmd_serve_discard, "PORT [connections=N] [rx=BYTES] [tx=BYTES]",
     "drops"},
    {"serve", "chargen", 1, 4, cmd_serve_chargen, "PORT [connections=N] [rx=BYTES] [tx=BYTES]",
     "sends rows of characters"},
    {"serve", "http", 1, 4, cmd_serve_http, "PORT [connections=N] [rx=BYTES] [tx=BYTES]",
     "sends a page"},
    {"serve", "udp-echo", 1, 1, cmd_serve_udp_echo, "PORT", "sends datagrams back"},
    {"serve", "udp-discard", 1, 1, cmd_serve_udp_discard, "PORT", "drops datagrams"},
    {"serve", NULL, 1, 1, cmd_serve, "V", "whom it serves, and how much"},
    {"serve", "stop", 1, 1, cmd_serve_stop, "V", "resets whom it serves, and frees"},
    {"future", "connect", 2, 4, cmd_future_connect, "S EP [within=MS] [hold]",
     "an operation with a task of its own"},
    {"future", "accept", 2, 4, cmd_future_accept, "L S [within=MS] [hold]", "the same"},
    {"future", "recv", 2, 4, cmd_future_recv, "S MAX [within=MS] [hold]", "at least a byte"},
    {"future", "read-exact", 2, 4, cmd_future_read_exact, "S N [within=MS] [hold]", "all of it"},
    {"future", "send", 2, 4, cmd_future_send, "S DATA [within=MS] [hold]", "at least a byte"},
    {"future", "write-all", 2, 4, cmd_future_write_all, "S DATA [within=MS] [hold]", "all of it"},
    {"future", "flush", 1, 3, cmd_future_flush, "S [within=MS] [hold]", "until acknowledged"},
    {"future", "shutdown", 1, 3, cmd_future_shutdown, "S [within=MS] [hold]", "our half"},
    {"future", "close", 1, 3, cmd_future_close, "S [within=MS] [hold]", "until released"},
    {"future", "send-to", 3, 5, cmd_future_send_to, "U EP DATA [within=MS] [hold]", "a datagram"},
    {"future", "sent", 2, 4, cmd_future_sent, "U ID [within=MS] [hold]", "to the link"},
    {"future", "recv-from", 2, 4, cmd_future_recv_from, "U SIZE [within=MS] [hold]", "a datagram"},
    {"future", "sleep", 1, 3, cmd_future_sleep, "MS [within=MS] [hold]", "for so long"},
    {"future", "dhcp", 0, 2, cmd_future_dhcp, "[within=MS] [hold]", "an address"},
    {"future", "dns", 1, 3, cmd_future_dns, "DATA [within=MS] [hold]", "the address of that name"},
    {"future", "until", 1, 3, cmd_future_until,
     "link-up|link-down|address|address-lost [within=MS] [hold]", "it is so"},
    {"future", "select", 1, FUTURE_PARTS, cmd_future_select, "F [F] [F] [F]",
     "the first of those held"},
    {"future", "join", 1, FUTURE_PARTS, cmd_future_join, "F [F] [F] [F]", "all of those held"},
    {"future", NULL, 1, 1, cmd_future, "F", "its result and its bytes"},
    {"future", "withdraw", 1, 1, cmd_future_withdraw, "F", "ends it, and frees"},
    {"callback", "show", 1, 1, cmd_callback_show, "S", "tells of each callback"},
    {"callback", "data", 2, 2, cmd_callback_data, "S SEED", "takes its bytes as they are told of"},
    {"callback", "times", 1, 4, cmd_callback_times, "S [rx=MS] [ack=MS] [poll=MS]",
     "its timeouts and its period"},
    {"callback", "do", 3, 4, cmd_callback_do,
     "S CALLBACK close|abort|destroy [S] , connect EP , busy MS , unserve", "in there"},
    {"callback", "add", 2, 2, cmd_callback_add, "S DATA", "to be sent with what is next"},
    {"callback", "send", 1, 1, cmd_callback_send, "S", "sends what was added"},
    {"callback", "space", 1, 1, cmd_callback_space, "S", "what would be added now"},
    {"callback", "serve", 2, 2, cmd_callback_serve, "PORT reset|drop", "a server that calls back"},
    {"callback", "lend", 1, 1, cmd_callback_lend, "S", "puts it into the server's pool"},
    {"callback", "no-delay", 1, 1, cmd_callback_no_delay, "0|1", "for all of the pool"},
    {"callback", "status", 0, 0, cmd_callback_status, "", "how the server stands"},
    {"callback", "unserve", 0, 0, cmd_callback_unserve, "", "stops listening"},
    {"driver", "open", 1, 1, cmd_driver_open, "PLACES", "a readiness driver, polled by hand"},
    {"driver", "tcp", 2, 2, cmd_driver_tcp, "S readable|writable|both|released|any",
     "registers a source"},
    {"driver", "udp", 3, 3, cmd_driver_udp, "U readable|writable|both|released|any ROOM",
     "the same"},
    {"driver", "reregister", 2, 2, cmd_driver_reregister, "SOURCE INTEREST", "another interest"},
    {"driver", "deregister", 1, 1, cmd_driver_deregister, "SOURCE", "no more of it"},
    {"driver", "released", 1, 1, cmd_driver_released, "SOURCE", "whether its place is free"},
    {"driver", "poll", 1, 1, cmd_driver_poll, "MAX", "so many events at most"},
    {"driver", "look", 1, 1, cmd_driver_look, "SOURCE", "what is seen of it"},
    {"driver", "clear", 2, 3, cmd_driver_clear, "SOURCE INTEREST [older]",
     "what was told last, or before"},
    {"driver", "unpark", 0, 0, cmd_driver_unpark, "", "ends a poll's wait"},
    {"driver", "stop", 0, 0, cmd_driver_stop, "", "frees it"},
    {"reactor", "open", 1, 1, cmd_reactor_open, "PLACES", "a completion reactor"},
    {"reactor", "connect", 2, 3, cmd_reactor_connect, "S EP [within=MS]", "submits an operation"},
    {"reactor", "accept", 2, 3, cmd_reactor_accept, "L S [within=MS]", "the same"},
    {"reactor", "recv", 2, 3, cmd_reactor_recv, "S MAX [within=MS]", "at least a byte"},
    {"reactor", "read-exact", 2, 3, cmd_reactor_read_exact, "S N [within=MS]", "all of it"},
    {"reactor", "send", 2, 3, cmd_reactor_send, "S DATA [within=MS]", "at least a byte"},
    {"reactor", "write-all", 2, 3, cmd_reactor_write_all, "S DATA [within=MS]", "all of it"},
    {"reactor", "flush", 1, 2, cmd_reactor_flush, "S [within=MS]", "until acknowledged"},
    {"reactor", "shutdown", 1, 2, cmd_reactor_shutdown, "S [within=MS]", "our half"},
    {"reactor", "close", 1, 2, cmd_reactor_close, "S [within=MS]", "until released"},
    {"reactor", "send-to", 3, 4, cmd_reactor_send_to, "U EP DATA [within=MS]", "a datagram"},
    {"reactor", "recv-from", 2, 3, cmd_reactor_recv_from, "U SIZE [within=MS]", "a datagram"},
    {"reactor", "within", 2, 2, cmd_reactor_within, "OP MS", "gives it a deadline"},
    {"reactor", "cancel", 1, 1, cmd_reactor_cancel, "OP", "completes it as aborted"},
    {"reactor", "cancel-tcp", 1, 1, cmd_reactor_cancel_tcp, "S", "all of a socket's"},
    {"reactor", NULL, 0, 0, cmd_reactor, "", "how many are under way"},
    {"reactor", "stop", 0, 0, cmd_reactor_stop, "", "cancels all, and frees"},
#if AX_PROXY
    {"proxy", "start", 3, 10, cmd_proxy_start, "PREFIX MASK reset|drop|hold=PLACES [KEY=VALUE ...]",
     "an endpoint for every five-tuple"},
    {"proxy", NULL, 0, 0, cmd_proxy, "", "its counters"},
    {"proxy", "tuples", 0, 0, cmd_proxy_tuples, "", "those of UDP"},
    {"proxy", "recv", 1, 1, cmd_proxy_recv, "SIZE", "takes a datagram"},
    {"proxy", "send", 3, 3, cmd_proxy_send, "EP EP DATA",
     "queues one from the first to the second"},
    {"proxy", "push", 1, 1, cmd_proxy_push, "DATA", "an IP packet into its packet device"},
    {"proxy", "pull", 0, 0, cmd_proxy_pull, "", "one out of it"},
    {"proxy", "wait", 1, 2, cmd_proxy_wait, "readable|writable|end [room=BYTES]",
     "a task waits for it, once"},
    {"proxy", "unwait", 0, 0, cmd_proxy_unwait, "", "and gives up"},
    {"proxy", "stop", 0, 0, cmd_proxy_stop, "", "ends its connections, and frees"},
#endif
    {"reset", NULL, 0, 1, cmd_reset, "[DATA]", "starts anew, with that boot word of 32 bytes"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- finding */

/* How well a command's names fit: 2 for both words, 1 for the first of a command
 * that has one, 0 not at all. */
static unsigned fits(const struct command *command, const struct request *request)
{
    if (!request_word_is(request, 0, command->name))
        return 0;
    if (!command->sub)
        return 1;
    return request_word_is(request, 1, command->sub) ? 2 : 0;
}

/* The best fit; among equals one that takes so many arguments. */
static const struct command *find(const struct request *request, bool *arguments_fit)
{
    const struct command *best = NULL;
    unsigned best_fit = 0;

    *arguments_fit = false;
    for (unsigned i = 0; i < COMMANDS; i++) {
        unsigned fit = fits(&commands[i], request);
        unsigned arguments = request->count - fit;
        bool takes = fit != 0 && arguments >= commands[i].min && arguments <= commands[i].max;
        if (fit > best_fit || (fit != 0 && fit == best_fit && takes)) {
            best = &commands[i];
            best_fit = fit;
            *arguments_fit = takes;
        }
    }
    return best;
}

static bool is_name(const char *word)
{
    for (unsigned i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, word) == 0)
            return true;
    return false;
}

static bool has_subs(const char *name)
{
    for (unsigned i = 0; i < COMMANDS; i++)
        if (commands[i].sub && strcmp(commands[i].name, name) == 0)
            return true;
    return false;
}

/* A second word that is no argument must have been meant as one of a command. */
static bool names_unknown_sub(const struct request *request)
{
    return request->count > 1 && has_subs(request->words[0]) &&
           (request->words[1][0] < '0' || request->words[1][0] > '9');
}

static void text_usage(struct text *text, const struct command *command)
{
    text_string(text, command->name);
    if (command->sub) {
        text_string(text, " ");
        text_string(text, command->sub);
    }
    if (command->arguments[0] != '\0') {
        text_string(text, " ");
        text_string(text, command->arguments);
    }
}

/* Takes the names away, so that a handler counts its arguments from 0. */
static void drop_names(struct request *request, unsigned names)
{
    request->count -= names;
    memmove(request->words, request->words + names, request->count * sizeof request->words[0]);
}

static int refuse(struct request *request, const struct command *closest, struct text *reply)
{
    if (request->count == 0) {
        request->fault = request->text; /* a number, and nothing asked */
        return SHELL_E_USAGE;
    }
    if (!is_name(request->words[0]))
        return request_refuse(request, 0, SHELL_E_UNKNOWN_COMMAND);
    if (!(closest && closest->sub) && names_unknown_sub(request))
        return request_refuse(request, 1, SHELL_E_UNKNOWN_COMMAND);
    if (!closest)
        return request_refuse(request, 0, SHELL_E_USAGE);
    text_usage(reply, closest);
    return SHELL_E_USAGE;
}

int commands_run(struct shell *shell, struct request *request, struct text *reply)
{
    bool arguments_fit;
    const struct command *command = find(request, &arguments_fit);

    if (!arguments_fit)
        return refuse(request, command, reply);
    drop_names(request, command->sub ? 2 : 1);
    return command->run(shell, request, reply);
}

/* ---- help */

static void help_line(struct text *fields, const struct command *command, bool of_program)
{
    struct text text = {0};

    text_usage(&text, command);
    text_string(&text, ": ");
    text_string(&text, command->help);
    if (!of_program) {
        text_bytes(fields, text.at, text.len);
        return;
    }
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == ' ')
            text.at[i] = '_';
    text_key(fields, "text");
    text_bytes(fields, text.at, text.len);
}

static enum list_step list_help(struct shell *shell, unsigned index, struct text *fields)
{
    const struct request *request = &shell->request;

    if (index >= COMMANDS)
        return LIST_END;
    if (request->count != 0 && !request_word_is(request, 0, commands[index].name))
        return LIST_SKIP;
    help_line(fields, &commands[index], request->of_program);
    return LIST_LINE;
}

static int cmd_help(struct shell *shell, struct request *request, struct text *reply)
{
    (void)reply;
    if (request->count != 0 && !is_name(request->words[0]))
        return request_refuse(request, 0, SHELL_E_UNKNOWN_COMMAND);
    return reply_list(shell, list_help, NULL);
}
