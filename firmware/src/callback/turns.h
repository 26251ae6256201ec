/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of callback share: a client's place among those that take turns, what it
 * is about, and its times. */
#ifndef AX_CALLBACK_TURNS_H
#define AX_CALLBACK_TURNS_H

#include <ax/client.h>

/* What has been told of a client, and what it waits for. How the connection stands is the
 * socket's to say. */
enum client_phase {
    CLIENT_IDLE,      /* takes no turns */
    CLIENT_BEGINNING, /* to connect or to be lent, as soon as the socket is released */
    CLIENT_OPENING,   /* until it is a connection */
    CLIENT_CONNECTED, /* told of */
    CLIENT_ENDING,    /* nothing but its end is to be told */
};

/* Takes turns from now on, behind all others; takes none any more. */
void turns_enter(struct ax_client *client);
void turns_leave(struct ax_client *client);

/* Whether the task runs that gives them. */
bool turns_are_taken(const struct ax_callback_task *service);

/* Something is to be told. */
void turns_wake(const struct ax_client *client);

/* A client's turn. Whether it has more to tell at once. */
bool client_turn(struct ax_client *client);

/* Whether callbacks of a turn go on behind one of them: not if it freed or ended the client. */
bool client_goes_on(const struct ax_callback_task *service, const struct ax_client *client);

/* Begins to connect or lends the socket, now or once it is released. AX_OK, or an error. */
int client_open(struct ax_client *client);

/* Idle, out of its turns. */
void client_leave(struct ax_client *client);

/* ---- bytes */

void client_bytes_begin(struct ax_client *client);

/* Tells of what was acknowledged. Returns whether the turn goes on. */
bool client_tell_acked(struct ax_client *client);

/* Sends what was added: the count, or an error. */
int client_push(struct ax_client *client);

/* ---- times */

void client_times_begin(struct ax_client *client);
void client_times_end(struct ax_client *client);
void client_time_rx(struct ax_client *client);       /* a byte came, or none will any more */
void client_time_ack(struct ax_client *client);      /* bytes were sent */
void client_time_ack_anew(struct ax_client *client); /* bytes were acknowledged */
bool client_tell_times(struct ax_client *client);    /* returns whether the turn goes on */

/* A turn by the clock, while not connected. */
void client_retry_in(struct ax_client *client, uint32_t in_ms);
bool client_waits_to_retry(const struct ax_client *client);

#endif
