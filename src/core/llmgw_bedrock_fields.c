
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What a family of models has under names of its own, outside of Converse:
 * additionalModelRequestFields.
 */


#include "llmgw_bedrock.h"
#include "llmgw_schema.h"


static void llmgw_bedrock_top_k(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_single(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_output_config(llmgw_bedrock_request_t *r);
static llmgw_int_t llmgw_bedrock_betas(llmgw_bedrock_request_t *r);


const llmgw_json_node_t *
llmgw_bedrock_client_field(const llmgw_bedrock_request_t *r,
    llmgw_str_t name)
{
    return r->client ? llmgw_json_get_n(r->doc, r->client,
                                        (const char *) name.data, name.len)
                     : NULL;
}


void
llmgw_bedrock_field(llmgw_bedrock_request_t *r, llmgw_str_t name,
    llmgw_str_t value)
{
    if (llmgw_bedrock_client_field(r, name)
        || r->nfields == LLMGW_BEDROCK_FIELDS)
    {
        return;
    }

    r->field[r->nfields].name = name;
    r->field[r->nfields].value = value;
    r->nfields++;
}


/* reasoning_effort for models that are no Claude */

llmgw_int_t
llmgw_bedrock_plan_effort(llmgw_bedrock_request_t *r)
{
    llmgw_str_t    level;
    llmgw_chat_t  *chat;

    chat = r->chat;

    if (chat->thinking_raw.len) {
        llmgw_call_drop(r->call, llmgw_lit("thinking"));
    }

    if (chat->effort == LLMGW_EFFORT_UNSET) {

        if (chat->effort_name.len == 0) {
            return LLMGW_OK;
        }

        return llmgw_bedrock_refuse(r, llmgw_lit("reasoning_effort"),
                                    llmgw_lit(LLMGW_EFFORT_UNKNOWN));
    }

    switch (chat->effort) {

    case LLMGW_EFFORT_MEDIUM:
        level = llmgw_lit("medium");
        break;

    case LLMGW_EFFORT_HIGH:
    case LLMGW_EFFORT_XHIGH:
    case LLMGW_EFFORT_MAX:
        level = llmgw_lit("high");
        break;

    default:
        level = llmgw_lit("low");
    }

    if (r->model.family == LLMGW_BEDROCK_NOVA2) {

        if (chat->effort == LLMGW_EFFORT_NONE) {
            r->plan.effort = llmgw_lit("{\"type\":\"disabled\"}");
            return LLMGW_OK;
        }

        r->plan.effort = llmgw_fmt(r->arena, "{\"type\":\"enabled\","
                                   "\"maxReasoningEffort\":\"%.*s\"}",
                                   llmgw_arg(level));

        if (r->plan.effort.data == NULL) {
            return LLMGW_ERROR;
        }

        /* with the most effort the model refuses all of it */

        r->bare = llmgw_str_is(level, "high");

        return LLMGW_OK;
    }

    if (r->model.family == LLMGW_BEDROCK_OPENAI
        && llmgw_str_find(r->model.name, llmgw_lit("gpt-oss")))
    {
        r->plan.effort = llmgw_fmt(r->arena, "\"%.*s\"", llmgw_arg(level));

        return r->plan.effort.data ? LLMGW_OK : LLMGW_ERROR;
    }

    if (chat->effort != LLMGW_EFFORT_NONE) {
        llmgw_call_drop(r->call, llmgw_lit("reasoning_effort"));
    }

    return LLMGW_OK;
}


/* what a family has under names of its own */

llmgw_int_t
llmgw_bedrock_plan_fields(llmgw_bedrock_request_t *r)
{
    llmgw_int_t           rc;
    const llmgw_value_t  *v;

    v = llmgw_chat_extra(r->chat, "additionalModelRequestFields",
                         sizeof("additionalModelRequestFields") - 1);

    if (v) {

        if (v->type != LLMGW_JSON_OBJECT) {
            return llmgw_refuse(&r->call->error, llmgw_lit("invalid_type"),
                            llmgw_lit("additionalModelRequestFields"),
                            llmgw_lit("\"additionalModelRequestFields\" must "
                                      "be an object"));
        }

        r->client = llmgw_schema_find(r->chat->doc, v->raw, r->arena,
                                      &r->own, &r->doc);
        if (r->client == NULL) {
            return LLMGW_ERROR;
        }
    }

    llmgw_bedrock_top_k(r);

    switch (r->model.family) {

    case LLMGW_BEDROCK_CLAUDE:

        if (r->plan.thinking.len) {
            llmgw_bedrock_field(r, llmgw_lit("thinking"), r->plan.thinking);
        }

        rc = llmgw_bedrock_single(r);

        if (rc == LLMGW_OK) {
            rc = llmgw_bedrock_output_config(r);
        }

        return (rc == LLMGW_OK) ? llmgw_bedrock_betas(r) : rc;

    case LLMGW_BEDROCK_NOVA2:

        if (r->plan.effort.len) {
            llmgw_bedrock_field(r, llmgw_lit("reasoningConfig"),
                                r->plan.effort);
        }

        return LLMGW_OK;

    case LLMGW_BEDROCK_OPENAI:

        if (r->plan.effort.len) {
            llmgw_bedrock_field(r, llmgw_lit("reasoning_effort"),
                                r->plan.effort);
        }

        return LLMGW_OK;

    default:
        return LLMGW_OK;
    }
}


static void
llmgw_bedrock_top_k(llmgw_bedrock_request_t *r)
{
    llmgw_str_t           value;
    const llmgw_value_t  *v;

    v = llmgw_bedrock_given(r, LLMGW_P_TOP_K);

    if (v == NULL) {
        return;
    }

    switch (r->model.family) {

    case LLMGW_BEDROCK_CLAUDE:

        if (!r->model.claude.sampling || r->plan.on) {
            break;
        }

        /* fall through */

    case LLMGW_BEDROCK_MISTRAL:
        llmgw_bedrock_field(r, llmgw_lit("top_k"), v->raw);
        return;

    case LLMGW_BEDROCK_COHERE:
        llmgw_bedrock_field(r, llmgw_lit("k"), v->raw);
        return;

    case LLMGW_BEDROCK_NOVA:
    case LLMGW_BEDROCK_NOVA2:

        if (r->bare) {
            break;
        }

        value = llmgw_fmt(r->arena, "{\"topK\":%.*s}", llmgw_arg(v->raw));

        if (value.data) {
            llmgw_bedrock_field(r, llmgw_lit("inferenceConfig"), value);
        }

        return;

    default:
        break;
    }

    llmgw_bedrock_drop(r, LLMGW_P_TOP_K);
}


/* Claude's own choice of a tool can say that there is to be one call */

static llmgw_int_t
llmgw_bedrock_single(llmgw_bedrock_request_t *r)
{
    llmgw_str_t  value;

    if (!r->single) {
        return LLMGW_OK;
    }

    if (r->choice == LLMGW_CHOICE_NAMED) {
        value = llmgw_fmt(r->arena, "{\"type\":\"tool\",\"name\":\"%.*s\","
                          "\"disable_parallel_tool_use\":true}",
                          llmgw_arg(r->chat->choice_names->name));

    } else {
        value = llmgw_fmt(r->arena, "{\"type\":\"%s\","
                          "\"disable_parallel_tool_use\":true}",
                          r->forced ? "any" : "auto");
    }

    if (value.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_bedrock_field(r, llmgw_lit("tool_choice"), value);

    return LLMGW_OK;
}


/* Claude's own object: the client's, and the effort */

static llmgw_int_t
llmgw_bedrock_output_config(llmgw_bedrock_request_t *r)
{
    llmgw_out_t               o;
    llmgw_str_t               value;
    llmgw_json_t              own;
    const llmgw_json_t       *doc;
    const llmgw_value_t      *v;
    const llmgw_json_node_t  *object;

    v = llmgw_chat_extra(r->chat, "output_config",
                         sizeof("output_config") - 1);

    if (v && (v->type != LLMGW_JSON_OBJECT || r->plan.effort.len == 0)) {
        llmgw_bedrock_field(r, llmgw_lit("output_config"), v->raw);
        return LLMGW_OK;
    }

    if (r->plan.effort.len == 0) {
        return LLMGW_OK;
    }

    object = NULL;
    doc = NULL;

    if (v) {
        object = llmgw_schema_find(r->chat->doc, v->raw, r->arena, &own, &doc);

        if (object == NULL) {
            return LLMGW_ERROR;
        }

        if (llmgw_json_get(doc, object, "effort")) {
            llmgw_bedrock_field(r, llmgw_lit("output_config"), v->raw);
            return LLMGW_OK;
        }
    }

    llmgw_out_init(&o, r->arena, 256, 0, 0);

    llmgw_json_open(&o, '{');
    llmgw_json_member(&o, "effort", r->plan.effort);

    if (object && object->span > 1) {
        llmgw_putc(&o, ',');
        llmgw_put_n(&o, v->raw.data + 1, v->raw.len - 2);
    }

    llmgw_json_close(&o, '}');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    value = llmgw_out_join(&o, r->arena);

    if (value.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_bedrock_field(r, llmgw_lit("output_config"), value);

    return LLMGW_OK;
}


/* names of betas come in a header, and go in an array */

static llmgw_int_t
llmgw_bedrock_betas(llmgw_bedrock_request_t *r)
{
    llmgw_out_t          o;
    llmgw_str_t          list, name, value;
    llmgw_map_t          seen;
    const u_char        *p;
    llmgw_header_t      *h;

    llmgw_out_init(&o, r->arena, 256, 0, 0);
    llmgw_map_init(&seen, r->arena);

    for (h = r->call->headers; h; h = h->next) {

        if (!llmgw_str_is(h->name, "anthropic-beta")) {
            continue;
        }

        for (list = h->value; list.len; /* void */ ) {

            p = memchr(list.data, ',', list.len);

            name = llmgw_str(list.data, p ? (size_t) (p - list.data)
                                          : list.len);

            list.data += name.len + (p != NULL);
            list.len -= name.len + (p != NULL);

            while (name.len && name.data[0] == ' ') {
                name.data++;
                name.len--;
            }

            while (name.len && name.data[name.len - 1] == ' ') {
                name.len--;
            }

            if (name.len == 0 || llmgw_map_get(&seen, name)) {
                continue;
            }

            if (llmgw_map_put(&seen, name, name.data) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

            llmgw_putc(&o, llmgw_out_size(&o) ? ',' : '[');
            llmgw_putc(&o, '"');
            llmgw_put_escaped(&o, name);
            llmgw_putc(&o, '"');
        }
    }

    if (llmgw_out_size(&o) == 0) {
        return LLMGW_OK;
    }

    llmgw_putc(&o, ']');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    value = llmgw_out_join(&o, r->arena);

    if (value.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_bedrock_field(r, llmgw_lit("anthropic_beta"), value);

    return LLMGW_OK;
}


llmgw_int_t
llmgw_bedrock_write_fields(llmgw_bedrock_request_t *r)
{
    unsigned                  i;
    llmgw_out_t              *o;
    const llmgw_json_node_t  *k, *v;

    if (r->nfields == 0 && (r->client == NULL || r->client->span == 1)) {
        return LLMGW_OK;
    }

    o = r->out;

    llmgw_json_key(o, "additionalModelRequestFields");
    llmgw_json_open(o, '{');

    if (r->client) {

        llmgw_json_each_member(k, v, r->client) {
            llmgw_json_put_jstr(o, llmgw_json_str(r->doc, k));
            llmgw_putc(o, ':');
            o->comma = 0;
            llmgw_json_put_raw(o, llmgw_json_raw(r->doc, v));
        }
    }

    for (i = 0; i < r->nfields; i++) {
        llmgw_json_key_n(o, (const char *) r->field[i].name.data,
                         r->field[i].name.len);
        llmgw_json_put_raw(o, r->field[i].value);
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}
