
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a request to Anthropic: user and assistant take turns, tool
 * results come first in their turn, system texts stand apart.
 */


#include "llmgw_anthropic.h"
#include "llmgw_jstr.h"
#include "llmgw_map.h"


typedef struct {
    llmgw_anthropic_request_t  *r;
    llmgw_out_t                *o;

    /* the latest assistant message with calls, for results without an id */
    const llmgw_message_t      *calls;
    const llmgw_part_t         *cursor;
    unsigned                    ordinal;   /* of the cursor */
    unsigned                    idless:1;  /* some of its calls have no id */
    llmgw_map_t                 ids;

    llmgw_map_t                 functions; /* deprecated: messages by name */
} llmgw_anthropic_turns_t;


static unsigned llmgw_anthropic_kept(const llmgw_part_t *p);
static const llmgw_part_t *llmgw_anthropic_next_kept(const llmgw_part_t *p);
static unsigned llmgw_anthropic_silent(const llmgw_message_t *m);
static llmgw_part_t *llmgw_anthropic_prefill(const llmgw_chat_t *chat);
static llmgw_int_t llmgw_anthropic_user_turn(llmgw_anthropic_turns_t *t,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_anthropic_assistant_turn(llmgw_anthropic_turns_t *t,
    llmgw_message_t *from, llmgw_message_t *to);
static llmgw_int_t llmgw_anthropic_learn_calls(llmgw_anthropic_turns_t *t,
    llmgw_message_t *m);
static llmgw_int_t llmgw_anthropic_result(llmgw_anthropic_turns_t *t,
    llmgw_message_t *m);
static llmgw_int_t llmgw_anthropic_parts(llmgw_anthropic_turns_t *t,
    llmgw_message_t *m);
static llmgw_int_t llmgw_anthropic_part(llmgw_anthropic_turns_t *t,
    llmgw_message_t *m, llmgw_part_t *p, llmgw_str_t cache);


/* the service refuses empty messages and empty texts */
#define LLMGW_ANTHROPIC_PLACEHOLDER  "{\"type\":\"text\",\"text\":\".\"}"


unsigned
llmgw_anthropic_thinking_usable(const llmgw_part_t *p)
{
    if (p->redacted) {
        return 1;
    }

    return p->signature.len != 0
           && !llmgw_str_starts(p->signature, LLMGW_SIGNATURE);
}


/* whether a part becomes a block */

static unsigned
llmgw_anthropic_kept(const llmgw_part_t *p)
{
    switch (p->type) {

    case LLMGW_PART_TEXT:
    case LLMGW_PART_REFUSAL:
        return !llmgw_jstr_blank(p->text);

    case LLMGW_PART_THINKING:
        return llmgw_anthropic_thinking_usable(p);

    default:
        return 1;
    }
}


static const llmgw_part_t *
llmgw_anthropic_next_kept(const llmgw_part_t *p)
{
    while (p && !llmgw_anthropic_kept(p)) {
        p = p->next;
    }

    return p;
}


/* a message that leaves no trace, so that its neighbors meet */

static unsigned
llmgw_anthropic_silent(const llmgw_message_t *m)
{
    switch (m->role) {

    case LLMGW_ROLE_SYSTEM:
    case LLMGW_ROLE_DEVELOPER:
        return 1;

    case LLMGW_ROLE_ASSISTANT:
        return llmgw_anthropic_next_kept(m->parts) == NULL;

    default:
        return 0;
    }
}


llmgw_int_t
llmgw_anthropic_write_system(llmgw_anthropic_request_t *r)
{
    unsigned          open;
    llmgw_out_t      *o;
    llmgw_str_t       cache, param;
    llmgw_part_t     *p, *q;
    llmgw_message_t  *m;

    o = r->out;
    open = 0;

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

            if (llmgw_jstr_blank(p->text)) {
                continue;
            }

            if (!open) {
                llmgw_json_key(o, "system");
                llmgw_json_open(o, '[');
                open = 1;
            }

            cache = p->cache_control;

            /* a breakpoint on an empty text moves to the one before it */

            for (q = p->next; q && llmgw_jstr_blank(q->text); q = q->next) {
                if (cache.len == 0) {
                    cache = q->cache_control;
                }
            }

            if (q == NULL && cache.len == 0) {
                cache = m->cache_control;
            }

            llmgw_json_open(o, '{');
            llmgw_puts(o, "\"type\":\"text\",\"text\":");
            llmgw_json_put_jstr(o, p->text);

            if (cache.len) {
                llmgw_json_member_raw(o, "cache_control", cache);
            }

            llmgw_json_close(o, '}');
        }
    }

    if (r->system.len) {

        if (!open) {
            llmgw_json_key(o, "system");
            llmgw_json_open(o, '[');
            open = 1;
        }

        llmgw_json_open(o, '{');
        llmgw_puts(o, "\"type\":\"text\",\"text\":");
        llmgw_json_put_jstr(o, r->system);
        llmgw_json_close(o, '}');
    }

    if (open) {
        llmgw_json_close(o, ']');
    }

    return LLMGW_OK;
}


