
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * From the name that a model goes by to the one that a price is known for.
 */


#include "llmgw_price.h"
#include "llmgw_price_table.h"


#define LLMGW_PRICE_NAME  128


/* rows of a provider, in a list or in the built-in table */

typedef struct {
    const llmgw_price_list_t  *list;     /* NULL: built in */
    size_t                     first;
    size_t                     end;
} llmgw_price_range_t;


static int llmgw_price_order(const llmgw_price_entry_t *a,
    const llmgw_price_entry_t *b);
static void llmgw_price_sift(llmgw_price_entry_t *e, size_t i, size_t n);
static llmgw_int_t llmgw_price_known_as(const llmgw_price_list_t *list,
    llmgw_str_t provider, llmgw_str_t model, llmgw_price_t *p);
static llmgw_int_t llmgw_price_lookup(const llmgw_price_list_t *list,
    llmgw_str_t provider, llmgw_str_t model, llmgw_price_t *p);
static unsigned llmgw_price_range(llmgw_price_range_t *r,
    llmgw_str_t provider);
static size_t llmgw_price_match(const llmgw_price_range_t *r,
    llmgw_str_t name);
static size_t llmgw_price_bound(const llmgw_price_range_t *r,
    llmgw_str_t name);
static size_t llmgw_price_dated(const llmgw_price_range_t *r,
    llmgw_str_t name, u_char separator);
static llmgw_str_t llmgw_price_model(const llmgw_price_range_t *r, size_t i);
static llmgw_str_t llmgw_price_behind(llmgw_str_t name);
static llmgw_str_t llmgw_price_region(llmgw_str_t name);
static llmgw_str_t llmgw_price_shorter(llmgw_str_t name);
static size_t llmgw_price_digits(llmgw_str_t s);
static size_t llmgw_price_date(llmgw_str_t s);
static size_t llmgw_price_version(llmgw_str_t s);
static void llmgw_price_decode(const uint32_t *w, llmgw_price_t *p);


/* other names under which a provider stands in tables of prices */

static const struct {
    llmgw_str_t  name;
    llmgw_str_t  as;
} llmgw_price_aliases[] = {
    { llmgw_string("azure"), llmgw_string("azure_ai") },
    { llmgw_string("bedrock"), llmgw_string("bedrock_converse") },
    { llmgw_string("bedrock"), llmgw_string("bedrock_mantle") },
    { llmgw_string("cohere"), llmgw_string("cohere_chat") },
    { llmgw_string("openai"), llmgw_string("text-completion-openai") },
    { llmgw_string("vertex"), llmgw_string("vertex_ai") },
    { llmgw_string("vertex_ai_anthropic"), llmgw_string("vertex_ai") }
};


/* names of Bedrock's inference profiles begin with where they run */

static const llmgw_str_t  llmgw_price_regions[] = {
    llmgw_string("global."),
    llmgw_string("us-gov."),
    llmgw_string("apac."),
    llmgw_string("us."),
    llmgw_string("eu."),
    llmgw_string("jp."),
    llmgw_string("au."),
    llmgw_string("ca."),
    llmgw_string("in."),
    llmgw_string("sa.")
};


/* services' own names differ in case more often than in meaning */

static int
llmgw_price_compare(llmgw_str_t a, llmgw_str_t b)
{
    size_t  i, n;
    u_char  c, d;

    n = (a.len < b.len) ? a.len : b.len;

    for (i = 0; i < n; i++) {

        c = llmgw_tolower(a.data[i]);
        d = llmgw_tolower(b.data[i]);

        if (c != d) {
            return (c < d) ? -1 : 1;
        }
    }

    return (a.len == b.len) ? 0 : (a.len < b.len) ? -1 : 1;
}


static int
llmgw_price_order(const llmgw_price_entry_t *a, const llmgw_price_entry_t *b)
{
    int  rc;

    rc = llmgw_price_compare(a->provider, b->provider);

    if (rc == 0) {
        rc = llmgw_price_compare(a->model, b->model);
    }

    if (rc == 0 && a->model.len) {
        rc = memcmp(a->model.data, b->model.data, a->model.len);
    }

    return rc ? rc : (a->index < b->index) ? -1 : 1;
}


static void
llmgw_price_sift(llmgw_price_entry_t *e, size_t i, size_t n)
{
    size_t               k;
    llmgw_price_entry_t  tmp;

    tmp = e[i];

    for (k = 2 * i + 1; k < n; k = 2 * i + 1) {

        if (k + 1 < n && llmgw_price_order(&e[k], &e[k + 1]) < 0) {
            k++;
        }

        if (llmgw_price_order(&tmp, &e[k]) > 0) {
            break;
        }

        e[i] = e[k];
        i = k;
    }

    e[i] = tmp;
}


