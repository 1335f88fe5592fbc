
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Files of prices.
 */


#include "llmgw_price.h"
#include "llmgw_error.h"
#include "llmgw_jstr.h"


#define LLMGW_PRICE_NODES  4000000

/* an entry of another name, which may be another one's */
#define LLMGW_PRICE_ALIASES  4

/* a dollar is so many decimal places of pico-dollars */
#define LLMGW_PRICE_PICO   12


typedef struct {
    llmgw_arena_t        *tmp;
    const llmgw_json_t   *j;
    llmgw_str_t           name;      /* of the entry */
    llmgw_str_t           provider;  /* … and what it says of it */
    llmgw_str_t           error;
    llmgw_price_t         price;
    unsigned              priced:1;
    unsigned              published:1; /* the file as LiteLLM has it */
} llmgw_price_reader_t;


static llmgw_int_t llmgw_price_read_entry(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry);
static unsigned llmgw_price_is_own(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry);
static llmgw_int_t llmgw_price_read_own(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry);
static llmgw_int_t llmgw_price_read_tiers(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *tiers);
static llmgw_int_t llmgw_price_read_litellm(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry);
static llmgw_int_t llmgw_price_read_token(llmgw_price_reader_t *rd,
    int64_t above, const llmgw_json_node_t *k, const llmgw_json_node_t *v);
static llmgw_int_t llmgw_price_read_ranges(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *ranges);
static llmgw_int_t llmgw_price_read_others(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry);
static llmgw_int_t llmgw_price_read_unit(llmgw_price_reader_t *rd,
    int64_t above, llmgw_unit_e unit, llmgw_str_t name,
    const llmgw_json_node_t *v);
static int64_t llmgw_price_above(llmgw_str_t *name);
static llmgw_int_t llmgw_price_wrong(llmgw_price_reader_t *rd,
    llmgw_str_t name, const char *what);


/* LiteLLM's names of what is billed by the token */

static const struct {
    llmgw_str_t   name;
    llmgw_unit_e  unit;
} llmgw_price_tokens[] = {
    { llmgw_string("input_cost_per_token"), LLMGW_UNIT_INPUT },
    { llmgw_string("output_cost_per_token"), LLMGW_UNIT_OUTPUT },
    { llmgw_string("cache_read_input_token_cost"), LLMGW_UNIT_CACHED },
    { llmgw_string("cache_creation_input_token_cost"),
      LLMGW_UNIT_CACHE_WRITE },
    { llmgw_string("cache_creation_input_token_cost_above_1hr"),
      LLMGW_UNIT_CACHE_WRITE_1H },
    { llmgw_string("input_cost_per_audio_token"), LLMGW_UNIT_AUDIO_IN },
    { llmgw_string("output_cost_per_audio_token"), LLMGW_UNIT_AUDIO_OUT },
    { llmgw_string("input_cost_per_image_token"), LLMGW_UNIT_IMAGE_IN },
    { llmgw_string("output_cost_per_image_token"), LLMGW_UNIT_IMAGE_OUT },
    { llmgw_string("output_cost_per_reasoning_token"), LLMGW_UNIT_REASONING }
};


