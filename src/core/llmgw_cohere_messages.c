
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a chat for Cohere: close to OpenAI's, but texts are strings.
 */


#include "llmgw_chat_write.h"
#include "llmgw_cohere.h"


static llmgw_int_t llmgw_cohere_check(llmgw_cohere_write_t *w,
    const llmgw_message_t *m);
static void llmgw_cohere_write_message(llmgw_cohere_write_t *w,
    const llmgw_message_t *m);
static void llmgw_cohere_write_user(llmgw_out_t *o,
    const llmgw_message_t *m);
static void llmgw_cohere_write_assistant(llmgw_out_t *o,
    const llmgw_message_t *m);
static void llmgw_cohere_write_result(llmgw_out_t *o,
    const llmgw_message_t *m);


llmgw_int_t
llmgw_cohere_write_messages(llmgw_cohere_write_t *w)
{
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_key(w->out, "messages");
    llmgw_json_open(w->out, '[');

    for (m = w->chat->messages; m; m = m->next) {

        rc = llmgw_cohere_check(w, m);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_cohere_write_message(w, m);
    }

    llmgw_json_close(w->out, ']');

    return LLMGW_OK;
}


/* only texts, and images of the user */

static llmgw_int_t
llmgw_cohere_check(llmgw_cohere_write_t *w, const llmgw_message_t *m)
{
    llmgw_int_t          rc;
    const llmgw_part_t  *p;

    /* what other services did is in the text that follows */

    if (m->role == LLMGW_ROLE_ASSISTANT) {
        return LLMGW_OK;
    }

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT
            || (p->type == LLMGW_PART_IMAGE && m->role == LLMGW_ROLE_USER))
        {
            continue;
        }

        rc = llmgw_chat_cannot_part(w->call, m, p, "such content");
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static unsigned
llmgw_cohere_has_text(const llmgw_message_t *m)
{
    const llmgw_part_t  *p;

    for (p = m->parts; p; p = p->next) {
        if (p->type == LLMGW_PART_TEXT && p->text.len) {
            return 1;
        }
    }

    return 0;
}


static void
llmgw_cohere_write_message(llmgw_cohere_write_t *w, const llmgw_message_t *m)
{
    llmgw_out_t  *o;

    static const llmgw_str_t  roles[] = {
        llmgw_string("system"),
        llmgw_string("system"),
        llmgw_string("user"),
        llmgw_string("assistant"),
        llmgw_string("tool")
    };

    o = w->out;

    if (m->role == LLMGW_ROLE_ASSISTANT && !llmgw_cohere_has_text(m)
        && !(llmgw_chat_kinds(m) & llmgw_chat_kind(LLMGW_PART_TOOL_CALL)))
    {
        return;
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "role", roles[m->role]);

    switch (m->role) {

    case LLMGW_ROLE_ASSISTANT:
        llmgw_cohere_write_assistant(o, m);
        break;

    case LLMGW_ROLE_TOOL:
        llmgw_cohere_write_result(o, m);
        break;

    case LLMGW_ROLE_USER:
        llmgw_cohere_write_user(o, m);
        break;

    default: /* LLMGW_ROLE_SYSTEM, LLMGW_ROLE_DEVELOPER */
        llmgw_json_key(o, "content");
        llmgw_chat_put_text(o, m, llmgw_lit("\\n"));
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_cohere_write_user(llmgw_out_t *o, const llmgw_message_t *m)
{
    const llmgw_part_t  *p;

    llmgw_json_key(o, "content");

    if (!(llmgw_chat_kinds(m) & llmgw_chat_kind(LLMGW_PART_IMAGE))) {
        llmgw_chat_put_text(o, m, llmgw_lit(""));
        return;
    }

    llmgw_json_open(o, '[');

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT) {
            llmgw_chat_put_text_part(o, p->text);

        } else if (p->type == LLMGW_PART_IMAGE) {
            llmgw_chat_put_image_part(o, p);
        }
    }

    llmgw_json_close(o, ']');
}


static void
llmgw_cohere_write_assistant(llmgw_out_t *o, const llmgw_message_t *m)
{
    if (llmgw_cohere_has_text(m)) {
        llmgw_json_key(o, "content");
        llmgw_chat_put_text(o, m, llmgw_lit(""));
    }

    if (!(llmgw_chat_kinds(m) & llmgw_chat_kind(LLMGW_PART_TOOL_CALL))) {
        return;
    }

    llmgw_chat_put_calls(o, m);

    /* the reasoning is the plan only where the client knows of plans */

    if (m->tool_plan.len) {
        llmgw_json_member(o, "tool_plan", m->reasoning.len ? m->reasoning
                                                           : m->tool_plan);
    }
}


static void
llmgw_cohere_write_result(llmgw_out_t *o, const llmgw_message_t *m)
{
    unsigned             n;
    const llmgw_part_t  *p;

    llmgw_json_member(o, "tool_call_id", m->tool_call_id);
    llmgw_json_key(o, "content");

    if (!llmgw_cohere_has_text(m)) {
        llmgw_json_put_jstr(o, m->is_error ? llmgw_lit("Error: (empty)")
                                           : llmgw_lit("(empty)"));
        return;
    }

    n = 0;

    llmgw_putc(o, '"');

    for (p = m->parts; p; p = p->next) {

        if (p->type != LLMGW_PART_TEXT) {
            continue;
        }

        if (n++) {
            llmgw_puts(o, "\\n");

        } else if (m->is_error && !llmgw_str_starts(p->text, "Error: ")) {
            llmgw_puts(o, "Error: ");
        }

        llmgw_put(o, p->text);
    }

    llmgw_putc(o, '"');
    o->comma = 1;
}