void
llmgw_price_list_sort(llmgw_price_list_t *list)
{
    size_t                i;
    llmgw_price_entry_t  *e, tmp;

    e = list->entries;

    for (i = 0; i < list->n; i++) {
        e[i].index = (uint32_t) i;
    }

    for (i = list->n / 2; i > 0; i--) {
        llmgw_price_sift(e, i - 1, list->n);
    }

    for (i = list->n; i > 1; i--) {
        tmp = e[0];
        e[0] = e[i - 1];
        e[i - 1] = tmp;

        llmgw_price_sift(e, 0, i - 1);
    }
}


llmgw_int_t
llmgw_price_find(const llmgw_price_list_t *list, llmgw_str_t provider,
    llmgw_str_t model, llmgw_price_t *p)
{
    u_char       buf[2 * LLMGW_PRICE_NAME];
    llmgw_str_t  full;

    if (list && list->n) {

        if (llmgw_price_known_as(list, provider, model, p) == LLMGW_OK) {
            return LLMGW_OK;
        }

        /* entries without a provider: "provider/model", "model" */

        if (provider.len + 1 + model.len <= sizeof(buf)) {

            memcpy(buf, provider.data, provider.len);
            buf[provider.len] = '/';
            memcpy(buf + provider.len + 1, model.data, model.len);

            full = llmgw_str(buf, provider.len + 1 + model.len);

            if (llmgw_price_lookup(list, llmgw_null_str, full, p) == LLMGW_OK)
            {
                return LLMGW_OK;
            }
        }
    }

    return llmgw_price_known_as(NULL, provider, model, p);
}


static llmgw_int_t
llmgw_price_known_as(const llmgw_price_list_t *list, llmgw_str_t provider,
    llmgw_str_t model, llmgw_price_t *p)
{
    size_t  i;

    if (llmgw_price_lookup(list, provider, model, p) == LLMGW_OK) {
        return LLMGW_OK;
    }

    for (i = 0; i < llmgw_nelts(llmgw_price_aliases); i++) {

        if (llmgw_str_eq(llmgw_price_aliases[i].name, provider)
            && llmgw_price_lookup(list, llmgw_price_aliases[i].as, model, p)
               == LLMGW_OK)
        {
            return LLMGW_OK;
        }
    }

    return LLMGW_DECLINED;
}


static llmgw_int_t
llmgw_price_lookup(const llmgw_price_list_t *list, llmgw_str_t provider,
    llmgw_str_t model, llmgw_price_t *p)
{
    size_t               i, n, row;
    llmgw_str_t          name, tries[3];
    llmgw_price_range_t  r;

    r.list = list;

    if (!llmgw_price_range(&r, provider)) {
        return LLMGW_DECLINED;
    }

    n = 0;
    tries[n++] = model;

    name = llmgw_price_behind(model);

    if (name.len) {
        tries[n++] = name;
    }

    name = llmgw_price_region(tries[n - 1]);

    if (name.len) {
        tries[n++] = name;
    }

    for (i = 0; i < n; i++) {

        for (name = tries[i]; name.len; name = llmgw_price_shorter(name)) {

            row = llmgw_price_match(&r, name);

            if (row == r.end) {
                continue;
            }

            if (list) {
                *p = list->entries[row].price;

            } else {
                llmgw_price_decode(llmgw_price_words
                                   + llmgw_price_rows[row].price, p);
            }

            return LLMGW_OK;
        }
    }

    return LLMGW_DECLINED;
}


/* whether there are any */

static unsigned
llmgw_price_range(llmgw_price_range_t *r, llmgw_str_t provider)
{
    size_t                         i, low, high;
    llmgw_str_t                    name;
    const llmgw_price_entry_t     *e;
    const llmgw_price_provider_t  *pr;

    if (r->list == NULL) {

        for (i = 0; i < llmgw_price_nproviders; i++) {

            pr = &llmgw_price_providers[i];
            name = llmgw_str((const u_char *) llmgw_price_names + pr->name,
                             pr->len);

            if (llmgw_str_eq(name, provider)) {
                r->first = pr->row;
                r->end = (size_t) pr->row + pr->n;
                return 1;
            }
        }

        return 0;
    }

    e = r->list->entries;

    for (low = 0, high = r->list->n; low < high; /* void */ ) {

        i = low + (high - low) / 2;

        if (llmgw_price_compare(e[i].provider, provider) < 0) {
            low = i + 1;

        } else {
            high = i;
        }
    }

    r->first = low;

    for (r->end = low;
         r->end < r->list->n
         && llmgw_price_compare(e[r->end].provider, provider) == 0;
         r->end++)
    {
        /* void */
    }

    return r->end > r->first;
}


