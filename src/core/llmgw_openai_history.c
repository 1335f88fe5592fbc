
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The messages of a chat in OpenAI's form.
 */


#include "llmgw_openai_write.h"
#include "llmgw_traits.h"


static llmgw_int_t llmgw_openai_check_parts(llmgw_openai_write_t *w,
    llmgw_message_t *m);
static void llmgw_openai_write_message(llmgw_openai_write_t *w,
    llmgw_message_t *m);
static void llmgw_openai_write_thoughts(llmgw_openai_write_t *w,
    llmgw_message_t *m);
static void llmgw_openai_write_content(llmgw_openai_write_t *w,
    llmgw_message_t *m);
static void llmgw_openai_write_part(llmgw_openai_write_t *w,
    const llmgw_part_t *p, unsigned error);
static void llmgw_openai_write_calls(llmgw_openai_write_t *w,
    llmgw_message_t *m);
static void llmgw_openai_write_media(llmgw_openai_write_t *w,
    llmgw_message_t *end);


llmgw_int_t
llmgw_openai_write_messages(llmgw_openai_write_t *w)
{
    llmgw_int_t       rc;
    llmgw_message_t  *m;

    llmgw_json_key(w->out, "messages");
    llmgw_json_open(w->out, '[');

    for (m = w->chat->messages; m; m = m->next) {

        if (m->role != LLMGW_ROLE_TOOL) {
            llmgw_openai_write_media(w, m);
        }

        rc = llmgw_openai_check_parts(w, m);
        if (rc != LLMGW_OK) {
            return rc;
        }

        llmgw_openai_write_message(w, m);
    }

    llmgw_openai_write_media(w, NULL);

    llmgw_json_close(w->out, ']');

    return LLMGW_OK;
}


static unsigned
llmgw_openai_is_link(llmgw_str_t s)
{
    return llmgw_str_starts(s, "https:") || llmgw_str_starts(s, "http:");
}


/* blocks of other services, and files that nobody would fetch */

static unsigned
llmgw_openai_foreign(const llmgw_part_t *p)
{
    return p->type == LLMGW_PART_NATIVE
           || (p->type == LLMGW_PART_FILE && p->data.len == 0
               && llmgw_openai_is_link(p->id));
}


static unsigned
llmgw_openai_is_media(const llmgw_part_t *p)
{
    return (p->type == LLMGW_PART_IMAGE || p->type == LLMGW_PART_AUDIO
            || p->type == LLMGW_PART_FILE || p->type == LLMGW_PART_VIDEO)
           && !llmgw_openai_foreign(p);
}


/* a part that stands in the content of a message of this role */

static unsigned
llmgw_openai_is_content(const llmgw_message_t *m, const llmgw_part_t *p)
{
    if (p->type == LLMGW_PART_TEXT || p->type == LLMGW_PART_REFUSAL) {
        return 1;
    }

    return m->role != LLMGW_ROLE_ASSISTANT && m->role != LLMGW_ROLE_TOOL
           && llmgw_openai_is_media(p);
}


static llmgw_int_t
llmgw_openai_check_parts(llmgw_openai_write_t *w, llmgw_message_t *m)
{
    llmgw_int_t    rc;
    llmgw_part_t  *p;

    w->cache |= m->cache_control.len != 0;

    for (p = m->parts; p; p = p->next) {

        w->cache |= p->cache_control.len != 0;

        if (m->role == LLMGW_ROLE_ASSISTANT) {

            /* what another service did is in the text that follows */

            w->images |= llmgw_openai_is_media(p);
            continue;
        }

        if (m->role == LLMGW_ROLE_TOOL && w->media == NULL
            && llmgw_openai_is_media(p))
        {
            w->media = m;
        }

        if (!llmgw_openai_foreign(p)) {
            continue;
        }

        rc = llmgw_openai_cannot(w,
                                 llmgw_fmt(w->call->arena,
                                           "messages[%u].content[%u]",
                                           m->index, p->index),
                                 (p->type == LLMGW_PART_FILE)
                                 ? "way to fetch it" : "such content");
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return LLMGW_OK;
}


static void
llmgw_openai_write_message(llmgw_openai_write_t *w, llmgw_message_t *m)
{
    unsigned       calls, content;
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    static const llmgw_str_t  roles[] = {
        llmgw_string("system"),
        llmgw_string("developer"),
        llmgw_string("user"),
        llmgw_string("assistant"),
        llmgw_string("tool")
    };

    o = w->out;
    calls = 0;
    content = 0;

    for (p = m->parts; p; p = p->next) {
        calls |= p->type == LLMGW_PART_TOOL_CALL;
        content |= llmgw_openai_is_content(m, p);
    }

    if (m->role == LLMGW_ROLE_ASSISTANT && !calls && !content
        && m->audio.len == 0)
    {
        return;
    }

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "role",
                      (w->system && m->role == LLMGW_ROLE_DEVELOPER)
                      ? roles[LLMGW_ROLE_SYSTEM] : roles[m->role]);

    if (m->role == LLMGW_ROLE_TOOL) {
        llmgw_json_member(o, "tool_call_id", m->tool_call_id);

    } else if (m->name.len) {
        llmgw_json_member(o, "name", m->name);
    }

    llmgw_json_key(o, "content");

    if (m->role == LLMGW_ROLE_ASSISTANT && !content) {
        llmgw_json_put_raw(o, llmgw_lit("null"));

    } else {
        llmgw_openai_write_content(w, m);
    }

    if (m->role == LLMGW_ROLE_ASSISTANT && w->call->target->traits
        && w->call->target->traits->echo)
    {
        llmgw_openai_write_thoughts(w, m);
    }

    if (m->audio.len) {
        llmgw_json_member_raw(o, "audio", m->audio);
    }

    if (calls) {
        llmgw_openai_write_calls(w, m);
    }

    llmgw_json_close(o, '}');
}


