/* SPDX-License-Identifier: BSD-3-Clause */
#include "small_device.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ax/clock.h>
#include <ax/debug.h>
#include <ax/link.h>
#include <ax/port.h>

#include "base/check.h"
#include "link/link.h"

static struct ax_link wire;
static struct ax_task network, shell;
static bool keeps;
static struct ax_span kept[256];
static unsigned kept_count;

static void say(const char *text)
{
    size_t len = strlen(text);

    AX_CHECK(ax_port_console_write(text, len) == len);
}

static void give_back(void)
{
    unsigned sent = 0;

    while (!keeps && sent < kept_count && link_send(&wire, &kept[sent], 1) == AX_OK)
        link_release(&wire, kept[sent++]);
    kept_count -= sent;
    memmove(kept, kept + sent, kept_count * sizeof *kept);
}

static enum ax_poll poll_network(struct ax_task *task)
{
    link_wait(&wire, task->self);
    give_back();
    if (keeps || kept_count == 0) /* what cannot be sent back is not taken in */
        (void)link_intake(&wire, 16);
    while (link_next(&wire, &kept[kept_count]) == AX_OK)
        kept_count++;
    give_back();
    if (link_has_more(&wire) && (keeps || kept_count == 0))
        ax_wake(task->self);
    return AX_PENDING;
}

static void say_boot_word(void)
{
    struct ax_boot boot = ax_port_boot();
    char text[64];

    (void)snprintf(text, sizeof text, "%d %u %d %llu\n", boot.held, (unsigned)boot.held_at,
                   boot.seeded, (unsigned long long)boot.seed);
    say(text);
}

static void say_stats(void)
{
    struct ax_link_stats stats = ax_link_stats(&wire);
    char text[32];

    (void)snprintf(text, sizeof text, "%u %u %u\n", (unsigned)stats.rx_dropped_size,
                   (unsigned)stats.rx_dropped_down, (unsigned)stats.tx_full);
    say(text);
}

static void send_a_frame(void)
{
    uint8_t frame[60] = "a frame sent before the reply";
    struct ax_span piece = {frame, sizeof frame};

    AX_CHECK(link_send(&wire, &piece, 1) == AX_OK);
    say("f");
}

static void obey(char letter)
{
    switch (letter) {
    case SMALL_BOOT: say_boot_word(); break;
    case SMALL_CHECK: AX_CHECK(false); break;
    case SMALL_FRAME: send_a_frame(); break;
    case SMALL_RESET: ax_port_reset();
    case SMALL_STATS: say_stats(); break;
    case SMALL_KEEP:
    case SMALL_UNKEEP:
        keeps = letter == SMALL_KEEP;
        ax_wake(network.self);
        say(keeps ? "k" : "u");
        break;
    default: say((char[]){letter, '\0'});
    }
}

static enum ax_poll poll_shell(struct ax_task *task)
{
    char letter;

    (void)ax_event_wait(&ax_port_console, task->self);
    while (ax_port_console_read(&letter, 1) == 1)
        obey(letter);
    return AX_PENDING;
}

_Noreturn void small_device(int argc, char **argv)
{
    ax_port_init(argc, argv);
    if (ax_port_boot().held)
        ax_clock_start_held(ax_port_boot().held_at);
    ax_link_init(&wire, ax_port_ethernet());
    network = (struct ax_task){.poll = poll_network, .name = "network"};
    shell = (struct ax_task){.poll = poll_shell, .name = "shell"};
    AX_CHECK(ax_task_start(&network) == AX_OK);
    AX_CHECK(ax_task_start(&shell) == AX_OK);
    AX_CHECK(ax_link_answer_fences(&wire, NULL) == AX_OK);
    say(">");
    ax_run();
}
