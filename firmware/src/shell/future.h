/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures of a person or a program: each one operation, polled by a task of its own
 * until it is done, withdrawn, or past its deadline. */
#ifndef AX_SHELL_FUTURE_H
#define AX_SHELL_FUTURE_H

#include "shell/shell.h"

/* Reads what stands behind an operation's own words, from word `index` on: within=MS or hold. */
int future_read_wishes(struct request *request, unsigned index, struct shell_future *wishes);

/* An entry for what is wished; SHELL_E_FULL_FUTURES. */
int future_take(struct shell *shell, const struct shell_future *wishes,
                struct shell_future **future);

/* Room for its bytes, given back with the entry; SHELL_E_FULL_ARENA. */
int future_take_block(struct shell_future *future, uint32_t len);

/* Lets an operation go that has been begun, and tells its handle; an error drops the entry. */
int future_begin(struct shell_future *future, struct text *reply);

/* Polls it from now on, within its deadline if it has one; the operation in `of` has been
 * begun. AX_OK, or SHELL_E_FULL_TASKS. */
int future_start(struct shell_future *future);

/* Makes a part ready that nobody polls yet, for a select or a join. */
void future_hold(struct shell_future *future);

/* Ends it, if it is not done, and what it is part of hears of it. */
void future_withdraw(struct shell_future *future);

/* Ends those of a socket that is about to go, and says so. */
void futures_end(struct shell *shell, struct shell_socket socket);

/* Whether one that is not done is about that socket: a closed one is told of by the close. */
bool futures_use(const struct shell *shell, struct shell_socket socket);

/* Appends result=, addr= of a name, and done= and hex= where there are bytes. */
void future_show(const struct shell_future *future, struct text *fields);

/* Its bytes taken so far, or to be sent. */
size_t future_done_bytes(const struct shell_future *future);

#endif