llmgw_int_t
llmgw_anthropic_write_messages(llmgw_anthropic_request_t *r)
{
    unsigned                  user, first;
    llmgw_int_t               rc;
    llmgw_message_t          *m, *to;
    llmgw_anthropic_turns_t   t;

    memset(&t, 0, sizeof(llmgw_anthropic_turns_t));

    t.r = r;
    t.o = r->out;

    llmgw_map_init(&t.functions, r->arena);

    r->trim = llmgw_anthropic_prefill(r->chat);
    first = 1;

    llmgw_json_key(t.o, "messages");
    llmgw_json_open(t.o, '[');

    for (m = r->chat->messages; m; m = to) {

        to = m->next;

        if (llmgw_anthropic_silent(m)) {
            continue;
        }

        user = (m->role != LLMGW_ROLE_ASSISTANT);

        while (to && (llmgw_anthropic_silent(to)
                      || (to->role != LLMGW_ROLE_ASSISTANT) == user))
        {
            to = to->next;
        }

        if (first && !user) {
            llmgw_json_put_raw(t.o, llmgw_lit("{\"role\":\"user\",\"content\":"
                                      "[" LLMGW_ANTHROPIC_PLACEHOLDER "]}"));
        }

        first = 0;

        rc = user ? llmgw_anthropic_user_turn(&t, m, to)
                  : llmgw_anthropic_assistant_turn(&t, m, to);

        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (first) {
        llmgw_json_put_raw(t.o, llmgw_lit("{\"role\":\"user\",\"content\":"
                                      "[" LLMGW_ANTHROPIC_PLACEHOLDER "]}"));
    }

    llmgw_json_close(t.o, ']');

    return LLMGW_OK;
}


/* the text that ends an assistant message at the end: it loses its blanks */

static llmgw_part_t *
llmgw_anthropic_prefill(const llmgw_chat_t *chat)
{
    llmgw_part_t     *p, *text;
    llmgw_message_t  *m, *last;

    last = NULL;

    for (m = chat->messages; m; m = m->next) {
        if (!llmgw_anthropic_silent(m)) {
            last = m;
        }
    }

    if (last == NULL || last->role != LLMGW_ROLE_ASSISTANT) {
        return NULL;
    }

    text = NULL;

    for (p = last->parts; p; p = p->next) {

        if (!llmgw_anthropic_kept(p)) {
            continue;
        }

        text = (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL)
               ? p : NULL;
    }

    return text;
}


static llmgw_int_t
llmgw_anthropic_user_turn(llmgw_anthropic_turns_t *t, llmgw_message_t *from,
    llmgw_message_t *to)
{
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_open(t->o, '{');
    llmgw_puts(t->o, "\"role\":\"user\",\"content\":");
    llmgw_json_open(t->o, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_TOOL) {
            continue;
        }

        rc = llmgw_anthropic_result(t, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_USER) {
            continue;
        }

        if (llmgw_anthropic_next_kept(m->parts) == NULL) {
            llmgw_json_put_raw(t->o, llmgw_lit(LLMGW_ANTHROPIC_PLACEHOLDER));
            continue;
        }

        rc = llmgw_anthropic_parts(t, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(t->o, ']');
    llmgw_json_close(t->o, '}');

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_assistant_turn(llmgw_anthropic_turns_t *t,
    llmgw_message_t *from, llmgw_message_t *to)
{
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_open(t->o, '{');
    llmgw_puts(t->o, "\"role\":\"assistant\",\"content\":");
    llmgw_json_open(t->o, '[');

    for (m = from; m != to; m = m->next) {

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        rc = llmgw_anthropic_learn_calls(t, m);
        if (rc != LLMGW_OK) {
            return rc;
        }

        rc = llmgw_anthropic_parts(t, m);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    llmgw_json_close(t->o, ']');
    llmgw_json_close(t->o, '}');

    return LLMGW_OK;
}


/* what the results of a message's calls will be matched with */

static llmgw_int_t
llmgw_anthropic_learn_calls(llmgw_anthropic_turns_t *t, llmgw_message_t *m)
{
    llmgw_part_t  *p, *first;

    first = NULL;
    t->idless = 0;

    for (p = m->parts; p; p = p->next) {

        if (p->type != LLMGW_PART_TOOL_CALL) {
            continue;
        }

        if (first == NULL) {
            first = p;
        }

        if (m->function_call) {

            if (llmgw_map_put(&t->functions, p->name, m) != LLMGW_OK) {
                return LLMGW_ERROR;
            }

        } else if (p->id.len == 0) {
            t->idless = 1;
        }
    }

    t->calls = m;
    t->cursor = first;
    t->ordinal = 0;

    if (!t->idless) {
        return LLMGW_OK;
    }

    llmgw_map_init(&t->ids, t->r->arena);

    for (p = first; p; p = p->next) {

        if (p->type == LLMGW_PART_TOOL_CALL && p->id.len
            && llmgw_map_put(&t->ids, p->id, p) != LLMGW_OK)
        {
            return LLMGW_ERROR;
        }
    }

    return LLMGW_OK;
}


static llmgw_str_t
llmgw_anthropic_call_id(llmgw_anthropic_turns_t *t, const llmgw_message_t *m,
    const llmgw_part_t *p, unsigned ordinal)
{
    if (m->function_call) {
        return llmgw_fmt(t->r->arena, "call_fn_%u", m->index);
    }

    if (p->id.len == 0) {
        return llmgw_fmt(t->r->arena, "call_%u_%u", m->index, ordinal);
    }

    return llmgw_anthropic_id(t->r->arena, p->id);
}


static llmgw_str_t
llmgw_anthropic_result_id(llmgw_anthropic_turns_t *t, const llmgw_message_t *m)
{
    llmgw_str_t             id;
    const llmgw_message_t  *call;

    if (m->function) {
        call = llmgw_map_get(&t->functions, m->name);

        return llmgw_fmt(t->r->arena, "call_fn_%u",
                         call ? call->index : m->index);
    }

    if (m->tool_call_id.len
        && (!t->idless || llmgw_map_get(&t->ids, m->tool_call_id)))
    {
        return llmgw_anthropic_id(t->r->arena, m->tool_call_id);
    }

    /* by order */

    while (t->cursor
           && (t->cursor->type != LLMGW_PART_TOOL_CALL
               || (t->idless && t->cursor->id.len)))
    {
        t->ordinal += (t->cursor->type == LLMGW_PART_TOOL_CALL);
        t->cursor = t->cursor->next;
    }

    if (t->cursor == NULL) {

        if (m->tool_call_id.len) {
            return llmgw_anthropic_id(t->r->arena, m->tool_call_id);
        }

        /* a result of nothing: the service says so */

        return llmgw_fmt(t->r->arena, "call_%u", m->index);
    }

    id = llmgw_anthropic_call_id(t, t->calls, t->cursor, t->ordinal);

    t->ordinal++;
    t->cursor = t->cursor->next;

    return id;
}


static llmgw_int_t
llmgw_anthropic_result(llmgw_anthropic_turns_t *t, llmgw_message_t *m)
{
    llmgw_int_t    rc;
    llmgw_str_t    id;
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    o = t->o;

    id = llmgw_anthropic_result_id(t, m);
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

    } else if (llmgw_anthropic_next_kept(p)) {

        llmgw_json_key(o, "content");
        llmgw_json_open(o, '[');

        for ( /* void */ ; p; p = p->next) {

            if (!llmgw_anthropic_kept(p)) {
                continue;
            }

            rc = llmgw_anthropic_part(t, m, p, p->cache_control);
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
llmgw_anthropic_parts(llmgw_anthropic_turns_t *t, llmgw_message_t *m)
{
    unsigned       ordinal;
    llmgw_int_t    rc;
    llmgw_str_t    cache, id;
    llmgw_part_t  *p, *q;

    ordinal = 0;

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_anthropic_kept(p)) {
            continue;
        }

        cache = p->cache_control;

        /* a breakpoint on an empty text moves to the block before it */

        for (q = p->next; q && !llmgw_anthropic_kept(q); q = q->next) {
            if (cache.len == 0) {
                cache = q->cache_control;
            }
        }

        if (cache.len == 0
            && (m->string ? p->type == LLMGW_PART_TEXT : q == NULL))
        {
            cache = m->cache_control;
        }

        if (p->type != LLMGW_PART_TOOL_CALL) {

            rc = llmgw_anthropic_part(t, m, p, cache);
            if (rc != LLMGW_OK) {
                return rc;
            }

            continue;
        }

        id = llmgw_anthropic_call_id(t, m, p, ordinal++);
        if (id.data == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_json_open(t->o, '{');
        llmgw_puts(t->o, "\"type\":\"tool_use\",\"id\":");
        llmgw_json_put_jstr(t->o, id);
        llmgw_json_member(t->o, "name", p->name);
        llmgw_json_member_raw(t->o, "input",
                              llmgw_args_object(t->r->arena, p->args));

        if (cache.len) {
            llmgw_json_member_raw(t->o, "cache_control", cache);
        }

        llmgw_json_close(t->o, '}');
    }

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_anthropic_part(llmgw_anthropic_turns_t *t, llmgw_message_t *m,
    llmgw_part_t *p, llmgw_str_t cache)
{
    llmgw_int_t   rc;
    llmgw_out_t  *o;

    o = t->o;
    rc = LLMGW_OK;

    switch (p->type) {

    case LLMGW_PART_THINKING:
        llmgw_json_put_raw(o, p->raw);
        return LLMGW_OK;

    case LLMGW_PART_NATIVE:

        if (m->role != LLMGW_ROLE_ASSISTANT) {
            return llmgw_anthropic_refuse_part(t->r, m, p,
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
        llmgw_json_put_jstr(o, p == t->r->trim ? llmgw_jstr_rtrim(p->text)
                                               : p->text);
        break;

    case LLMGW_PART_IMAGE:
    case LLMGW_PART_FILE:
        rc = llmgw_anthropic_write_media(t->r, m, p);
        break;

    case LLMGW_PART_AUDIO:
        return llmgw_anthropic_refuse_part(t->r, m, p,
                                           llmgw_lit("unsupported_parameter"),
                                           "", "is sound, which this provider "
                                           "does not take");

    default:
        return llmgw_anthropic_refuse_part(t->r, m, p,
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
