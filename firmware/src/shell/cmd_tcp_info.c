/* SPDX-License-Identifier: BSD-3-Clause */
/* How a connection fares. */
#include "shell/cmd.h"
#include "shell/handles.h"

int cmd_tcp_meter(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    int err = handle_tcp(shell, request, 0, &socket);

    (void)reply;
    if (err == AX_OK)
        ax_tcp_meter_start(&socket->meter, &socket->tcp);
    return err;
}

static void show_meter(struct text *reply, const struct ax_tcp_meter *meter)
{
    text_field(reply, "segments_in", meter->segments_in);
    text_field(reply, "segments_out", meter->segments_out);
    text_field(reply, "retransmitted", meter->retransmitted);
    text_field(reply, "timeouts", meter->timeouts);
    text_field(reply, "fast_retransmits", meter->fast_retransmits);
    text_field(reply, "duplicate_acks", meter->duplicate_acks);
    text_field(reply, "window_probes", meter->window_probes);
}

int cmd_tcp_info(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_tcp_info info;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    info = ax_tcp_info(&socket->tcp);
    text_field(reply, "srtt_ms", info.srtt_ms);
    text_field(reply, "rttvar_ms", info.rttvar_ms);
    text_field(reply, "rto_ms", info.rto_ms);
    text_field(reply, "cwnd", info.cwnd);
    text_field(reply, "ssthresh", info.ssthresh);
    text_field(reply, "peer_window", info.peer_window);
    text_field(reply, "in_flight", info.in_flight);
    text_field(reply, "mss", info.mss);
    text_field(reply, "retries", info.retries);
    show_meter(reply, &socket->meter);
    return AX_OK;
}
