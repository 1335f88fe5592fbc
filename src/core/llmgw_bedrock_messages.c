
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a request of Converse: user and assistant take turns, tool
 * results come first in their turn, no text is blank.
 */


#include "llmgw_bedrock.h"
#include "llmgw_jstr.h"


static unsigned llmgw_bedrock_kept(const void *request,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_bedrock_user_turn(void *request,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_bedrock_assistant_turn(void *request,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_bedrock_result(llmgw_bedrock_request_t *r,
    llmgw_message_t *m);
static llmgw_int_t llmgw_bedrock_parts(llmgw_bedrock_request_t *r,
    llmgw_message_t *m, unsigned *document, unsigned *text);
static llmgw_int_t llmgw_bedrock_part(llmgw_bedrock_request_t *r,
    llmgw_message_t *m, llmgw_part_t *p, unsigned *document);
static llmgw_int_t llmgw_bedrock_thought(llmgw_bedrock_request_t *r,
    const llmgw_part_t *p);
static llmgw_int_t llmgw_bedrock_call(llmgw_bedrock_request_t *r,
    llmgw_str_t id, llmgw_str_t name, llmgw_str_t input);
static llmgw_str_t llmgw_bedrock_call_id(llmgw_arena_t *a, llmgw_str_t id);


/* the service refuses empty messages and blank texts */
#define LLMGW_BEDROCK_PLACEHOLDER  "{\"text\":\".\"}"
#define LLMGW_BEDROCK_FIRST                                                  \
    "{\"role\":\"user\",\"content\":[" LLMGW_BEDROCK_PLACEHOLDER "]}"

/* the longest id of a call; what remains of a longer one in front of a hash */
#define LLMGW_BEDROCK_ID           64
#define LLMGW_BEDROCK_ID_PREFIX    47


/* whether a part becomes a block */

static unsigned
llmgw_bedrock_kept(const void *request, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    const llmgw_bedrock_request_t  *r = request;

    switch (p->type) {

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        return p->text.len != 0 && !llmgw_jstr_blank(p->text);

    case LLMGW_PART_THINKING:

        /* others do not sign what they think, and refuse to have it back */

        return r->model.family == LLMGW_BEDROCK_CLAUDE
               && llmgw_claude_thought(r->call, p);

    case LLMGW_PART_TOOL_CALL:
        return 1;

    case LLMGW_PART_NATIVE:
        return m->role != LLMGW_ROLE_ASSISTANT
               || llmgw_str_is(p->name, "tool_use");

    default:

        /* what another model drew or spoke is none of this one's answers */

        return m->role != LLMGW_ROLE_ASSISTANT;
    }
}


llmgw_int_t
llmgw_bedrock_write_messages(llmgw_bedrock_request_t *r)
{
    llmgw_int_t  rc;

    r->dialog.chat = r->chat;
    r->dialog.kept = llmgw_bedrock_kept;
    r->dialog.user = llmgw_bedrock_user_turn;
    r->dialog.assistant = llmgw_bedrock_assistant_turn;
    r->dialog.first = llmgw_lit(LLMGW_BEDROCK_FIRST);

    /* a text that is to be continued loses its blanks at the end */

    r->trim = llmgw_dialog_prefill(&r->dialog, r);

    llmgw_json_key(r->out, "messages");
    llmgw_json_open(r->out, '[');

    rc = llmgw_dialog_write(&r->dialog, r, r->out);
    if (rc != LLMGW_OK) {
        return rc;
    }

    llmgw_json_close(r->out, ']');

    if (r->images) {
        llmgw_call_drop(r->call, llmgw_lit("images"));
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_user_turn(void *request, llmgw_message_t *from,
    llmgw_message_t *to)
{
    llmgw_bedrock_request_t  *r = request;

    unsigned          document, text;
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    document = 0;
    text = 0;

    llmgw_json_open(r->out, '{');
    llmgw_puts(r->out, "\"role\":\"user\",\"content\":");
    llmgw_json_open(r->out, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_TOOL) {
            continue;
        }

        rc = llmgw_bedrock_result(r, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_USER) {
            continue;
        }

        if (llmgw_dialog_empty(&r->dialog, r, m)) {
            llmgw_json_put_raw(r->out, llmgw_lit(LLMGW_BEDROCK_PLACEHOLDER));
            text = 1;
            continue;
        }

        rc = llmgw_bedrock_parts(r, m, &document, &text);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    /* a document alone is refused */

    if (document && !text) {
        llmgw_json_put_raw(r->out, llmgw_lit(LLMGW_BEDROCK_PLACEHOLDER));
    }

    llmgw_json_close(r->out, ']');
    llmgw_json_close(r->out, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_assistant_turn(void *request, llmgw_message_t *from,
    llmgw_message_t *to)
{
    llmgw_bedrock_request_t  *r = request;

    unsigned          document, text;
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    document = 0;
    text = 0;

    llmgw_json_open(r->out, '{');
    llmgw_puts(r->out, "\"role\":\"assistant\",\"content\":");
    llmgw_json_open(r->out, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        rc = llmgw_bedrock_parts(r, m, &document, &text);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(r->out, ']');
    llmgw_json_close(r->out, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_result(llmgw_bedrock_request_t *r, llmgw_message_t *m)
{
    unsigned       document;
    llmgw_int_t    rc;
    llmgw_str_t    id;
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    o = r->out;
    document = 0;

    id = llmgw_bedrock_call_id(r->arena, m->tool_call_id);
    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "toolResult");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "toolUseId", id);
    llmgw_json_key(o, "content");
    llmgw_json_open(o, '[');

    if (llmgw_dialog_empty(&r->dialog, r, m)) {
        llmgw_json_put_raw(o, llmgw_lit("{\"text\":\"(empty)\"}"));
    }

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_bedrock_kept(r, m, p)) {
            continue;
        }

        rc = llmgw_bedrock_part(r, m, p, &document);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(o, ']');

    if (m->is_error) {
        llmgw_json_member(o, "status", llmgw_lit("error"));
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    llmgw_bedrock_put_point(r, m->cache_control, 0);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_parts(llmgw_bedrock_request_t *r, llmgw_message_t *m,
    unsigned *document, unsigned *text)
{
    llmgw_int_t    rc;
    llmgw_str_t    cache;
    llmgw_part_t  *p;

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_bedrock_kept(r, m, p)) {
            r->images |= p->type == LLMGW_PART_IMAGE;
            continue;
        }

        *text |= p->type == LLMGW_PART_TEXT;
        cache = llmgw_dialog_breakpoint(&r->dialog, r, m, p);

        rc = llmgw_bedrock_part(r, m, p, document);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_bedrock_put_point(r, cache, 0);
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_part(llmgw_bedrock_request_t *r, llmgw_message_t *m,
    llmgw_part_t *p, unsigned *document)
{
    llmgw_str_t               input;
    llmgw_json_t              j;
    const llmgw_json_node_t  *v;

    switch (p->type) {

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        llmgw_json_open(r->out, '{');
        llmgw_json_member(r->out, "text",
                          p == r->trim ? llmgw_jstr_rtrim(p->text) : p->text);
        llmgw_json_close(r->out, '}');

        return LLMGW_OK;

    case LLMGW_PART_THINKING:

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            break;
        }

        return llmgw_bedrock_thought(r, p);

    case LLMGW_PART_TOOL_CALL:

        input = llmgw_args_object(r->arena, p->args);

        return input.data ? llmgw_bedrock_call(r, p->id, p->name, input)
                          : LLMGW_ERROR;

    case LLMGW_PART_NATIVE:

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            break;
        }

        /* a call in the form of the model's own API */

        if (llmgw_json_parse(&j, r->arena, p->raw, 1, LLMGW_JSON_ALL)
            != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        v = llmgw_json_object(&j, j.nodes, "input");

        return llmgw_bedrock_call(r, llmgw_json_get_str(&j, j.nodes, "id"),
                                  llmgw_json_get_str(&j, j.nodes, "name"),
                                  v ? llmgw_json_raw(&j, v)
                                    : llmgw_lit("{}"));

    default:
        return llmgw_bedrock_write_media(r, m, p, document);
    }

    return llmgw_bedrock_refuse_part(r, m, p,
                                     llmgw_lit("unsupported_parameter"), "",
                                     "cannot be translated for this "
                                     "provider");
}


static llmgw_int_t
llmgw_bedrock_thought(llmgw_bedrock_request_t *r, const llmgw_part_t *p)
{
    llmgw_out_t   *o;
    llmgw_json_t   j;

    o = r->out;

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "reasoningContent");
    llmgw_json_open(o, '{');

    if (p->redacted) {

        if (llmgw_json_parse(&j, r->arena, p->raw, 1, LLMGW_JSON_ALL)
            != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }

        llmgw_json_member(o, "redactedContent",
                          llmgw_json_get_str(&j, j.nodes, "data"));

    } else {
        llmgw_json_key(o, "reasoningText");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "text", p->text);
        llmgw_json_member(o, "signature", p->signature);
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_bedrock_call(llmgw_bedrock_request_t *r, llmgw_str_t id,
    llmgw_str_t name, llmgw_str_t input)
{
    llmgw_out_t  *o;

    o = r->out;

    id = llmgw_bedrock_call_id(r->arena, id);
    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_json_key(o, "toolUse");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "toolUseId", id);
    llmgw_json_member(o, "name", name);
    llmgw_json_member_raw(o, "input", input);
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_str_t
llmgw_bedrock_call_id(llmgw_arena_t *a, llmgw_str_t id)
{
    size_t       i;
    uint64_t     hash;
    llmgw_str_t  plain;

    plain = llmgw_claude_id(a, id);

    if (plain.data == NULL || plain.len <= LLMGW_BEDROCK_ID) {
        return plain;
    }

    /* FNV-1a: it only has to tell the ids of one request apart */

    hash = 0xcbf29ce484222325ULL;

    for (i = 0; i < id.len; i++) {
        hash = (hash ^ id.data[i]) * 0x100000001b3ULL;
    }

    return llmgw_fmt(a, "%.*s_%016llx", LLMGW_BEDROCK_ID_PREFIX,
                     (const char *) plain.data, (unsigned long long) hash);
}


llmgw_int_t
llmgw_bedrock_refuse_part(llmgw_bedrock_request_t *r,
    const llmgw_message_t *m, const llmgw_part_t *p, llmgw_str_t code,
    const char *member, const char *why)
{
    llmgw_str_t  param;

    param = llmgw_fmt(r->arena, "messages[%u].content[%u]%s", m->index,
                      p->index, member);

    return llmgw_refuse(&r->call->error, code, param,
                        llmgw_fmt(r->arena, "\"%.*s\" %s",
                                  llmgw_arg(param), why));
}
