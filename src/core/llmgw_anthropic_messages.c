
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a request to Anthropic: user and assistant take turns, tool
 * results come first in their turn, system texts stand apart.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"


static unsigned llmgw_anthropic_kept(const void *request,
    const llmgw_message_t *m, const llmgw_part_t *p);
static llmgw_int_t llmgw_anthropic_user_turn(void *request,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_anthropic_assistant_turn(void *request,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_anthropic_result(llmgw_anthropic_request_t *r,
    llmgw_message_t *m);
static llmgw_int_t llmgw_anthropic_parts(llmgw_anthropic_request_t *r,
    llmgw_message_t *m);
static llmgw_int_t llmgw_anthropic_part(llmgw_anthropic_request_t *r,
    llmgw_message_t *m, llmgw_part_t *p, llmgw_str_t cache);


/* the service refuses empty messages and empty texts */
#define LLMGW_ANTHROPIC_PLACEHOLDER  "{\"type\":\"text\",\"text\":\".\"}"
#define LLMGW_ANTHROPIC_FIRST                                                \
    "{\"role\":\"user\",\"content\":[" LLMGW_ANTHROPIC_PLACEHOLDER "]}"


/* whether a part becomes a block */

static unsigned
llmgw_anthropic_kept(const void *request, const llmgw_message_t *m,
    const llmgw_part_t *p)
{
    const llmgw_anthropic_request_t  *r = request;

    switch (p->type) {

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        return p->text.len != 0 && !llmgw_jstr_blank(p->text);

    case LLMGW_PART_THINKING:
        return llmgw_claude_thought(r->call, p);

    case LLMGW_PART_TOOL_CALL:
    case LLMGW_PART_NATIVE:
        return 1;

    default:

        /* what another model drew or spoke is none of this one's answers */

        return m->role != LLMGW_ROLE_ASSISTANT;
    }
}


/* n: how many came before */

static void
llmgw_anthropic_system_text(llmgw_out_t *o, unsigned n, llmgw_str_t text,
    llmgw_str_t cache)
{
    if (n == 0) {
        llmgw_json_key(o, "system");
        llmgw_json_open(o, '[');
    }

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"text\",\"text\":");
    llmgw_json_put_jstr(o, text);

    if (cache.len) {
        llmgw_json_member_raw(o, "cache_control", cache);
    }

    llmgw_json_close(o, '}');
}


llmgw_int_t
llmgw_anthropic_write_system(llmgw_anthropic_request_t *r)
{
    unsigned          n;
    llmgw_str_t       cache, param;
    llmgw_part_t     *p, *q;
    llmgw_message_t  *m;

    n = 0;

    for (m = r->chat->messages; m; m = m->next) {

        if (m->role != LLMGW_ROLE_SYSTEM && m->role != LLMGW_ROLE_DEVELOPER) {
            continue;
        }

        for (p = m->parts; p; p = p->next) {

            if (p->type != LLMGW_PART_TEXT) {
                param = llmgw_fmt(r->arena, "messages[%u].content[%u]",
                                  m->index, p->index);

                return llmgw_refuse(&r->call->error,
                                    llmgw_lit("unsupported_parameter"), param,
                                    llmgw_fmt(r->arena, "\"%.*s\" must be a "
                                              "text: it is a system message's",
                                              llmgw_arg(param)));
            }

            if (!llmgw_anthropic_kept(r, m, p)) {
                continue;
            }

            cache = p->cache_control;

            /* a breakpoint on an empty text moves to the one before it */

            for (q = p->next; q && !llmgw_anthropic_kept(r, m, q);
                 q = q->next)
            {
                if (cache.len == 0) {
                    cache = q->cache_control;
                }
            }

            if (q == NULL && cache.len == 0) {
                cache = m->cache_control;
            }

            llmgw_anthropic_system_text(r->out, n++, p->text, cache);
        }
    }

    if (r->system.len) {
        llmgw_anthropic_system_text(r->out, n++, r->system, llmgw_null_str);
    }

    if (n) {
        llmgw_json_close(r->out, ']');
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_write_messages(llmgw_anthropic_request_t *r)
{
    llmgw_int_t  rc;

    r->dialog.chat = r->chat;
    r->dialog.kept = llmgw_anthropic_kept;
    r->dialog.user = llmgw_anthropic_user_turn;
    r->dialog.assistant = llmgw_anthropic_assistant_turn;
    r->dialog.first = llmgw_lit(LLMGW_ANTHROPIC_FIRST);

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
llmgw_anthropic_user_turn(void *request, llmgw_message_t *from,
    llmgw_message_t *to)
{
    llmgw_anthropic_request_t  *r = request;

    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_open(r->out, '{');
    llmgw_puts(r->out, "\"role\":\"user\",\"content\":");
    llmgw_json_open(r->out, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_TOOL) {
            continue;
        }

        rc = llmgw_anthropic_result(r, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_USER) {
            continue;
        }

        if (llmgw_dialog_empty(&r->dialog, r, m)) {
            llmgw_json_put_raw(r->out, llmgw_lit(LLMGW_ANTHROPIC_PLACEHOLDER));
            continue;
        }

        rc = llmgw_anthropic_parts(r, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(r->out, ']');
    llmgw_json_close(r->out, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_assistant_turn(void *request, llmgw_message_t *from,
    llmgw_message_t *to)
{
    llmgw_anthropic_request_t  *r = request;

    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_open(r->out, '{');
    llmgw_puts(r->out, "\"role\":\"assistant\",\"content\":");
    llmgw_json_open(r->out, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        rc = llmgw_anthropic_parts(r, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(r->out, ']');
    llmgw_json_close(r->out, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_result(llmgw_anthropic_request_t *r, llmgw_message_t *m)
{
    llmgw_int_t    rc;
    llmgw_str_t    id;
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    o = r->out;

    id = llmgw_claude_id(r->arena, m->tool_call_id);
    if (id.data == NULL) {
        return LLMGW_ERROR;
    }

    llmgw_json_open(o, '{');
    llmgw_puts(o, "\"type\":\"tool_result\",\"tool_use_id\":");
    llmgw_json_put_jstr(o, id);

    p = m->parts;

    if (m->string) {

        if (p && p->text.len) {
            llmgw_json_member(o, "content", p->text);
        }

    } else if (!llmgw_dialog_empty(&r->dialog, r, m)) {

        llmgw_json_key(o, "content");
        llmgw_json_open(o, '[');

        for ( /* void */ ; p; p = p->next) {

            if (!llmgw_anthropic_kept(r, m, p)) {
                continue;
            }

            rc = llmgw_anthropic_part(r, m, p, p->cache_control);
            if (rc != LLMGW_OK) {
                return rc;
            }
        }

        llmgw_json_close(o, ']');
    }

    if (m->is_error) {
        llmgw_json_member_raw(o, "is_error", llmgw_lit("true"));
    }

    if (m->cache_control.len) {
        llmgw_json_member_raw(o, "cache_control", m->cache_control);
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_parts(llmgw_anthropic_request_t *r, llmgw_message_t *m)
{
    llmgw_int_t    rc;
    llmgw_str_t    cache, id, args;
    llmgw_part_t  *p;

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_anthropic_kept(r, m, p)) {
            r->images |= p->type == LLMGW_PART_IMAGE;
            continue;
        }

        cache = llmgw_dialog_breakpoint(&r->dialog, r, m, p);

        if (p->type != LLMGW_PART_TOOL_CALL) {

            rc = llmgw_anthropic_part(r, m, p, cache);
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        id = llmgw_claude_id(r->arena, p->id);
        args = llmgw_args_object(r->arena, p->args);

        if (id.data == NULL || args.data == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_json_open(r->out, '{');
        llmgw_puts(r->out, "\"type\":\"tool_use\",\"id\":");
        llmgw_json_put_jstr(r->out, id);
        llmgw_json_member(r->out, "name", p->name);
        llmgw_json_member_raw(r->out, "input", args);

        if (cache.len) {
            llmgw_json_member_raw(r->out, "cache_control", cache);
        }

        llmgw_json_close(r->out, '}');
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_part(llmgw_anthropic_request_t *r, llmgw_message_t *m,
    llmgw_part_t *p, llmgw_str_t cache)
{
    llmgw_int_t   rc;
    llmgw_out_t  *o;

    o = r->out;
    rc = LLMGW_OK;

    switch (p->type) {

    case LLMGW_PART_THINKING:
    case LLMGW_PART_NATIVE:

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            return llmgw_anthropic_refuse_part(r, m, p,
                                           llmgw_lit("unsupported_parameter"),
                                           "", "cannot be translated for this "
                                           "provider");
        }

        llmgw_json_put_raw(o, p->raw);
        return LLMGW_OK;

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"type\":\"text\",\"text\":");
        llmgw_json_put_jstr(o, p == r->trim ? llmgw_jstr_rtrim(p->text)
                                               : p->text);
        break;

    case LLMGW_PART_IMAGE:
    case LLMGW_PART_FILE:
        rc = llmgw_anthropic_write_media(r, m, p);
        break;

    case LLMGW_PART_AUDIO:
        return llmgw_anthropic_refuse_part(r, m, p,
                                           llmgw_lit("unsupported_parameter"),
                                           "", "is sound, which this provider "
                                           "does not take");

    default:
        return llmgw_anthropic_refuse_part(r, m, p,
                                           llmgw_lit("unsupported_parameter"),
                                           "", "is of a type that this "
                                           "provider does not take");
    }

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (cache.len) {
        llmgw_json_member_raw(o, "cache_control", cache);
    }

    llmgw_json_close(o, '}');

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_refuse_part(llmgw_anthropic_request_t *r,
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