/* a service that wants to see its thoughts again */

static void
llmgw_openai_write_thoughts(llmgw_openai_write_t *w, llmgw_message_t *m)
{
    unsigned       any;
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    o = w->out;

    if (m->reasoning.len) {
        llmgw_json_member(o, "reasoning_content", m->reasoning);
        return;
    }

    any = 0;

    for (p = m->parts; p; p = p->next) {

        if (p->type != LLMGW_PART_THINKING || p->text.len == 0) {
            continue;
        }

        if (!any) {
            llmgw_json_key(o, "reasoning_content");
            llmgw_putc(o, '"');
            any = 1;
        }

        llmgw_put(o, p->text);
    }

    if (any) {
        llmgw_putc(o, '"');
        o->comma = 1;
    }
}


/* other services say beside the text that a call failed */

static void
llmgw_openai_write_text(llmgw_out_t *o, llmgw_str_t text, unsigned error)
{
    llmgw_putc(o, '"');

    if (error) {
        llmgw_puts(o, "Error: ");
    }

    llmgw_put(o, text);
    llmgw_putc(o, '"');

    o->comma = 1;
}


/* one text is a string, anything else an array */

static void
llmgw_openai_write_content(llmgw_openai_write_t *w, llmgw_message_t *m)
{
    unsigned       n, error;
    llmgw_out_t   *o;
    llmgw_str_t    text;
    llmgw_part_t  *p, *media;

    o = w->out;
    n = 0;
    media = NULL;
    text = llmgw_null_str;
    error = m->role == LLMGW_ROLE_TOOL && m->is_error;

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_openai_is_content(m, p)) {

            if (media == NULL && llmgw_openai_is_media(p)) {
                media = p;
            }

            continue;
        }

        if (n++ == 0) {

            if (p->type != LLMGW_PART_TEXT) {
                n = 2;
            }

            text = p->text;
            error &= !llmgw_str_starts(text, "Error: ");
        }
    }

    if (n == 0 && media) {
        text = (media->type == LLMGW_PART_IMAGE) ? llmgw_lit("(image)")
                                                 : llmgw_lit("(file)");
    }

    if (n < 2) {
        llmgw_openai_write_text(o, text, error);
        return;
    }

    llmgw_json_open(o, '[');

    for (p = m->parts; p; p = p->next) {

        if (!llmgw_openai_is_content(m, p)) {
            continue;
        }

        llmgw_openai_write_part(w, p, error);
        error = 0;
    }

    llmgw_json_close(o, ']');
}


/* base64 with its type beside it is made a data URL */

static void
llmgw_openai_write_data(llmgw_out_t *o, llmgw_str_t mime, llmgw_str_t data)
{
    if (mime.len == 0 || llmgw_str_starts(data, "data:")) {
        llmgw_json_put_jstr(o, data);
        return;
    }

    llmgw_json_comma(o);
    llmgw_puts(o, "\"data:");
    llmgw_put(o, mime);
    llmgw_puts(o, ";base64,");
    llmgw_put(o, data);
    llmgw_putc(o, '"');

    o->comma = 1;
}


