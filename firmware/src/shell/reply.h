/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies and events as whole lines, never one inside the other. */
#ifndef AX_SHELL_REPLY_H
#define AX_SHELL_REPLY_H

#include "shell/shell.h"

/* What a command may return beside AX_OK and errors: `shell->later` says when. */
enum { SHELL_LATER = 1 };

/* Ends the reply to the request under way: `fields` behind ok, or as the text of
 * an error behind the word at fault; of a full table it says which. */
void reply_end(struct shell *shell, int err, const struct text *fields);

/* Says why, as the text of an error behind the word at fault; returns `err`. */
int reply_why(struct text *reply, int err, const char *why);

/* The same, but only if `err` is `of`: what a call of the stack means by it here. */
int reply_why_of(struct text *reply, int err, int of, const char *why);

/* AX_E_STATE: that word is the handle of a socket that was destroyed or closed. */
int reply_gone(struct text *reply, struct request *request, unsigned index);

/* Makes the reply a list: one data line for each index, at the console's pace,
 * then `end` (NULL: plain ok) for the last line. Returns SHELL_LATER. */
int reply_list(struct shell *shell,
               enum list_step (*line)(struct shell *shell, unsigned index, struct text *fields),
               int (*end)(struct shell *shell, struct text *reply));

/* Begins an event: "!MS kind". */
struct text event_begin(const char *kind);

/* Says it, or counts it as lost when the console is too far behind. */
void event_say(struct shell *shell, const struct text *event);

/* Tells of lost events once there is room. */
void event_tell_lost(struct shell *shell);

#endif
