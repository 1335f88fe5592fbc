
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The response object: what came of a request, and what the request was.
 */


#include "llmgw_responses_answer.h"


static void llmgw_responses_put_usage(llmgw_out_t *o,
    const llmgw_usage_t *u);
static void llmgw_responses_put_text(const llmgw_json_t *j, llmgw_node_t *v,
    llmgw_out_t *o);


/* members as the client gave them, or what stands for none */

static const struct {
    llmgw_str_t  name;
    llmgw_str_t  none;
    unsigned     own:1;      /* the same whatever the client gave */
} llmgw_responses_echoes[] = {
    { llmgw_string("instructions"), llmgw_string("null"), 0 },
    { llmgw_string("max_output_tokens"), llmgw_string("null"), 0 },
    { llmgw_string("metadata"), llmgw_string("{}"), 0 },
    { llmgw_string("parallel_tool_calls"), llmgw_string("true"), 0 },
    { llmgw_string("previous_response_id"), llmgw_string("null"), 1 },
    { llmgw_string("reasoning"), llmgw_string(""), 1 },
    { llmgw_string("store"), llmgw_string("false"), 1 },
    { llmgw_string("temperature"), llmgw_string("null"), 0 },
    { llmgw_string("text"),
      llmgw_string("{\"format\":{\"type\":\"text\"}}"), 0 },
    { llmgw_string("tool_choice"), llmgw_string("\"auto\""), 0 },
    { llmgw_string("tools"), llmgw_string("[]"), 0 },
    { llmgw_string("top_p"), llmgw_string("null"), 0 },
    { llmgw_string("truncation"), llmgw_string("\"disabled\""), 1 }
};


llmgw_str_t
llmgw_responses_echo(const llmgw_call_t *call, llmgw_arena_t *a)
{
    size_t               i;
    llmgw_str_t          name;
    llmgw_out_t          o;
    llmgw_node_t        *root, *v, *effort, *summary;
    const llmgw_json_t  *j;

    j = &call->doc;
    root = j->nodes;

    llmgw_out_init(&o, a, 1024, 0, 0);

    for (i = 0; i < llmgw_nelts(llmgw_responses_echoes); i++) {

        name = llmgw_responses_echoes[i].name;

        v = llmgw_json_get_n(j, root, (const char *) name.data, name.len);

        if (v && v->type == LLMGW_JSON_NULL) {
            v = NULL;
        }

        llmgw_puts(&o, ",");
        llmgw_put_jstr(&o, name);
        llmgw_puts(&o, ":");

        if (llmgw_str_is(name, "reasoning")) {

            effort = llmgw_json_string(j, v, "effort");
            summary = llmgw_json_string(j, v, "summary");

            llmgw_puts(&o, "{\"effort\":");
            llmgw_put(&o, effort ? llmgw_json_raw(j, effort)
                                 : llmgw_lit("null"));
            llmgw_puts(&o, ",\"summary\":");
            llmgw_put(&o, summary ? llmgw_json_raw(j, summary)
                                  : llmgw_lit("null"));
            llmgw_puts(&o, "}");

        } else if (v == NULL || llmgw_responses_echoes[i].own) {
            llmgw_put(&o, llmgw_responses_echoes[i].none);

        } else if (llmgw_str_is(name, "text")) {
            llmgw_responses_put_text(j, v, &o);

        } else {

            /* on one line: it may be the data of an event */

            llmgw_put_compact(&o, llmgw_json_raw(j, v));
        }
    }

    llmgw_puts(&o, "}");

    return (llmgw_out_close(&o) == LLMGW_OK) ? llmgw_out_join(&o, a)
                                             : llmgw_null_str;
}


/* clients look for the format, whether they asked for one or not */

static void
llmgw_responses_put_text(const llmgw_json_t *j, llmgw_node_t *v,
    llmgw_out_t *o)
{
    llmgw_str_t    raw;
    llmgw_node_t  *format;

    raw = llmgw_json_raw(j, v);
    format = llmgw_json_get(j, v, "format");

    if (format) {
        llmgw_put_compact(o, raw);
        return;
    }

    llmgw_puts(o, "{\"format\":{\"type\":\"text\"}");

    if (v->type == LLMGW_JSON_OBJECT && v->span > 1) {
        llmgw_puts(o, ",");

        raw.data++;
        raw.len--;

        llmgw_put_compact(o, raw);

        return;
    }

    llmgw_puts(o, "}");
}


llmgw_int_t
llmgw_responses_put_object(llmgw_writer_t *w, llmgw_str_t status,
    const llmgw_error_t *error)
{
    llmgw_out_t               *o;
    llmgw_seg_t               *seg;
    llmgw_responses_answer_t  *a;

    a = w->state;
    o = w->out;

    llmgw_puts(o, "{\"id\":");
    llmgw_put_jstr(o, a->id);
    llmgw_puts(o, ",\"object\":\"response\",\"created_at\":");
    llmgw_put_int(o, a->created);
    llmgw_puts(o, ",\"status\":");
    llmgw_put_jstr(o, status);

    if (error) {
        llmgw_puts(o, ",\"error\":{\"code\":\"");
        llmgw_put_escaped(o, error->code.len ? error->code
                                             : llmgw_lit("server_error"));
        llmgw_puts(o, "\",\"message\":\"");
        llmgw_responses_put_message(o, error);
        llmgw_puts(o, "\"}");

    } else {
        llmgw_puts(o, ",\"error\":null");
    }

    if (!llmgw_str_is(status, "incomplete")) {
        llmgw_puts(o, ",\"incomplete_details\":null");

    } else if (a->finish == LLMGW_FINISH_LENGTH) {
        llmgw_puts(o, ",\"incomplete_details\":"
                      "{\"reason\":\"max_output_tokens\"}");

    } else {
        llmgw_puts(o, ",\"incomplete_details\":"
                      "{\"reason\":\"content_filter\"}");
    }

    llmgw_puts(o, ",\"model\":");
    llmgw_put_jstr(o, a->model);
    llmgw_puts(o, ",\"output\":[");

    if (llmgw_out_close(&a->items) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    for (seg = a->items.head; seg; seg = seg->next) {
        llmgw_put_n(o, seg->pos, (size_t) (seg->last - seg->pos));
    }

    llmgw_puts(o, "],\"usage\":");

    if (error || llmgw_str_is(status, "in_progress")) {
        llmgw_puts(o, "null");

    } else {
        llmgw_responses_put_usage(o, &a->usage);
    }

    llmgw_put(o, a->echo);

    return o->failed ? LLMGW_ERROR : LLMGW_OK;
}


/* clients want all of these, and numbers */

static void
llmgw_responses_put_usage(llmgw_out_t *o, const llmgw_usage_t *u)
{
    int64_t  input, output;

    input = (u->prompt > 0) ? u->prompt : 0;
    output = (u->completion > 0) ? u->completion : 0;

    llmgw_puts(o, "{\"input_tokens\":");
    llmgw_put_int(o, input);
    llmgw_puts(o, ",\"input_tokens_details\":{\"cached_tokens\":");
    llmgw_put_int(o, u->cached > 0 ? u->cached : 0);
    llmgw_puts(o, "},\"output_tokens\":");
    llmgw_put_int(o, output);
    llmgw_puts(o, ",\"output_tokens_details\":{\"reasoning_tokens\":");
    llmgw_put_int(o, u->reasoning > 0 ? u->reasoning : 0);
    llmgw_puts(o, "},\"total_tokens\":");
    llmgw_put_int(o, input + output);
    llmgw_puts(o, "}");
}