static llmgw_str_t
llmgw_price_model(const llmgw_price_range_t *r, size_t i)
{
    const llmgw_price_row_t  *row;

    if (r->list) {
        return r->list->entries[i].model;
    }

    row = &llmgw_price_rows[i];

    return llmgw_str((const u_char *) llmgw_price_names + row->name,
                     row->len);
}


/* the first row that is not before the name */

static size_t
llmgw_price_bound(const llmgw_price_range_t *r, llmgw_str_t name)
{
    size_t  i, low, high;

    for (low = r->first, high = r->end; low < high; /* void */ ) {

        i = low + (high - low) / 2;

        if (llmgw_price_compare(llmgw_price_model(r, i), name) < 0) {
            low = i + 1;

        } else {
            high = i;
        }
    }

    return low;
}


/* the row of a name, or of its newest date; r->end: none */

static size_t
llmgw_price_match(const llmgw_price_range_t *r, llmgw_str_t name)
{
    size_t       i, found;
    llmgw_str_t  model;

    found = r->end;

    for (i = llmgw_price_bound(r, name); i < r->end; i++) {

        model = llmgw_price_model(r, i);

        if (llmgw_price_compare(model, name) != 0) {
            break;
        }

        /* the last of equal ones, and one in the same case before others */

        if (found == r->end || llmgw_str_eq(model, name)) {
            found = i;
        }
    }

    if (found == r->end) {
        found = llmgw_price_dated(r, name, '-');
    }

    if (found == r->end) {
        found = llmgw_price_dated(r, name, '@');
    }

    return found;
}


static size_t
llmgw_price_dated(const llmgw_price_range_t *r, llmgw_str_t name,
    u_char separator)
{
    size_t       i, found;
    u_char       buf[LLMGW_PRICE_NAME];
    llmgw_str_t  model, key;

    if (name.len >= sizeof(buf)) {
        return r->end;
    }

    memcpy(buf, name.data, name.len);
    buf[name.len] = separator;

    key = llmgw_str(buf, name.len + 1);
    found = r->end;

    for (i = llmgw_price_bound(r, key); i < r->end; i++) {

        model = llmgw_price_model(r, i);

        if (model.len < key.len
            || !llmgw_str_caseeq(llmgw_str(model.data, key.len), key))
        {
            break;
        }

        /* what follows the name is nothing but a date */

        if (llmgw_price_date(model) == model.len - name.len) {
            found = i;
        }
    }

    return found;
}


/* "openai/gpt-4o", "google/gemini-2.5-pro", an ARN: what it ends with */

static llmgw_str_t
llmgw_price_behind(llmgw_str_t name)
{
    size_t    i, n;
    unsigned  arn;

    arn = llmgw_str_starts(name, "arn:");
    n = 0;

    for (i = 0; i < name.len && (n == 0 || arn); i++) {
        if (name.data[i] == '/') {
            n = i + 1;
        }
    }

    return n ? llmgw_str(name.data + n, name.len - n) : llmgw_null_str;
}


static llmgw_str_t
llmgw_price_region(llmgw_str_t name)
{
    size_t       i;
    llmgw_str_t  region;

    for (i = 0; i < llmgw_nelts(llmgw_price_regions); i++) {

        region = llmgw_price_regions[i];

        if (name.len > region.len
            && memcmp(name.data, region.data, region.len) == 0)
        {
            return llmgw_str(name.data + region.len, name.len - region.len);
        }
    }

    return llmgw_null_str;
}


/* without what says which edition of a model it is; empty: nothing does */

static llmgw_str_t
llmgw_price_shorter(llmgw_str_t name)
{
    size_t  n;

    n = llmgw_price_date(name);

    if (n == 0) {
        n = llmgw_price_version(name);
    }

    if (n == 0
        && (llmgw_str_ends(name, "-latest") || llmgw_str_ends(name, "@latest")))
    {
        n = sizeof("-latest") - 1;
    }

    if (n == 0 && llmgw_str_ends(name, "@default")) {
        n = sizeof("@default") - 1;
    }

    return (n && n < name.len) ? llmgw_str(name.data, name.len - n)
                               : llmgw_null_str;
}


