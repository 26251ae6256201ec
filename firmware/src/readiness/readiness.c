/* SPDX-License-Identifier: BSD-3-Clause */
/* An interest that is not seen is waited for with the waker of whoever polls; one that
 * is seen is not. Sockets wake by level, so to wait again after a clear finds whatever
 * came meanwhile: the versions only spare those who share a source a second event. */
#include <ax/readiness.h>

#include "base/check.h"
#include "readiness/sources.h"

/* A source's number is its generation over its place: never 0, never negative. */
enum { PLACE_BITS = 16, PLACES = 1 << PLACE_BITS, GENERATIONS = 1 << 15 };

void ax_readiness_init(struct ax_readiness *driver, struct ax_source *sources, unsigned count)
{
    AX_CHECK(count != 0 && count < PLACES);
    *driver = (struct ax_readiness){.sources = sources, .count = count};
    for (unsigned i = 0; i < count; i++)
        sources[i] = (struct ax_source){0};
}

/* ---- the table */

static int number_of(const struct ax_readiness *driver, const struct ax_source *source)
{
    return source->generation << PLACE_BITS | (int)(source - driver->sources);
}

/* The place of that number, if it is still its own. */
static struct ax_source *place_of(const struct ax_readiness *driver, int number)
{
    unsigned place = (unsigned)number % PLACES;

    if (number <= 0 || place >= driver->count)
        return NULL;
    return number_of(driver, &driver->sources[place]) == number ? &driver->sources[place] : NULL;
}

static struct ax_source *find(const struct ax_readiness *driver, int number)
{
    struct ax_source *source = place_of(driver, number);

    return source && source->socket ? source : NULL;
}

static bool is_registered(const struct ax_readiness *driver, const struct ax_source *like)
{
    for (unsigned i = 0; i < driver->count; i++)
        if (driver->sources[i].socket == like->socket && driver->sources[i].room == like->room)
            return true;
    return false;
}

static struct ax_source *free_place(const struct ax_readiness *driver)
{
    for (unsigned i = 0; i < driver->count; i++)
        if (!driver->sources[i].socket && !driver->sources[i].leaving)
            return &driver->sources[i];
    return NULL;
}

static bool is_possible(const struct ax_source_kind *kind, unsigned interest)
{
    return interest != 0 && (interest & ~kind->interests) == 0;
}

/* What is waited for from here on, the next poll finds out. */
static void begin(const struct ax_readiness *driver, struct ax_source *source, unsigned interest)
{
    source->interest = (uint8_t)interest;
    source->seen = 0;
    source->news = 0;
    ax_wake(driver->self);
}

int source_register(struct ax_readiness *driver, const struct ax_source *like, unsigned interest)
{
    struct ax_source *source = free_place(driver);
    unsigned generation;

    if (!is_possible(like->kind, interest))
        return AX_E_ARG;
    if (is_registered(driver, like))
        return AX_E_IN_USE;
    if (!source)
        return AX_E_MEMORY;
    generation = (source->generation + 1u) % GENERATIONS;
    *source = *like;
    source->generation = generation ? (uint16_t)generation : 1;
    begin(driver, source, interest);
    return number_of(driver, source);
}

int ax_readiness_reregister(struct ax_readiness *driver, int number, unsigned interest)
{
    struct ax_source *source = find(driver, number);

    if (!source || !is_possible(source->kind, interest))
        return AX_E_ARG;
    begin(driver, source, interest);
    ax_event_signal(&source->changed);
    return AX_OK;
}

/* The wakers that lie in the socket stay there: the same tasks may wait for it in other
 * ways, and a spurious wake does no harm. */
int ax_readiness_deregister(struct ax_readiness *driver, int number)
{
    struct ax_source *source = find(driver, number);

    if (!source)
        return AX_E_ARG;
    source->socket = NULL;
    source->leaving = true;
    driver->leaving++;
    ax_event_signal(&source->changed);
    ax_wake(driver->self);
    return AX_OK;
}