static void
llmgw_openai_write_part(llmgw_openai_write_t *w, const llmgw_part_t *p,
    unsigned error)
{
    llmgw_out_t  *o;

    o = w->out;

    llmgw_json_open(o, '{');

    switch (p->type) {

    case LLMGW_PART_IMAGE:
        llmgw_json_member(o, "type", llmgw_lit("image_url"));
        llmgw_json_key(o, "image_url");
        llmgw_json_open(o, '{');
        llmgw_json_key(o, "url");

        if (p->url.len) {
            llmgw_json_put_jstr(o, p->url);

        } else {
            llmgw_openai_write_data(o, p->mime, p->data);
        }

        if (p->detail.len) {
            llmgw_json_member(o, "detail", p->detail);
        }

        llmgw_json_close(o, '}');
        break;

    case LLMGW_PART_VIDEO:
        llmgw_json_member(o, "type", llmgw_lit("video_url"));
        llmgw_json_key(o, "video_url");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "url", p->url);
        llmgw_json_close(o, '}');
        break;

    case LLMGW_PART_AUDIO:
        llmgw_json_member(o, "type", llmgw_lit("input_audio"));
        llmgw_json_key(o, "input_audio");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "data", p->data);
        llmgw_json_member(o, "format", p->format);
        llmgw_json_close(o, '}');
        break;

    case LLMGW_PART_FILE:
        llmgw_json_member(o, "type", llmgw_lit("file"));
        llmgw_json_key(o, "file");
        llmgw_json_open(o, '{');

        if (p->name.len) {
            llmgw_json_member(o, "filename", p->name);
        }

        if (p->data.len) {
            llmgw_json_key(o, "file_data");
            llmgw_openai_write_data(o, p->mime, p->data);

        } else {
            llmgw_json_member(o, "file_id", p->id);
        }

        llmgw_json_close(o, '}');
        break;

    case LLMGW_PART_REFUSAL:
        llmgw_json_member(o, "type", llmgw_lit("refusal"));
        llmgw_json_member(o, "refusal", p->text);
        break;

    default: /* LLMGW_PART_TEXT */
        llmgw_json_member(o, "type", llmgw_lit("text"));
        llmgw_json_key(o, "text");
        llmgw_openai_write_text(o, p->text, error);
    }

    llmgw_json_close(o, '}');
}


static void
llmgw_openai_write_calls(llmgw_openai_write_t *w, llmgw_message_t *m)
{
    llmgw_out_t   *o;
    llmgw_part_t  *p;

    o = w->out;

    llmgw_json_key(o, "tool_calls");
    llmgw_json_open(o, '[');

    for (p = m->parts; p; p = p->next) {

        if (p->type != LLMGW_PART_TOOL_CALL) {
            continue;
        }

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "id", p->id);

        if (p->custom) {
            llmgw_json_member(o, "type", llmgw_lit("custom"));
            llmgw_json_key(o, "custom");

        } else {
            llmgw_json_member(o, "type", llmgw_lit("function"));
            llmgw_json_key(o, "function");
        }

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "name", p->name);

        if (p->custom) {
            llmgw_json_key(o, "input");

        } else {
            llmgw_json_key(o, "arguments");
        }

        llmgw_putc(o, '"');

        if (p->args.len == 0) {

            if (!p->custom) {
                llmgw_puts(o, "{}");
            }

        } else if (!p->custom && llmgw_json_check(p->args) >= 0) {
            llmgw_put_compact_escaped(o, p->args);

        } else {
            llmgw_put_escaped(o, p->args);
        }

        llmgw_putc(o, '"');

        o->comma = 1;

        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
}


/*
 * Tool results are texts.  Their images follow as a message of the user, but
 * not before the last result of the turn.
 */

static void
llmgw_openai_write_media(llmgw_openai_write_t *w, llmgw_message_t *end)
{
    llmgw_out_t      *o;
    llmgw_part_t     *p;
    llmgw_message_t  *m;

    if (w->media == NULL) {
        return;
    }

    o = w->out;

    llmgw_json_open(o, '{');
    llmgw_json_member(o, "role", llmgw_lit("user"));
    llmgw_json_key(o, "content");
    llmgw_json_open(o, '[');

    for (m = w->media; m != end; m = m->next) {
        for (p = m->parts; p; p = p->next) {
            if (llmgw_openai_is_media(p)) {
                llmgw_openai_write_part(w, p, 0);
            }
        }
    }

    llmgw_json_close(o, ']');
    llmgw_json_close(o, '}');

    w->media = NULL;
}
