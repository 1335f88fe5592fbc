
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a chat for a Text Generation Inference server.
 */


#include "llmgw_chat_write.h"
#include "llmgw_huggingface.h"


static llmgw_int_t llmgw_tgi_check(llmgw_tgi_write_t *w,
    const llmgw_message_t *m);
static void llmgw_tgi_write_message(llmgw_tgi_write_t *w,
    const llmgw_message_t *m);
static void llmgw_tgi_write_content(llmgw_tgi_write_t *w,
    const llmgw_message_t *m);


llmgw_int_t
llmgw_tgi_write_messages(llmgw_tgi_write_t *w)
{
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_key(w->out, "messages");
    llmgw_json_open(w->out, '[');

    for (m = w->chat->messages; m; m = m->next) {

        rc = llmgw_tgi_check(w, m);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_tgi_write_message(w, m);
    }

    llmgw_json_close(w->out, ']');

    return LLMGW_OK;
}


static unsigned
llmgw_tgi_is_content(const llmgw_message_t *m, const llmgw_part_t *p)
{
    return p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL
           || (p->type == LLMGW_PART_IMAGE && m->role == LLMGW_ROLE_USER);
}


/* only texts, and images of the user */

static llmgw_int_t
llmgw_tgi_check(llmgw_tgi_write_t *w, const llmgw_message_t *m)
{
    unsigned             text, calls;
    llmgw_int_t          rc;
    const llmgw_part_t  *p;

    text = 0;
    calls = 0;

    for (p = m->parts; p; p = p->next) {

        calls |= (p->type == LLMGW_PART_TOOL_CALL);

        if (llmgw_tgi_is_content(m, p)) {
            text |= (p->text.len != 0);
            continue;
        }

        /* what another service did is in the text that follows */

        if (m->role == LLMGW_ROLE_ASSISTANT) {
            continue;
        }

        rc = llmgw_chat_cannot_part(w->call, m, p, "such content");
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    if (calls && text) {

        /* the server would keep the text and lose the calls */

        llmgw_call_drop(w->call, llmgw_fmt(w->call->arena,
                                           "messages[%u].content",
                                           m->index));
    }

    return LLMGW_OK;
}


static void
llmgw_tgi_write_message(llmgw_tgi_write_t *w, const llmgw_message_t *m)
{
    llmgw_out_t  *o;

    /* chat templates know no developer */

    static const llmgw_str_t  roles[] = {
        llmgw_string("system"),
        llmgw_string("system"),
        llmgw_string("user"),
        llmgw_string("assistant"),
        llmgw_string("tool")
    };

    o = w->out;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "role", roles[m->role]);

    if (m->role == LLMGW_ROLE_TOOL) {
        llmgw_json_member(o, "tool_call_id", m->tool_call_id);

    } else if (m->name.len) {
        llmgw_json_member(o, "name", m->name);
    }

    if (llmgw_chat_kinds(m) & llmgw_chat_kind(LLMGW_PART_TOOL_CALL)) {
        llmgw_chat_put_calls(o, m);

    } else {
        llmgw_json_key(o, "content");
        llmgw_tgi_write_content(w, m);
    }

    llmgw_json_close(o, '}');
}


/* one text is a string, anything else an array */

static void
llmgw_tgi_write_content(llmgw_tgi_write_t *w, const llmgw_message_t *m)
{
    unsigned             n, images;
    llmgw_out_t         *o;
    llmgw_str_t          text;
    const llmgw_part_t  *p;

    o = w->out;
    n = 0;
    images = 0;
    text = llmgw_lit("");

    for (p = m->parts; p; p = p->next) {

        if (llmgw_tgi_is_content(m, p)) {
            images |= (p->type == LLMGW_PART_IMAGE);
            text = p->text;
            n++;
        }
    }

    if (n < 2 && !images) {

        llmgw_putc(o, '"');

        if (m->is_error && !llmgw_str_starts(text, "Error: ")) {
            llmgw_puts(o, "Error: ");
        }

        llmgw_put(o, text);
        llmgw_putc(o, '"');
        o->comma = 1;

        return;
    }

    llmgw_json_open(o, '[');

    if (m->is_error) {
        llmgw_chat_put_text_part(o, llmgw_lit("Error: "));
    }

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_tgi_is_content(m, p)) {
            continue;
        }

        if (p->type == LLMGW_PART_IMAGE) {
            llmgw_chat_put_image_part(o, p);

        } else {
            llmgw_chat_put_text_part(o, p->text);
        }
    }

    llmgw_json_close(o, ']');
}
