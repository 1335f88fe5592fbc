
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_price.h"


#define LLMGW_PICO_DECIMALS  12
#define LLMGW_MILLION        6      /* its zeros */

/* a thousand dollars, for a single token or image: a mistake */
#define LLMGW_PRICE_MAX      1000000000000000LL


static void llmgw_price_add(int64_t *sum, int64_t count, int64_t price);
static int64_t llmgw_price_part(int64_t count, int64_t *rest);
static int64_t llmgw_price_prompt(const llmgw_usage_t *u,
    const int64_t *unit, const int64_t *other);
static int64_t llmgw_price_completion(const llmgw_usage_t *u,
    const int64_t *unit, const int64_t *other);


static const struct {
    llmgw_str_t   name;
    llmgw_unit_e  unit;
    int           places;
} llmgw_price_units[] = {
    { llmgw_string("input"), LLMGW_UNIT_INPUT, LLMGW_MILLION },
    { llmgw_string("output"), LLMGW_UNIT_OUTPUT, LLMGW_MILLION },
    { llmgw_string("cached"), LLMGW_UNIT_CACHED, LLMGW_MILLION },
    { llmgw_string("cache_write"), LLMGW_UNIT_CACHE_WRITE, LLMGW_MILLION },
    { llmgw_string("cache_write_1h"), LLMGW_UNIT_CACHE_WRITE_1H,
      LLMGW_MILLION },
    { llmgw_string("audio_in"), LLMGW_UNIT_AUDIO_IN, LLMGW_MILLION },
    { llmgw_string("audio_out"), LLMGW_UNIT_AUDIO_OUT, LLMGW_MILLION },
    { llmgw_string("image_in"), LLMGW_UNIT_IMAGE_IN, LLMGW_MILLION },
    { llmgw_string("image_out"), LLMGW_UNIT_IMAGE_OUT, LLMGW_MILLION },
    { llmgw_string("reasoning"), LLMGW_UNIT_REASONING, LLMGW_MILLION },
    { llmgw_string("characters"), LLMGW_UNIT_CHARACTER, LLMGW_MILLION },
    { llmgw_string("image"), LLMGW_UNIT_IMAGE, LLMGW_PICO_DECIMALS },
    { llmgw_string("second"), LLMGW_UNIT_SECOND, LLMGW_PICO_DECIMALS },
    { llmgw_string("query"), LLMGW_UNIT_QUERY, LLMGW_PICO_DECIMALS }
};


void
llmgw_price_init(llmgw_price_t *p)
{
    size_t  i;

    memset(p, 0, sizeof(llmgw_price_t));

    for (i = 0; i < LLMGW_UNIT_MAX; i++) {
        p->unit[i] = -1;
    }
}


llmgw_int_t
llmgw_price_number(llmgw_str_t s, int places, int64_t *value)
{
    int            exp, sign, any, point;
    size_t         i;
    uint64_t       v;
    unsigned       rest;

    v = 0;
    any = 0;
    point = 0;
    exp = places;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == '.' && !point) {
            point = 1;
            continue;
        }

        if (s.data[i] < '0' || s.data[i] > '9') {
            break;
        }

        any = 1;

        if (v < UINT64_MAX / 100) {
            v = v * 10 + (uint64_t) (s.data[i] - '0');
            exp -= point;

        } else {

            /* digits that nothing depends on */

            exp += !point;
        }
    }

    if (!any) {
        return LLMGW_INVALID;
    }

    if (i < s.len && (s.data[i] == 'e' || s.data[i] == 'E')) {

        i++;
        sign = 1;

        if (i < s.len && (s.data[i] == '+' || s.data[i] == '-')) {
            sign = (s.data[i++] == '-') ? -1 : 1;
        }

        if (i == s.len || s.len - i > 3) {
            return LLMGW_INVALID;
        }

        for (point = 0; i < s.len; i++) {

            if (s.data[i] < '0' || s.data[i] > '9') {
                return LLMGW_INVALID;
            }

            point = point * 10 + (s.data[i] - '0');
        }

        exp += sign * point;
    }

    if (i < s.len) {
        return LLMGW_INVALID;
    }

    rest = 0;

    for ( /* void */ ; exp < 0 && v; exp++) {
        rest = (unsigned) (v % 10);
        v /= 10;
    }

    if (exp == 0 && rest >= 5) {
        v++;
    }

    for ( /* void */ ; exp > 0 && v; exp--) {

        if (v > INT64_MAX / 10) {
            return LLMGW_INVALID;
        }

        v *= 10;
    }

    if (v > INT64_MAX) {
        return LLMGW_INVALID;
    }

    *value = (int64_t) v;

    return LLMGW_OK;
}


llmgw_int_t
llmgw_price_set(llmgw_price_t *p, int64_t above, llmgw_str_t name,
    llmgw_str_t value)
{
    size_t   i;
    int64_t  v;

    for (i = 0; i < llmgw_nelts(llmgw_price_units); i++) {

        if (!llmgw_str_eq(llmgw_price_units[i].name, name)) {
            continue;
        }

        if (llmgw_price_number(value, llmgw_price_units[i].places, &v)
            != LLMGW_OK)
        {
            return LLMGW_INVALID;
        }

        return llmgw_price_put(p, above, llmgw_price_units[i].unit, v);
    }

    return LLMGW_DECLINED;
}


