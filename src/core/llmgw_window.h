
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Rates in a sliding minute, and the periods of budgets.  Pure functions of
 * time: rates take milliseconds of a clock that never steps, periods take Unix
 * seconds and are cut in UTC, so that no daylight saving moves them.
 */


#ifndef _LLMGW_WINDOW_H_INCLUDED_
#define _LLMGW_WINDOW_H_INCLUDED_


#include "llmgw_core.h"


/*
 * A minute in ten parts.  The part that time stands in counts with the ten
 * before it, so no 60 seconds, wherever they begin, see more than the limit;
 * what was used comes back 60 to 66 seconds later.
 */

#define LLMGW_WINDOW_MS     60000
#define LLMGW_WINDOW_PART   6000
#define LLMGW_WINDOW_PARTS  11

typedef struct {
    uint32_t  part;                       /* the latest, counted from 0 ms */
    uint32_t  used[LLMGW_WINDOW_PARTS];   /* by part % LLMGW_WINDOW_PARTS */
} llmgw_window_t;


/* All zero bytes are an empty window. */

/* What counts at this time. */

uint64_t llmgw_window_used(const llmgw_window_t *w, uint64_t now);

/* Adds n; returns the part that has it, for llmgw_window_sub(). */

uint32_t llmgw_window_add(llmgw_window_t *w, uint64_t now, uint64_t n);

/* Takes back what was added too much, if that part still counts. */

void llmgw_window_sub(llmgw_window_t *w, uint64_t now, uint32_t part,
    uint64_t n);

/*
 * Milliseconds until n more fit under the limit: 0 when they do, -1 when they
 * never will (n is above the limit).
 */

int64_t llmgw_window_wait(const llmgw_window_t *w, uint64_t now,
    uint64_t limit, uint64_t n);

/* Milliseconds until what is added now does not count any more. */

#define llmgw_window_end(now)                                                \
    (int64_t) (((now) / LLMGW_WINDOW_PART + LLMGW_WINDOW_PARTS)              \
               * LLMGW_WINDOW_PART - (now))

/* Milliseconds until nothing counts any more; 0 when nothing does. */

int64_t llmgw_window_reset(const llmgw_window_t *w, uint64_t now);


/*
 * Durations: "30s", "15m", "12h", "7d", "2w", "1mo".  Kept as one number:
 * seconds, or months with LLMGW_MONTHS added; 0 is no duration.
 */

#define LLMGW_MONTHS  ((int64_t) 1 << 40)

/* LLMGW_INVALID: not a duration, zero, or more than 100 years */

llmgw_int_t llmgw_duration_parse(llmgw_str_t s, int64_t *duration);

/* now + duration; of months, the same day and time or the last of the month */

int64_t llmgw_duration_after(int64_t now, int64_t duration);

/*
 * When the period that holds "now" ends; always later than now.  One day ends
 * at midnight, 7 days and a week on Monday, 30 days and months on the first of
 * a month, other days at the midnight that many days on; hours, minutes and
 * seconds end at multiples of themselves.
 */

int64_t llmgw_period_end(int64_t now, int64_t duration);


/*
 * A budget's place in time.  Turns *end over when it has passed and says so
 * with 1: what was spent belongs to the past.  An end that is not in use yet is
 * 0.  An end that is too far away to be one (the clock was wrong when it was
 * set, or the duration has changed) is set anew without a turn.
 */

int llmgw_period_turn(int64_t *end, int64_t now, int64_t duration);


/*
 * Time as text, "2026-01-31T23:59:59Z": also with a fraction, with an offset
 * ("+02:00"), with a blank in place of the T, or a date alone.
 */

llmgw_int_t llmgw_time_parse(llmgw_str_t s, int64_t *seconds);

#define LLMGW_TIME_LEN  (sizeof("2026-01-31T23:59:59Z") - 1)

/* Writes LLMGW_TIME_LEN bytes; years 1970 to 9999. */

u_char *llmgw_time_write(u_char *p, int64_t seconds);


/*
 * Money in nano-dollars.  The number is JSON's; more than nine places are
 * rounded half up.  LLMGW_INVALID: not a number, negative, or above 9e9
 * dollars.
 */

#define LLMGW_DOLLAR  1000000000LL

llmgw_int_t llmgw_money_parse(llmgw_str_t number, int64_t *nano);

#define LLMGW_MONEY_LEN  (sizeof("-9223372036.854775808") - 1)

/* As a JSON number without trailing zeros: 12.5 */

u_char *llmgw_money_write(u_char *p, int64_t nano);


#endif /* _LLMGW_WINDOW_H_INCLUDED_ */
