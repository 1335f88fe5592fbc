
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What answers of generateContent hold beside texts.
 */


#include "llmgw_gemini_answer.h"
#include "llmgw_jstr.h"


/* what is gone with the event */
#define llmgw_gemini_scratch(w)                                              \
    (&((llmgw_gemini_answer_t *) (w)->state)->scratch)

/* the place of each 64th letter is known, the others are counted from there */
#define LLMGW_GEMINI_STEP  64


static llmgw_int_t llmgw_gemini_put_sources(llmgw_writer_t *w,
    llmgw_gemini_choice_t *c);
static llmgw_int_t llmgw_gemini_put_tokens(llmgw_writer_t *w,
    llmgw_gemini_choice_t *c);


void
llmgw_gemini_put_usage(llmgw_out_t *o, const llmgw_usage_t *u)
{
    int64_t  prompt, completion, reasoning, total;

    prompt = (u->prompt > 0) ? u->prompt : 0;
    completion = (u->completion > 0) ? u->completion : 0;
    reasoning = (u->reasoning > 0) ? u->reasoning : 0;
    total = (u->total >= 0) ? u->total : prompt + completion;

    if (reasoning > completion) {
        reasoning = completion;
    }

    llmgw_puts(o, "{\"promptTokenCount\":");
    llmgw_put_int(o, prompt);
    llmgw_puts(o, ",\"candidatesTokenCount\":");
    llmgw_put_int(o, completion - reasoning);
    llmgw_puts(o, ",\"totalTokenCount\":");
    llmgw_put_int(o, total);

    if (u->cached > 0) {
        llmgw_puts(o, ",\"cachedContentTokenCount\":");
        llmgw_put_int(o, u->cached);
    }

    if (reasoning) {
        llmgw_puts(o, ",\"thoughtsTokenCount\":");
        llmgw_put_int(o, reasoning);
    }

    llmgw_putc(o, '}');
}


llmgw_int_t
llmgw_gemini_put_image(llmgw_writer_t *w, llmgw_out_t *o, llmgw_str_t url)
{
    llmgw_int_t       rc;
    llmgw_data_url_t  d;

    rc = llmgw_data_url(llmgw_gemini_scratch(w), url, &d);

    if (rc == LLMGW_ERROR) {
        return rc;
    }

    llmgw_json_open(o, '{');

    if (rc == LLMGW_OK) {
        llmgw_json_key(o, "inlineData");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "mimeType", d.mime);
        llmgw_json_member(o, "data", d.payload);

    } else {
        llmgw_json_key(o, "fileData");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "mimeType", llmgw_lit("image/png"));
        llmgw_json_member(o, "fileUri", url);
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


/*
 * Thinking blocks that Claude needs to have back.  Typed clients decode the
 * member, so that it has to be base64.
 */