/* the digits that a text ends with */

static size_t
llmgw_price_digits(llmgw_str_t s)
{
    size_t  n;

    for (n = 0; n < s.len; n++) {
        if (s.data[s.len - n - 1] < '0' || s.data[s.len - n - 1] > '9') {
            break;
        }
    }

    return n;
}


/* the length of -20250929, @20250929, -2025-09-29, -09-2025, -05-20 */

static size_t
llmgw_price_date(llmgw_str_t s)
{
    size_t  n, m;
    u_char  c;

    n = llmgw_price_digits(s);

    if (n == s.len) {
        return 0;
    }

    c = s.data[s.len - n - 1];

    if (n == 8) {
        return (c == '-' || c == '@') ? 9 : 0;
    }

    if (c != '-' || (n != 2 && n != 4)) {
        return 0;
    }

    m = n + 1;
    n = llmgw_price_digits(llmgw_str(s.data, s.len - m));

    if (n != 2 || s.len - m == n || s.data[s.len - m - n - 1] != '-') {
        return 0;
    }

    m += n + 1;

    if (m == 6) {

        n = llmgw_price_digits(llmgw_str(s.data, s.len - m));

        if (n == 4 && s.len - m > n && s.data[s.len - m - n - 1] == '-') {
            m += n + 1;
        }
    }

    return m;
}


/* the length of -001, -v1, -v1:0, :0 */

static size_t
llmgw_price_version(llmgw_str_t s)
{
    size_t  n, m;

    n = llmgw_price_digits(s);

    if (n == 0 || n > 3 || n + 1 >= s.len) {
        return 0;
    }

    m = n + 1;

    switch (s.data[s.len - m]) {

    case '-':
        return (n == 3) ? m : 0;

    case 'v':
        return (s.data[s.len - m - 1] == '-') ? m + 1 : 0;

    case ':':
        n = llmgw_price_digits(llmgw_str(s.data, s.len - m));

        if (n && n <= 3 && s.len - m > n + 1
            && s.data[s.len - m - n - 1] == 'v'
            && s.data[s.len - m - n - 2] == '-')
        {
            return m + n + 2;
        }

        return m;

    default:
        return 0;
    }
}


static void
llmgw_price_decode(const uint32_t *w, llmgw_price_t *p)
{
    size_t         i;
    int64_t        v, above;
    uint32_t       mask, bit;
    llmgw_tier_t  *tier;

    llmgw_price_init(p);

    mask = *w++;
    tier = &p->tier[0];
    above = 0;

    for (i = 0; i < LLMGW_UNIT_TIERED; i++) {
        tier->unit[i] = -1;
    }

    for (bit = LLMGW_PRICE_INPUT; bit <= LLMGW_PRICE_QUERY; bit <<= 1) {

        if (!(mask & bit)) {
            continue;
        }

        v = *w++;

        switch (bit) {

        case LLMGW_PRICE_INPUT:
            p->unit[(mask & LLMGW_PRICE_CHARACTERS) ? LLMGW_UNIT_CHARACTER
                                                    : LLMGW_UNIT_INPUT] = v;
            break;

        case LLMGW_PRICE_OUTPUT:
            p->unit[LLMGW_UNIT_OUTPUT] = v;
            break;

        case LLMGW_PRICE_CACHED:
            p->unit[LLMGW_UNIT_CACHED] = v;
            break;

        case LLMGW_PRICE_CACHE_WRITE:
            p->unit[LLMGW_UNIT_CACHE_WRITE] = v;
            break;

        case LLMGW_PRICE_INPUT_ABOVE:
            tier->unit[LLMGW_UNIT_INPUT] = v;
            break;

        case LLMGW_PRICE_OUTPUT_ABOVE:
            tier->unit[LLMGW_UNIT_OUTPUT] = v;
            break;

        case LLMGW_PRICE_THRESHOLD:
            above = (mask & LLMGW_PRICE_INCLUSIVE) ? v - 1 : v;
            break;

        case LLMGW_PRICE_IMAGE:
            p->unit[LLMGW_UNIT_IMAGE] = v * 1000;
            break;

        case LLMGW_PRICE_SECOND:
            p->unit[LLMGW_UNIT_SECOND] = v;
            break;

        default: /* LLMGW_PRICE_QUERY */
            p->unit[LLMGW_UNIT_QUERY] = v * 1000;
        }
    }

    if (above > 0) {
        tier->above = above;
        p->ntiers = 1;
    }

    llmgw_price_finish(p);
}
