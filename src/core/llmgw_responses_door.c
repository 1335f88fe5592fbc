
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Clients of the Responses API: their requests as the chat form.
 */


#include "llmgw_check.h"
#include "llmgw_jstr.h"
#include "llmgw_responses.h"


typedef llmgw_int_t (*llmgw_responses_member_pt)(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);


static llmgw_int_t llmgw_responses_later(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_param(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_limit(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_logprobs(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_reasoning(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_text(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_format(llmgw_responses_read_t *r,
    llmgw_node_t *v);
static llmgw_int_t llmgw_responses_include(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_state(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_drop(llmgw_responses_read_t *r,
    llmgw_node_t *k, llmgw_node_t *v);
static llmgw_int_t llmgw_responses_messages(llmgw_responses_read_t *r);
static void llmgw_responses_write_count(const llmgw_call_t *call,
    int64_t tokens, llmgw_out_t *o);


const llmgw_door_t  llmgw_door_responses = {
    .read_request = llmgw_responses_read_request,
    .whole = &llmgw_responses_whole,
    .stream = &llmgw_responses_stream,
    .write_error = llmgw_responses_write_error,
    .error_status = llmgw_openai_error_status,
    .write_count = llmgw_responses_write_count
};


static const struct {
    llmgw_str_t                name;
    llmgw_responses_member_pt  handler;
} llmgw_responses_members[] = {
    { llmgw_string("model"), llmgw_responses_later },
    { llmgw_string("input"), llmgw_responses_later },
    { llmgw_string("instructions"), llmgw_responses_later },
    { llmgw_string("tools"), llmgw_responses_later },
    { llmgw_string("tool_choice"), llmgw_responses_later },
    { llmgw_string("stream"), llmgw_responses_later },
    { llmgw_string("temperature"), llmgw_responses_param },
    { llmgw_string("top_p"), llmgw_responses_param },
    { llmgw_string("parallel_tool_calls"), llmgw_responses_param },
    { llmgw_string("user"), llmgw_responses_param },
    { llmgw_string("safety_identifier"), llmgw_responses_param },
    { llmgw_string("metadata"), llmgw_responses_param },
    { llmgw_string("service_tier"), llmgw_responses_param },
    { llmgw_string("prompt_cache_key"), llmgw_responses_param },
    { llmgw_string("max_output_tokens"), llmgw_responses_limit },
    { llmgw_string("top_logprobs"), llmgw_responses_logprobs },
    { llmgw_string("reasoning"), llmgw_responses_reasoning },
    { llmgw_string("text"), llmgw_responses_text },
    { llmgw_string("include"), llmgw_responses_include },
    { llmgw_string("previous_response_id"), llmgw_responses_state },
    { llmgw_string("conversation"), llmgw_responses_state },
    { llmgw_string("prompt"), llmgw_responses_state },
    { llmgw_string("background"), llmgw_responses_state }
};


llmgw_int_t
llmgw_responses_read_request(llmgw_call_t *call, llmgw_chat_t *chat)
{
    size_t                   i;
    llmgw_int_t              rc;
    llmgw_str_t              name;
    llmgw_node_t            *k, *v;
    llmgw_responses_read_t   r;

    memset(&r, 0, sizeof(llmgw_responses_read_t));

    r.rd.chat = chat;
    r.rd.j = &call->doc;
    r.rd.arena = chat->arena;
    r.rd.error = &call->error;
    r.rd.last_extra = &chat->extra;

    r.call = call;
    r.last_thought = &r.thoughts;

    r.asked = llmgw_calloc(chat->arena, sizeof(llmgw_responses_asked_t));
    if (r.asked == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_map_init(&r.asked->tools, chat->arena);

    llmgw_json_each_member(k, v, r.rd.j->nodes) {

        if (v->type == LLMGW_JSON_NULL) {
            continue;
        }

        for (i = 0; i < llmgw_nelts(llmgw_responses_members); i++) {

            name = llmgw_responses_members[i].name;

            if (llmgw_json_is_n(r.rd.j, k, (const char *) name.data,
                                name.len))
            {
                break;
            }
        }

        rc = (i < llmgw_nelts(llmgw_responses_members))
             ? llmgw_responses_members[i].handler(&r, k, v)
             : llmgw_responses_drop(&r, k, v);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    rc = llmgw_responses_messages(&r);
    if (rc != LLMGW_OK) {
        return rc;
    }

    call->asked = r.asked;

    return LLMGW_OK;
}


/* tools first: calls in the history are of them */

static llmgw_int_t
llmgw_responses_messages(llmgw_responses_read_t *r)
{
    llmgw_int_t    rc;
    llmgw_node_t  *root, *input, *instructions, *v;

    root = r->rd.j->nodes;

    v = llmgw_json_get(r->rd.j, root, "tools");

    if (v && v->type != LLMGW_JSON_NULL) {
        rc = llmgw_responses_read_tools(r, v);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    input = llmgw_json_get(r->rd.j, root, "input");
    instructions = llmgw_json_get(r->rd.j, root, "instructions");

    if (instructions && instructions->type != LLMGW_JSON_NULL) {
        rc = llmgw_responses_read_input(r, instructions, 1);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (input && input->type != LLMGW_JSON_NULL) {
        rc = llmgw_responses_read_input(r, input, 0);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (r->rd.chat->messages == NULL) {
        return llmgw_openai_missing(&r->rd, root, "input");
    }

    v = llmgw_json_get(r->rd.j, root, "tool_choice");

    return (v && v->type != LLMGW_JSON_NULL)
           ? llmgw_responses_read_choice(r, v) : LLMGW_OK;
}


llmgw_int_t
llmgw_responses_refuse(llmgw_responses_read_t *r, llmgw_node_t *v,
    const char *why)
{
    llmgw_str_t  path;

    path = llmgw_json_path(r->rd.j, v, r->rd.arena);

    return llmgw_refuse(r->rd.error, llmgw_lit("unsupported_parameter"), path,
                        llmgw_fmt(r->rd.arena, "\"%.*s\" cannot be served: "
                                  "%s", llmgw_arg(path), why));
}


/* what is read in another place, or after all others */

static llmgw_int_t
llmgw_responses_later(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) r;
    (void) k;
    (void) v;

    return LLMGW_OK;
}


/* the same names in both forms */

static llmgw_int_t
llmgw_responses_param(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    return llmgw_openai_read_param(&r->rd, llmgw_param_find(r->rd.j, k), v);
}


static llmgw_int_t
llmgw_responses_limit(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) k;

    return llmgw_check_int(r->rd.j, v, llmgw_lit("max_output_tokens"), 1,
                           INT32_MAX, &r->rd.chat->max_tokens, r->rd.error,
                           r->rd.arena);
}


static void
llmgw_responses_want_logprobs(llmgw_responses_read_t *r)
{
    llmgw_value_t  *value;

    value = &r->rd.chat->param[LLMGW_P_LOGPROBS];

    value->raw = llmgw_lit("true");
    value->node = NULL;
    value->type = LLMGW_JSON_TRUE;
}


static llmgw_int_t
llmgw_responses_logprobs(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    int64_t      n;
    llmgw_int_t  rc;

    n = 0;

    rc = llmgw_check_int(r->rd.j, v, llmgw_lit("top_logprobs"), 0, 20, &n,
                         r->rd.error, r->rd.arena);

    /* 0 is what clients send who did not ask for any */

    if (rc != LLMGW_OK || n == 0) {
        return rc;
    }

    llmgw_responses_want_logprobs(r);

    return llmgw_responses_param(r, k, v);
}


/* but for the effort all of it is about how the service shows it */

static llmgw_int_t
llmgw_responses_reasoning(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) k;

    if (llmgw_openai_want(&r->rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    v = llmgw_json_get(r->rd.j, v, "effort");

    return (v && v->type != LLMGW_JSON_NULL)
           ? llmgw_openai_read_effort(&r->rd, v) : LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_text(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_int_t    rc;
    llmgw_node_t  *m;

    (void) k;

    if (llmgw_openai_want(&r->rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    m = llmgw_json_get(r->rd.j, v, "verbosity");

    if (m && m->type != LLMGW_JSON_NULL) {
        rc = llmgw_openai_read_param(&r->rd, LLMGW_P_VERBOSITY, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    m = llmgw_json_get(r->rd.j, v, "format");

    return (m && m->type != LLMGW_JSON_NULL) ? llmgw_responses_format(r, m)
                                             : LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_format(llmgw_responses_read_t *r, llmgw_node_t *v)
{
    llmgw_chat_t  *c;
    llmgw_node_t  *member[5];

    static const llmgw_str_t  names[] = {
        llmgw_string("type"),
        llmgw_string("name"),
        llmgw_string("description"),
        llmgw_string("schema"),
        llmgw_string("strict")
    };

    if (llmgw_openai_want(&r->rd, v, LLMGW_OBJECT) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_openai_members(r->rd.j, v, names, 5, member);

    if (member[0] == NULL) {
        return llmgw_openai_missing(&r->rd, v, "type");
    }

    if (llmgw_openai_want(&r->rd, member[0], LLMGW_STRING) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    c = r->rd.chat;

    if (llmgw_json_is(r->rd.j, member[0], "text")) {

        /* what it is without saying so */

        return LLMGW_OK;
    }

    if (llmgw_json_is(r->rd.j, member[0], "json_object")) {
        c->format = LLMGW_FORMAT_JSON;
        return LLMGW_OK;
    }

    if (!llmgw_json_is(r->rd.j, member[0], "json_schema")) {
        return llmgw_openai_bad(&r->rd, member[0], llmgw_lit("invalid_value"),
                                "\"text\", \"json_object\" or "
                                "\"json_schema\"");
    }

    if (member[3] == NULL) {
        return llmgw_openai_missing(&r->rd, v, "schema");
    }

    c->format = LLMGW_FORMAT_SCHEMA;
    c->format_strict = member[4] && member[4]->type == LLMGW_JSON_TRUE;

    if (llmgw_openai_string(&r->rd, member[1], &c->format_name) != LLMGW_OK
        || llmgw_openai_string(&r->rd, member[2], &c->format_description)
           != LLMGW_OK
        || llmgw_openai_raw(&r->rd, member[3], LLMGW_OBJECT,
                            &c->format_schema)
           != LLMGW_OK
        || (member[4]
            && llmgw_openai_want(&r->rd, member[4], LLMGW_BOOLEAN)
               != LLMGW_OK))
    {
        return LLMGW_INVALID;
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_responses_include(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    llmgw_node_t  *s;

    (void) k;

    if (llmgw_openai_want(&r->rd, v, LLMGW_ARRAY) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_json_each(s, v) {

        if (llmgw_openai_want(&r->rd, s, LLMGW_STRING) != LLMGW_OK) {
            return LLMGW_INVALID;
        }

        if (llmgw_json_is(r->rd.j, s, "reasoning.encrypted_content")) {
            r->asked->encrypted = 1;

        } else if (llmgw_json_is(r->rd.j, s, "message.output_text.logprobs"))
        {
            llmgw_responses_want_logprobs(r);
        }
    }

    return LLMGW_OK;
}


/*
 * The gateway stores nothing.  An answer without what the client believes to
 * be known would be wrong, and nobody would notice.
 */

static llmgw_int_t
llmgw_responses_state(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    (void) k;

    if (v->type == LLMGW_JSON_FALSE) {
        return LLMGW_OK;
    }

    return llmgw_responses_refuse(r, v, "it needs what the service of OpenAI "
                                  "has stored, and the model is served by "
                                  "another provider; send the whole input");
}


static llmgw_int_t
llmgw_responses_drop(llmgw_responses_read_t *r, llmgw_node_t *k,
    llmgw_node_t *v)
{
    const llmgw_json_t  *j;

    j = r->rd.j;

    /* nothing is lost with what says how it is anyway */

    if (llmgw_json_is(j, k, "store") ? v->type == LLMGW_JSON_FALSE
        : llmgw_json_is(j, k, "truncation")
        && v->type == LLMGW_JSON_STRING && llmgw_json_is(j, v, "disabled"))
    {
        return LLMGW_OK;
    }

    llmgw_call_drop(r->call, llmgw_jstr_canonical(r->rd.arena,
                                                  llmgw_json_str(j, k)));

    return LLMGW_OK;
}


static void
llmgw_responses_write_count(const llmgw_call_t *call, int64_t tokens,
    llmgw_out_t *o)
{
    (void) call;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "object", llmgw_lit("response.input_tokens"));
    llmgw_json_member_int(o, "input_tokens", tokens);
    llmgw_json_close(o, '}');
}