llmgw_int_t
llmgw_price_put(llmgw_price_t *p, int64_t above, llmgw_unit_e unit,
    int64_t pico)
{
    size_t         i, k;
    llmgw_tier_t  *t;

    if (pico > LLMGW_PRICE_MAX) {
        return LLMGW_INVALID;
    }

    if (above <= 0) {
        p->unit[unit] = pico;
        return LLMGW_OK;
    }

    if (unit >= LLMGW_UNIT_TIERED) {
        return LLMGW_DECLINED;
    }

    for (i = 0; i < p->ntiers && p->tier[i].above < above; i++) {
        /* void */
    }

    t = &p->tier[i];

    if (i == p->ntiers || t->above != above) {

        if (p->ntiers == LLMGW_PRICE_TIERS) {
            return LLMGW_TOO_LARGE;
        }

        memmove(t + 1, t, (p->ntiers - i) * sizeof(llmgw_tier_t));
        p->ntiers++;

        t->above = above;

        for (k = 0; k < LLMGW_UNIT_TIERED; k++) {
            t->unit[k] = -1;
        }
    }

    t->unit[unit] = pico;

    return LLMGW_OK;
}


/*
 * Models that only make or hear images or sound may have no price for text: all
 * of their tokens have that one.
 *
 * In a tier the prices of a cache rise as that of input does.  A cache entry
 * that lives an hour costs twice the input where one of five minutes costs
 * five fourths of it, which is Anthropic's way of billing.
 */

void
llmgw_price_finish(llmgw_price_t *p)
{
    size_t    i, k;
    int64_t  *unit, *tier, ratio;

    unit = p->unit;

    if (unit[LLMGW_UNIT_OUTPUT] < 0) {
        unit[LLMGW_UNIT_OUTPUT] = (unit[LLMGW_UNIT_IMAGE_OUT] >= 0)
                                  ? unit[LLMGW_UNIT_IMAGE_OUT]
                                  : unit[LLMGW_UNIT_AUDIO_OUT];
    }

    if (unit[LLMGW_UNIT_INPUT] < 0) {
        unit[LLMGW_UNIT_INPUT] = (unit[LLMGW_UNIT_IMAGE_IN] >= 0)
                                 ? unit[LLMGW_UNIT_IMAGE_IN]
                                 : unit[LLMGW_UNIT_AUDIO_IN];
    }

    if (unit[LLMGW_UNIT_CACHE_WRITE_1H] < 0) {

        unit[LLMGW_UNIT_CACHE_WRITE_1H] = unit[LLMGW_UNIT_CACHE_WRITE];

        if (unit[LLMGW_UNIT_CACHE_WRITE] > 0
            && unit[LLMGW_UNIT_CACHE_WRITE] * 4 == unit[LLMGW_UNIT_INPUT] * 5)
        {
            unit[LLMGW_UNIT_CACHE_WRITE_1H] = unit[LLMGW_UNIT_INPUT] * 2;
        }
    }

    for (i = 0; i < p->ntiers; i++) {

        tier = p->tier[i].unit;

        for (k = 0; k < LLMGW_UNIT_TIERED; k++) {

            if (tier[k] >= 0) {
                continue;
            }

            if (k == LLMGW_UNIT_INPUT || k == LLMGW_UNIT_OUTPUT
                || unit[k] <= 0 || unit[LLMGW_UNIT_INPUT] <= 0)
            {
                tier[k] = unit[k];
                continue;
            }

            ratio = tier[LLMGW_UNIT_INPUT];

            if (__builtin_mul_overflow(unit[k], ratio, &ratio)) {
                tier[k] = unit[k];
                continue;
            }

            tier[k] = (ratio + unit[LLMGW_UNIT_INPUT] / 2)
                      / unit[LLMGW_UNIT_INPUT];
        }
    }
}


static void
llmgw_price_add(int64_t *sum, int64_t count, int64_t price)
{
    int64_t  v;

    if (count <= 0 || price <= 0) {
        return;
    }

    if (__builtin_mul_overflow(count, price, &v)
        || __builtin_add_overflow(*sum, v, sum))
    {
        *sum = INT64_MAX;
    }
}


/* a part of a count, which cannot be more than what is left of it */

static int64_t
llmgw_price_part(int64_t count, int64_t *rest)
{
    if (count <= 0) {
        return 0;
    }

    if (count > *rest) {
        count = *rest;
    }

    *rest -= count;

    return count;
}


/* unit: of the tier, or as other, which has what tiers do not change */