llmgw_int_t
llmgw_price_read(llmgw_price_list_t *list, llmgw_arena_t *a,
    llmgw_arena_t *tmp, llmgw_str_t text, llmgw_str_t *error)
{
    llmgw_int_t               rc;
    llmgw_json_t              j;
    llmgw_price_entry_t      *e;
    llmgw_price_reader_t      rd;
    const llmgw_json_node_t  *k, *v;

    list->n = 0;
    list->entries = NULL;

    rc = llmgw_json_parse(&j, tmp, text, LLMGW_JSON_ALL, LLMGW_PRICE_NODES);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    if (rc != LLMGW_OK || j.nodes[0].type != LLMGW_JSON_OBJECT) {

        *error = (rc == LLMGW_INVALID)
                 ? llmgw_fmt(tmp, "not JSON: %s at byte %zu", j.error,
                             j.error_pos)
                 : llmgw_lit("not a JSON object, or too large");

        return error->data ? LLMGW_INVALID : LLMGW_ERROR;
    }

    rd.tmp = tmp;
    rd.j = &j;
    rd.published = (llmgw_json_get(&j, j.nodes, "sample_spec") != NULL);

    llmgw_json_each_member(k, v, j.nodes) {
        list->n++;
    }

    list->entries = llmgw_alloc(a, (list->n + 1)
                                   * sizeof(llmgw_price_entry_t));
    if (list->entries == NULL) {
        return LLMGW_ERROR;
    }

    list->n = 0;

    llmgw_json_each_member(k, v, j.nodes) {

        rd.name = llmgw_jstr_decode(tmp, llmgw_json_str(&j, k));
        if (rd.name.data == NULL) {
            return LLMGW_ERROR;
        }

        rc = llmgw_price_read_entry(&rd, v);

        if (rc != LLMGW_OK) {
            *error = rd.error;
            return rc;
        }

        if (!rd.priced) {
            continue;
        }

        e = &list->entries[list->n++];

        e->provider = llmgw_str_dup(a, rd.provider);
        e->model = llmgw_str_dup(a, rd.name);
        e->price = rd.price;

        if (e->provider.data == NULL || e->model.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    llmgw_price_list_sort(list);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_price_read_entry(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry)
{
    unsigned                  n;
    llmgw_int_t               rc;
    llmgw_str_t               name;
    const u_char             *p;
    const llmgw_json_node_t  *v;

    rd->priced = 0;
    rd->provider = llmgw_null_str;

    llmgw_price_init(&rd->price);

    /* describes the others */

    if (llmgw_str_is(rd->name, "sample_spec")) {
        return LLMGW_OK;
    }

    if (entry->type != LLMGW_JSON_OBJECT) {
        return llmgw_price_wrong(rd, llmgw_null_str, "is not an object");
    }

    for (n = 0; n < LLMGW_PRICE_ALIASES; n++) {

        v = llmgw_json_string(rd->j, entry, "alias_of");

        if (v == NULL) {
            break;
        }

        name = llmgw_json_str(rd->j, v);
        v = llmgw_json_get_n(rd->j, rd->j->nodes, (const char *) name.data,
                             name.len);

        if (v == NULL || v->type != LLMGW_JSON_OBJECT) {
            return llmgw_price_wrong(rd, llmgw_lit("alias_of"),
                                     "names no other entry");
        }

        entry = v;
    }

    /*
     * An entry of LiteLLM's names its provider or its kind; what else its file
     * has is no price.
     */

    if (llmgw_json_get(rd->j, entry, "litellm_provider")
        || llmgw_json_get(rd->j, entry, "mode"))
    {
        rc = llmgw_price_read_litellm(rd, entry);

    } else if (rd->published && !llmgw_price_is_own(rd, entry)) {
        return LLMGW_OK;

    } else {
        rc = llmgw_price_read_own(rd, entry);
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    /* "provider/model" */

    if (rd->provider.len && rd->name.len > rd->provider.len + 1
        && rd->name.data[rd->provider.len] == '/'
        && memcmp(rd->name.data, rd->provider.data, rd->provider.len) == 0)
    {
        rd->name.data += rd->provider.len + 1;
        rd->name.len -= rd->provider.len + 1;
    }

    if (n) {

        /* the other one's provider may be a part of this one's */

        p = memchr(rd->name.data, '/', rd->name.len);

        if (p) {
            rd->provider = llmgw_str(rd->name.data,
                                     (size_t) (p - rd->name.data));
            rd->name.len -= rd->provider.len + 1;
            rd->name.data = p + 1;
        }
    }

    llmgw_price_finish(&rd->price);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_price_wrong(llmgw_price_reader_t *rd, llmgw_str_t name,
    const char *what)
{
    rd->error = name.len
                ? llmgw_fmt(rd->tmp, "\"%.*s\" of \"%.*s\" %s",
                            llmgw_arg(name), llmgw_arg(rd->name), what)
                : llmgw_fmt(rd->tmp, "\"%.*s\" %s", llmgw_arg(rd->name),
                            what);

    return rd->error.data ? LLMGW_INVALID : LLMGW_ERROR;
}


/* whether there is anything of our own form in it */

static unsigned
llmgw_price_is_own(llmgw_price_reader_t *rd, const llmgw_json_node_t *entry)
{
    llmgw_price_t             p;
    const llmgw_json_node_t  *k, *v;

    llmgw_price_init(&p);

    llmgw_json_each_member(k, v, entry) {
        if (llmgw_price_set(&p, 0, llmgw_json_str(rd->j, k), llmgw_lit("0"))
            == LLMGW_OK)
        {
            return 1;
        }
    }

    return 0;
}


/* {"provider":"openai","input":2.5,…,"tiers":[{"above":200000,"input":5}]} */

static llmgw_int_t
llmgw_price_read_own(llmgw_price_reader_t *rd, const llmgw_json_node_t *entry)
{
    llmgw_int_t               rc;
    llmgw_str_t               name;
    const llmgw_json_node_t  *k, *v;

    llmgw_json_each_member(k, v, entry) {

        name = llmgw_json_str(rd->j, k);

        if (llmgw_json_is(rd->j, k, "provider")
            && v->type == LLMGW_JSON_STRING)
        {
            rd->provider = llmgw_json_str(rd->j, v);
            continue;
        }

        if (llmgw_json_is(rd->j, k, "tiers")) {

            rc = llmgw_price_read_tiers(rd, v);
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        if (v->type != LLMGW_JSON_NUMBER && v->type != LLMGW_JSON_STRING) {
            return llmgw_price_wrong(rd, name, "is not a price");
        }

        rc = llmgw_price_set(&rd->price, 0, name, llmgw_json_str(rd->j, v));

        if (rc != LLMGW_OK) {
            return llmgw_price_wrong(rd, name, (rc == LLMGW_DECLINED)
                                               ? "is not known"
                                               : "is not a price");
        }

        rd->priced = 1;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_price_read_tiers(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *tiers)
{
    int64_t                   above;
    llmgw_str_t               name;
    const llmgw_json_node_t  *tier, *k, *v;

    name = llmgw_lit("tiers");

    if (tiers->type != LLMGW_JSON_ARRAY) {
        return llmgw_price_wrong(rd, name, "is not an array");
    }

    llmgw_json_each(tier, tiers) {

        v = llmgw_json_number(rd->j, tier, "above");

        if (v == NULL
            || llmgw_json_int(llmgw_json_str(rd->j, v), &above) != LLMGW_OK
            || above <= 0)
        {
            return llmgw_price_wrong(rd, name, "lack \"above\"");
        }

        llmgw_json_each_member(k, v, tier) {

            if (llmgw_json_is(rd->j, k, "above")) {
                continue;
            }

            if ((v->type != LLMGW_JSON_NUMBER && v->type != LLMGW_JSON_STRING)
                || llmgw_price_set(&rd->price, above,
                                   llmgw_json_str(rd->j, k),
                                   llmgw_json_str(rd->j, v))
                   != LLMGW_OK)
            {
                return llmgw_price_wrong(rd, name, "hold what is no price "
                                         "of a tier");
            }
        }
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_price_read_litellm(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry)
{
    llmgw_int_t               rc;
    const llmgw_json_node_t  *k, *v;

    rd->provider = llmgw_json_get_str(rd->j, entry, "litellm_provider");

    /* "vertex_ai-language-models" and others of its kind */

    if (llmgw_str_starts(rd->provider, "vertex_ai-")) {
        rd->provider.len = sizeof("vertex_ai") - 1;
    }

    rc = LLMGW_OK;

    llmgw_json_each_member(k, v, entry) {

        if (llmgw_json_is(rd->j, k, "tiered_pricing")) {
            rc = llmgw_price_read_ranges(rd, v);

        } else {
            rc = llmgw_price_read_token(rd, 0, k, v);
        }

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_price_read_others(rd, entry);
}


/* input_cost_per_token, input_cost_per_token_above_200k_tokens … */

static llmgw_int_t
llmgw_price_read_token(llmgw_price_reader_t *rd, int64_t above,
    const llmgw_json_node_t *k, const llmgw_json_node_t *v)
{
    size_t       i;
    int64_t      n;
    llmgw_str_t  name, full;

    full = llmgw_json_str(rd->j, k);
    name = full;

    n = llmgw_price_above(&name);

    for (i = 0; i < llmgw_nelts(llmgw_price_tokens); i++) {

        if (!llmgw_str_eq(llmgw_price_tokens[i].name, name)) {
            continue;
        }

        return llmgw_price_read_unit(rd, n ? n : above,
                                     llmgw_price_tokens[i].unit, full, v);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_price_read_unit(llmgw_price_reader_t *rd, int64_t above,
    llmgw_unit_e unit, llmgw_str_t name, const llmgw_json_node_t *v)
{
    int64_t      pico;
    llmgw_int_t  rc;

    if (v->type == LLMGW_JSON_NULL) {
        return LLMGW_OK;
    }

    if ((v->type != LLMGW_JSON_NUMBER && v->type != LLMGW_JSON_STRING)
        || llmgw_price_number(llmgw_json_str(rd->j, v), LLMGW_PRICE_PICO,
                              &pico)
           != LLMGW_OK)
    {
        return llmgw_price_wrong(rd, name, "is not a price");
    }

    rc = llmgw_price_put(&rd->price, above, unit, pico);

    if (rc == LLMGW_INVALID) {
        return llmgw_price_wrong(rd, name, "is too large");
    }

    /* a tier too many, or of what has none, is left out */

    rd->priced |= (rc == LLMGW_OK);

    return LLMGW_OK;
}


/* takes "_above_200k_tokens" off a name: 200000, or 0 */

static int64_t
llmgw_price_above(llmgw_str_t *name)
{
    int64_t        n;
    llmgw_str_t    s;
    const u_char  *p, *end;

    static const llmgw_str_t  mark = llmgw_string("_above_");

    if (!llmgw_str_ends(*name, "k_tokens")) {
        return 0;
    }

    end = name->data + name->len - (sizeof("k_tokens") - 1);

    /* the last one: an hour may be in front of it */

    for (p = end - mark.len;
         p > name->data && memcmp(p, mark.data, mark.len) != 0;
         p--)
    {
        /* void */
    }

    if (p <= name->data || p + mark.len >= end) {
        return 0;
    }

    s = llmgw_str(p + mark.len, (size_t) (end - (p + mark.len)));

    if (s.len > 6 || llmgw_json_int(s, &n) != LLMGW_OK || n <= 0) {
        return 0;
    }

    name->len = (size_t) (p - name->data);

    return n * 1000;
}


/* [{"range":[0,32000],"input_cost_per_token":…}, …] */

static llmgw_int_t
llmgw_price_read_ranges(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *ranges)
{
    int64_t                   above;
    llmgw_int_t               rc;
    llmgw_str_t               name;
    const llmgw_json_node_t  *range, *k, *v;

    name = llmgw_lit("tiered_pricing");

    if (ranges->type != LLMGW_JSON_ARRAY) {
        return llmgw_price_wrong(rd, name, "is not an array");
    }

    llmgw_json_each(range, ranges) {

        v = llmgw_json_get(rd->j, range, "range");

        if (v == NULL) {

            /* there are others, such as of the results of a search */

            continue;
        }

        if (v->type != LLMGW_JSON_ARRAY || v->span < 2
            || v[1].type != LLMGW_JSON_NUMBER
            || llmgw_price_number(llmgw_json_str(rd->j, v + 1), 0, &above)
               != LLMGW_OK)
        {
            return llmgw_price_wrong(rd, name, "has no valid \"range\"");
        }

        llmgw_json_each_member(k, v, range) {

            rc = llmgw_price_read_token(rd, above, k, v);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }
    }

    return LLMGW_OK;
}


/* what is not billed by the token means different things by mode */

static llmgw_int_t
llmgw_price_read_others(llmgw_price_reader_t *rd,
    const llmgw_json_node_t *entry)
{
    size_t                    i;
    int64_t                   zero;
    llmgw_int_t               rc;
    llmgw_str_t               mode, name;
    const llmgw_json_node_t  *v;

    /* of two names for one unit the last one that is there */

    static const struct {
        const char    *name;
        llmgw_unit_e   unit;
        llmgw_str_t    mode;     /* begins with that; empty: any */
    } others[] = {
        { "input_cost_per_image", LLMGW_UNIT_IMAGE, llmgw_string("image_") },
        { "output_cost_per_image", LLMGW_UNIT_IMAGE, llmgw_string("image_") },
        { "output_cost_per_second", LLMGW_UNIT_SECOND,
          llmgw_string("audio_transcription") },
        { "input_cost_per_second", LLMGW_UNIT_SECOND,
          llmgw_string("audio_transcription") },
        { "input_cost_per_character", LLMGW_UNIT_CHARACTER,
          llmgw_string("audio_speech") },
        { "input_cost_per_request", LLMGW_UNIT_QUERY, llmgw_string("") },
        { "input_cost_per_query", LLMGW_UNIT_QUERY, llmgw_string("") }
    };

    mode = llmgw_json_get_str(rd->j, entry, "mode");

    for (i = 0; i < llmgw_nelts(others); i++) {

        name = llmgw_str((const u_char *) others[i].name,
                         strlen(others[i].name));

        v = llmgw_json_get_n(rd->j, entry, others[i].name, name.len);

        if (v == NULL || mode.len < others[i].mode.len
            || (others[i].mode.len
                && memcmp(mode.data, others[i].mode.data, others[i].mode.len)
                   != 0))
        {
            continue;
        }

        /* zero stands for "not this way" where there are two */

        if (rd->price.unit[others[i].unit] > 0
            && llmgw_price_number(llmgw_json_str(rd->j, v), LLMGW_PRICE_PICO,
                                  &zero)
               == LLMGW_OK
            && zero == 0)
        {
            continue;
        }

        rc = llmgw_price_read_unit(rd, 0, others[i].unit, name, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}