bool ax_readiness_is_released(const struct ax_readiness *driver, int number)
{
    const struct ax_source *source = place_of(driver, number);

    return !source || (!source->socket && !source->leaving);
}

static void release(struct ax_readiness *driver)
{
    for (unsigned i = 0; driver->leaving != 0; i++) {
        driver->leaving -= driver->sources[i].leaving;
        driver->sources[i].leaving = false;
    }
}

/* ---- what is seen */

static void note(struct ax_source *source, unsigned found)
{
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        if (found >> i & 1)
            source->version[i]++;
    source->seen |= (uint8_t)found;
    source->news |= (uint8_t)found;
}

static void look(const struct ax_readiness *driver, struct ax_source *source)
{
    unsigned missing = source->interest & ~(unsigned)source->seen;
    unsigned found;

    if (missing == 0)
        return;
    found = source->kind->ready(source) & missing;
    if (found != 0)
        note(source, found);
    source->kind->wait(source, missing & ~found, driver->self);
}

static void show(const struct ax_readiness *driver, const struct ax_source *source,
                 struct ax_ready *seen)
{
    seen->source = number_of(driver, source);
    seen->token = source->token;
    seen->ready = source->seen;
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        seen->version[i] = source->version[i];
}

static bool has_news(const struct ax_readiness *driver, struct ax_source *source)
{
    if (!source->socket)
        return false;
    look(driver, source);
    return source->news != 0;
}

int ax_readiness_poll(struct ax_readiness *driver, struct ax_ready *events, unsigned max,
                      ax_tasks self)
{
    unsigned told = 0;

    if (max == 0)
        return AX_E_ARG;
    driver->self = self;
    release(driver);
    for (unsigned i = 0; i < driver->count && told < max; i++) {
        struct ax_source *source = &driver->sources[driver->turn];
        driver->turn = driver->turn + 1 < driver->count ? driver->turn + 1 : 0;
        if (!has_news(driver, source))
            continue;
        show(driver, source, &events[told++]);
        source->news = 0;
    }
    (void)ax_event_wait(&driver->parked, self); /* before the look: it may be an interrupt */
    if (atomic_exchange(&driver->unparked, false) || told != 0)
        return (int)told;
    return AX_E_WOULD_BLOCK;
}

void ax_readiness_unpark(struct ax_readiness *driver)
{
    atomic_store(&driver->unparked, true);
    ax_event_signal(&driver->parked);
}

int ax_readiness_clear(struct ax_readiness *driver, const struct ax_ready *seen)
{
    struct ax_source *source = find(driver, seen->source);
    unsigned cleared = 0;

    if (!source)
        return AX_E_ARG;
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        if (source->version[i] == seen->version[i])
            cleared |= 1u << i;
    cleared &= seen->ready & source->seen;
    source->seen &= (uint8_t)~cleared;
    source->news &= (uint8_t)~cleared;
    source->kind->wait(source, cleared, driver->self);
    return AX_OK;
}

int ax_readiness_look(struct ax_readiness *driver, int number, struct ax_ready *seen)
{
    struct ax_source *source = find(driver, number);

    if (!source)
        return AX_E_ARG;
    look(driver, source);
    show(driver, source, seen);
    return AX_OK;
}

int ax_readiness_wait(struct ax_readiness *driver, int number, unsigned interest, ax_tasks self)
{
    struct ax_source *source = find(driver, number);

    if (!source || !is_possible(source->kind, interest) || (interest & ~(unsigned)source->interest))
        return AX_E_ARG;
    (void)ax_event_wait(&source->changed, self);
    if (interest & source->seen)
        ax_wake(self);
    else
        source->kind->wait(source, interest, self);
    return AX_OK;
}

/* The waker that lies in the socket stays, as in deregister: the task may have left it for
 * another source. */
void ax_readiness_unwait(struct ax_readiness *driver, int number, ax_tasks self)
{
    struct ax_source *source = find(driver, number);

    if (source)
        ax_event_unwait(&source->changed, self);
}