static int64_t
llmgw_price_prompt(const llmgw_usage_t *u, const int64_t *unit,
    const int64_t *other)
{
    int64_t  sum, rest, input, part, hour;

    sum = 0;
    rest = u->prompt;
    input = unit[LLMGW_UNIT_INPUT];

    part = llmgw_price_part(u->cached, &rest);
    llmgw_price_add(&sum, part, (unit[LLMGW_UNIT_CACHED] >= 0)
                                ? unit[LLMGW_UNIT_CACHED] : input);

    part = llmgw_price_part(u->cache_write, &rest);
    hour = llmgw_price_part(u->cache_write_1h, &part);

    llmgw_price_add(&sum, part, (unit[LLMGW_UNIT_CACHE_WRITE] >= 0)
                                ? unit[LLMGW_UNIT_CACHE_WRITE] : input);
    llmgw_price_add(&sum, hour, (unit[LLMGW_UNIT_CACHE_WRITE_1H] >= 0)
                                ? unit[LLMGW_UNIT_CACHE_WRITE_1H] : input);

    part = llmgw_price_part(u->audio_in, &rest);
    llmgw_price_add(&sum, part, (other[LLMGW_UNIT_AUDIO_IN] >= 0)
                                ? other[LLMGW_UNIT_AUDIO_IN] : input);

    part = llmgw_price_part(u->image_in, &rest);
    llmgw_price_add(&sum, part, (other[LLMGW_UNIT_IMAGE_IN] >= 0)
                                ? other[LLMGW_UNIT_IMAGE_IN] : input);

    llmgw_price_add(&sum, rest, input);

    return sum;
}


static int64_t
llmgw_price_completion(const llmgw_usage_t *u, const int64_t *unit,
    const int64_t *other)
{
    int64_t  sum, rest, output, part;

    sum = 0;
    rest = u->completion;
    output = unit[LLMGW_UNIT_OUTPUT];

    part = llmgw_price_part(u->reasoning, &rest);
    llmgw_price_add(&sum, part, (other[LLMGW_UNIT_REASONING] >= 0)
                                ? other[LLMGW_UNIT_REASONING] : output);

    part = llmgw_price_part(u->audio_out, &rest);
    llmgw_price_add(&sum, part, (other[LLMGW_UNIT_AUDIO_OUT] >= 0)
                                ? other[LLMGW_UNIT_AUDIO_OUT] : output);

    part = llmgw_price_part(u->image_out, &rest);
    llmgw_price_add(&sum, part, (other[LLMGW_UNIT_IMAGE_OUT] >= 0)
                                ? other[LLMGW_UNIT_IMAGE_OUT] : output);

    llmgw_price_add(&sum, rest, output);

    return sum;
}


int64_t
llmgw_price_cost(const llmgw_price_t *p, const llmgw_usage_t *u)
{
    size_t          i;
    int64_t         sum, ms;
    unsigned        priced;
    const int64_t  *unit;

    sum = 0;
    priced = 0;
    unit = p->unit;

    for (i = 0; i < p->ntiers && u->prompt > p->tier[i].above; i++) {
        unit = p->tier[i].unit;
    }

    if (u->prompt >= 0 && unit[LLMGW_UNIT_INPUT] >= 0) {
        priced = 1;
        llmgw_price_add(&sum, 1, llmgw_price_prompt(u, unit, p->unit));
    }

    if (u->completion >= 0 && unit[LLMGW_UNIT_OUTPUT] >= 0) {
        priced = 1;
        llmgw_price_add(&sum, 1, llmgw_price_completion(u, unit, p->unit));
    }

    if (u->characters >= 0 && p->unit[LLMGW_UNIT_CHARACTER] >= 0) {
        priced = 1;
        llmgw_price_add(&sum, u->characters, p->unit[LLMGW_UNIT_CHARACTER]);
    }

    if (u->images >= 0 && p->unit[LLMGW_UNIT_IMAGE] >= 0) {
        priced = 1;
        llmgw_price_add(&sum, u->images, p->unit[LLMGW_UNIT_IMAGE]);
    }

    /* what is heard is billed by its tokens or by its time, not by both */

    if (u->seconds >= 0 && p->unit[LLMGW_UNIT_SECOND] >= 0
        && (u->prompt < 0 || unit[LLMGW_UNIT_INPUT] < 0))
    {
        priced = 1;
        ms = (u->seconds < LLMGW_USAGE_MAX)
             ? (int64_t) (u->seconds * 1000 + 0.5) : LLMGW_USAGE_MAX * 1000LL;

        /* by the millisecond; cutting what is less than a pico-dollar does
           not change how the sum is rounded */

        llmgw_price_add(&sum, ms / 1000, p->unit[LLMGW_UNIT_SECOND]);
        llmgw_price_add(&sum, 1,
                        ms % 1000 * p->unit[LLMGW_UNIT_SECOND] / 1000);
    }

    if (p->unit[LLMGW_UNIT_QUERY] >= 0) {
        priced = 1;
        llmgw_price_add(&sum, (u->queries >= 0) ? u->queries : 1,
                        p->unit[LLMGW_UNIT_QUERY]);
    }

    if (!priced) {
        return -1;
    }

    return sum / 1000 + (sum % 1000 >= 500);
}