static llmgw_int_t
llmgw_gemini_put_carried(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_gemini_choice_t *c)
{
    u_char       *p;
    llmgw_out_t   blocks;
    llmgw_str_t   s;

    llmgw_out_init(&blocks, llmgw_gemini_scratch(w), c->thoughts.len + 64, 0, 0);

    llmgw_puts(&blocks, LLMGW_GEMINI_CARRIED "[");
    llmgw_put_compact(&blocks, llmgw_buf_str(&c->thoughts));
    llmgw_puts(&blocks, "]");

    if (llmgw_out_close(&blocks) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    s = llmgw_out_join(&blocks, llmgw_gemini_scratch(w));

    if (s.data == NULL) {
        return LLMGW_ERROR;
    }

    p = llmgw_nalloc(llmgw_gemini_scratch(w), llmgw_base64_size(s.len));
    if (p == NULL) {
        return LLMGW_ERROR;
    }

    s.len = (size_t) (llmgw_base64_encode(p, s) - p);
    s.data = p;

    llmgw_json_member(o, "thoughtSignature", s);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_put_call(llmgw_writer_t *w, llmgw_out_t *o,
    llmgw_gemini_choice_t *c)
{
    llmgw_str_t  args;

    args = llmgw_jstr_decode(llmgw_gemini_scratch(w), llmgw_buf_str(&c->args));

    if (args.data == NULL && c->args.len) {
        return LLMGW_ERROR;
    }

    args = llmgw_args_object(llmgw_gemini_scratch(w), args);

    if (args.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "functionCall");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "id", c->call.id);
    llmgw_json_member(o, "name", c->call.name);
    llmgw_json_key(o, "args");
    llmgw_put_compact(o, args);
    o->comma = 1;
    llmgw_json_close(o, '}');

    if (c->thoughts.len && !c->carried) {

        c->carried = 1;

        if (llmgw_gemini_put_carried(w, o, c) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

    } else if (c->call.signature.len) {
        llmgw_json_member(o, "thoughtSignature", c->call.signature);
    }

    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


llmgw_int_t
llmgw_gemini_put_extras(llmgw_writer_t *w, llmgw_gemini_choice_t *c,
    unsigned last)
{
    llmgw_int_t  rc;

    if (c->logprobs.len) {
        rc = llmgw_gemini_put_tokens(w, c);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return (last && c->cites.len) ? llmgw_gemini_put_sources(w, c)
                                  : LLMGW_OK;
}


/* a list that was gathered; NULL: it is none, or there is no memory */

static llmgw_node_t *
llmgw_gemini_list(llmgw_writer_t *w, const llmgw_buf_t *list,
    llmgw_json_t *j)
{
    llmgw_str_t  s;

    s = llmgw_fmt(llmgw_gemini_scratch(w), "[%.*s]", llmgw_arg(*list));

    if (s.data == NULL
        || llmgw_json_parse(j, llmgw_gemini_scratch(w), s, LLMGW_JSON_ALL, LLMGW_JSON_ALL)
           != LLMGW_OK)
    {
        return NULL;
    }

    return j->nodes;
}


static void
llmgw_gemini_put_token(llmgw_out_t *o, const llmgw_json_t *j,
    llmgw_node_t *token)
{
    llmgw_node_t  *v;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "token", llmgw_json_get_str(j, token, "token"));

    v = llmgw_json_number(j, token, "logprob");

    if (v) {
        llmgw_json_member_raw(o, "logProbability", llmgw_json_raw(j, v));
    }

    llmgw_json_close(o, '}');
}


static llmgw_int_t
llmgw_gemini_put_tokens(llmgw_writer_t *w, llmgw_gemini_choice_t *c)
{
    llmgw_out_t   *o;
    llmgw_json_t   j;
    llmgw_node_t  *list, *v, *top, *t;

    o = w->out;

    list = llmgw_gemini_list(w, &c->logprobs, &j);
    c->logprobs.len = 0;

    if (list == NULL) {
        return LLMGW_OK;
    }

    llmgw_puts(o, ",\"logprobsResult\":{\"chosenCandidates\":");

    o->comma = 0;

    llmgw_json_open(o, '[');

    llmgw_json_each(v, list) {
        llmgw_gemini_put_token(o, &j, v);
    }

    llmgw_json_close(o, ']');
    llmgw_json_key(o, "topCandidates");
    llmgw_json_open(o, '[');

    llmgw_json_each(v, list) {

        llmgw_json_open(o, '{');
        llmgw_json_key(o, "candidates");
        llmgw_json_open(o, '[');

        top = llmgw_json_array(&j, v, "top_logprobs");

        if (top) {
            llmgw_json_each(t, top) {
                llmgw_gemini_put_token(o, &j, t);
            }
        }

        llmgw_json_close(o, ']');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


/* the places of letters in a text: where every 64th of them begins */

typedef struct {
    llmgw_str_t   text;
    uint32_t     *step;
    size_t        n;         /* letters */
} llmgw_gemini_letters_t;


static llmgw_int_t
llmgw_gemini_letters(llmgw_writer_t *w, llmgw_gemini_letters_t *l,
    llmgw_str_t text)
{
    size_t  i;

    l->text = llmgw_jstr_decode(llmgw_gemini_scratch(w), text);
    l->step = NULL;
    l->n = 0;

    if (l->text.data == NULL) {
        return text.len ? LLMGW_ERROR : LLMGW_OK;
    }

    l->step = llmgw_alloc(llmgw_gemini_scratch(w), (l->text.len / LLMGW_GEMINI_STEP + 1)
                                    * sizeof(uint32_t));
    if (l->step == NULL) {
        return LLMGW_ERROR;
    }

    for (i = 0; i < l->text.len; i++) {

        if ((l->text.data[i] & 0xc0) == 0x80) {
            continue;
        }

        if (l->n % LLMGW_GEMINI_STEP == 0) {
            l->step[l->n / LLMGW_GEMINI_STEP] = (uint32_t) i;
        }

        l->n++;
    }

    return LLMGW_OK;
}


/* the byte at which a letter begins; n may be their number */

static size_t
llmgw_gemini_letter(const llmgw_gemini_letters_t *l, size_t n)
{
    size_t  i, k;

    if (n == l->n) {
        return l->text.len;
    }

    i = l->step[n / LLMGW_GEMINI_STEP];

    for (k = n % LLMGW_GEMINI_STEP; k; k--) {

        do {
            i++;
        } while ((l->text.data[i] & 0xc0) == 0x80);
    }

    return i;
}


/* what a source is cited for; nothing where the text is not known so far */

static void
llmgw_gemini_put_support(llmgw_out_t *o, const llmgw_json_t *j,
    llmgw_node_t *cite, uint32_t chunk, const llmgw_gemini_letters_t *l)
{
    size_t         from, to;
    int64_t        start, end;
    llmgw_node_t  *s, *e;

    s = llmgw_json_number(j, cite, "start_index");
    e = llmgw_json_number(j, cite, "end_index");

    if (s == NULL || e == NULL
        || llmgw_json_int(llmgw_json_str(j, s), &start) != LLMGW_OK
        || llmgw_json_int(llmgw_json_str(j, e), &end) != LLMGW_OK
        || start < 0 || end <= start || (uint64_t) end > l->n)
    {
        return;
    }

    from = llmgw_gemini_letter(l, (size_t) start);
    to = llmgw_gemini_letter(l, (size_t) end);

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "segment");
    llmgw_json_open(o, '{');
    llmgw_json_member_int(o, "startIndex", (int64_t) from);
    llmgw_json_member_int(o, "endIndex", (int64_t) to);
    llmgw_json_key(o, "text");
    llmgw_putc(o, '"');
    llmgw_put_escaped(o, llmgw_str(l->text.data + from, to - from));
    llmgw_putc(o, '"');
    o->comma = 1;
    llmgw_json_close(o, '}');
    llmgw_json_key(o, "groundingChunkIndices");
    llmgw_json_open(o, '[');
    llmgw_json_put_int(o, chunk);
    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');
}


static llmgw_int_t
llmgw_gemini_put_sources(llmgw_writer_t *w, llmgw_gemini_choice_t *c)
{
    uint32_t                 n;
    uintptr_t                known;
    llmgw_map_t              urls;
    llmgw_out_t             *o;
    llmgw_str_t              url;
    llmgw_json_t             j;
    llmgw_node_t            *list, *v, *cite;
    llmgw_gemini_letters_t   letters;

    o = w->out;

    list = llmgw_gemini_list(w, &c->cites, &j);

    if (list == NULL) {
        return LLMGW_OK;
    }

    if (llmgw_gemini_letters(w, &letters, llmgw_buf_str(&c->text))
        != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    llmgw_map_init(&urls, llmgw_gemini_scratch(w));

    llmgw_puts(o, ",\"groundingMetadata\":{\"groundingChunks\":");

    o->comma = 0;
    n = 0;

    llmgw_json_open(o, '[');

    llmgw_json_each(v, list) {

        cite = llmgw_json_object(&j, v, "url_citation");
        url = llmgw_json_get_str(&j, cite, "url");

        if (url.len == 0 || llmgw_map_get(&urls, url)) {
            continue;
        }

        /* a source is known by its number, from one */

        if (llmgw_map_put(&urls, url, (void *) (uintptr_t) ++n) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        llmgw_json_open(o, '{');
        llmgw_json_key(o, "web");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "uri", url);
        llmgw_json_member(o, "title",
                          llmgw_json_get_str(&j, cite, "title"));
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
    llmgw_json_key(o, "groundingSupports");
    llmgw_json_open(o, '[');

    llmgw_json_each(v, list) {

        cite = llmgw_json_object(&j, v, "url_citation");
        url = llmgw_json_get_str(&j, cite, "url");
        known = (uintptr_t) llmgw_map_get(&urls, url);

        if (known) {
            llmgw_gemini_put_support(o, &j, cite, (uint32_t) known - 1,
                                     &letters);
        }
    }

    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}
