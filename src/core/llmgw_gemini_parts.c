
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The parts of an answer's content.
 */


#include "llmgw_gemini_reader.h"
#include "llmgw_jstr.h"


/* for how long the sound of an answer may be asked for again */
#define LLMGW_GEMINI_AUDIO_LIFE  3600


/* texts of one kind that stand together go out together */

typedef enum {
    run_none = 0,
    run_text,
    run_thought
} llmgw_gemini_run_e;

typedef struct {
    llmgw_reader_t       *rd;
    uint32_t              index;
    llmgw_gemini_run_e    kind;
    llmgw_str_t           text;       /* of one part */
    llmgw_str_t           signature;
    llmgw_out_t           out;        /* of several */
    unsigned              several:1;
} llmgw_gemini_run_t;


static llmgw_int_t llmgw_gemini_part(llmgw_gemini_run_t *run,
    const llmgw_json_t *j, llmgw_node_t *part);
static llmgw_int_t llmgw_gemini_run_flush(llmgw_gemini_run_t *run);
static llmgw_int_t llmgw_gemini_code(llmgw_gemini_run_t *run,
    llmgw_str_t language, llmgw_str_t code);
static llmgw_int_t llmgw_gemini_function_call(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *part,
    llmgw_node_t *call);
static llmgw_int_t llmgw_gemini_inline_data(llmgw_reader_t *rd,
    const llmgw_json_t *j, uint32_t index, llmgw_node_t *part,
    llmgw_node_t *data);


llmgw_int_t
llmgw_gemini_read_parts(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *parts)
{
    llmgw_int_t          rc;
    llmgw_node_t        *part;
    llmgw_gemini_run_t   run;

    memset(&run, 0, sizeof(llmgw_gemini_run_t));

    run.rd = rd;
    run.index = index;

    llmgw_json_each(part, parts) {

        if (part->type != LLMGW_JSON_OBJECT) {
            continue;
        }

        rc = llmgw_gemini_part(&run, j, part);
        if (rc != LLMGW_OK) {
            return rc;
        }
    }

    return llmgw_gemini_run_flush(&run);
}


static llmgw_int_t
llmgw_gemini_run_add(llmgw_gemini_run_t *run, llmgw_gemini_run_e kind,
    llmgw_str_t text, llmgw_str_t signature)
{
    llmgw_int_t            rc;
    llmgw_gemini_state_t  *s;

    if (run->kind != kind) {

        rc = llmgw_gemini_run_flush(run);
        if (rc != LLMGW_OK) {
            return rc;
        }

        run->kind = kind;
    }

    if (signature.len) {
        run->signature = signature;
    }

    if (text.len == 0) {
        return LLMGW_OK;
    }

    if (run->text.len == 0) {
        run->text = text;
        return LLMGW_OK;
    }

    if (!run->several) {
        s = run->rd->state;
        run->several = 1;

        llmgw_out_init(&run->out, s->mem, 1024, 0, 0);
        llmgw_put(&run->out, run->text);
    }

    llmgw_put(&run->out, text);

    return LLMGW_OK;
}


static llmgw_int_t
llmgw_gemini_run_flush(llmgw_gemini_run_t *run)
{
    llmgw_event_t              ev;
    llmgw_gemini_run_e         kind;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = run->rd->state;
    c = &s->candidates[run->index];

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.choice = run->index;
    ev.text = run->text;
    ev.signature = run->signature;

    if (run->several) {

        if (llmgw_out_close(&run->out) != LLMGW_OK) {
            return LLMGW_ERROR;
        }

        ev.text = llmgw_out_join(&run->out, s->mem);

        if (ev.text.data == NULL) {
            return LLMGW_ERROR;
        }
    }

    kind = run->kind;

    run->kind = run_none;
    run->text = llmgw_null_str;
    run->signature = llmgw_null_str;
    run->several = 0;

    if (kind == run_thought) {

        /* what signs a thought is not asked for again */

        ev.type = LLMGW_EV_REASONING;
        ev.signature = llmgw_null_str;

        return ev.text.len ? llmgw_reader_send(run->rd, &ev) : LLMGW_OK;
    }

    if (ev.text.len == 0) {

        ev.type = LLMGW_EV_SIGNATURE;

        return ev.signature.len ? llmgw_reader_send(run->rd, &ev) : LLMGW_OK;
    }

    c->produced = 1;
    c->written = 1;

    if (s->cite
        && llmgw_gemini_text_add(&c->text, run->rd->arena, ev.text)
           != LLMGW_OK)
    {
        return LLMGW_ERROR;
    }

    ev.type = LLMGW_EV_TEXT;

    return llmgw_reader_send(run->rd, &ev);
}


static llmgw_int_t
llmgw_gemini_part(llmgw_gemini_run_t *run, const llmgw_json_t *j,
    llmgw_node_t *part)
{
    llmgw_int_t    rc;
    llmgw_str_t    signature;
    llmgw_node_t  *v, *thought;

    signature = llmgw_json_get_str(j, part, "thoughtSignature");

    v = llmgw_json_string(j, part, "text");

    if (v) {
        thought = llmgw_json_get(j, part, "thought");

        return llmgw_gemini_run_add(run,
                                    (thought
                                     && thought->type == LLMGW_JSON_TRUE)
                                    ? run_thought : run_text,
                                    llmgw_json_str(j, v), signature);
    }

    v = llmgw_json_object(j, part, "executableCode");

    if (v) {
        return llmgw_gemini_code(run, llmgw_json_get_str(j, v, "language"),
                                 llmgw_json_get_str(j, v, "code"));
    }

    v = llmgw_json_object(j, part, "codeExecutionResult");

    if (v) {
        return llmgw_gemini_code(run, llmgw_lit("output"),
                                 llmgw_json_get_str(j, v, "output"));
    }

    rc = llmgw_gemini_run_flush(run);
    if (rc != LLMGW_OK) {
        return rc;
    }

    v = llmgw_json_object(j, part, "functionCall");

    if (v) {
        return llmgw_gemini_function_call(run->rd, j, run->index, part, v);
    }

    v = llmgw_json_object(j, part, "inlineData");

    return v ? llmgw_gemini_inline_data(run->rd, j, run->index, part, v)
             : LLMGW_OK;
}


/* a program of the model's, or what it printed, in a fence */

static llmgw_int_t
llmgw_gemini_code(llmgw_gemini_run_t *run, llmgw_str_t language,
    llmgw_str_t code)
{
    u_char                     c;
    size_t                     i;
    llmgw_out_t                o;
    llmgw_str_t                text;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *candidate;

    s = run->rd->state;
    candidate = &s->candidates[run->index];

    llmgw_out_init(&o, s->mem, code.len + 64, 0, 0);

    if (candidate->written || (run->kind == run_text && run->text.len)) {
        llmgw_puts(&o, "\\n");
    }

    llmgw_puts(&o, "```");

    for (i = 0; i < language.len; i++) {
        c = language.data[i];
        llmgw_putc(&o, llmgw_tolower(c));
    }

    llmgw_puts(&o, "\\n");
    llmgw_put(&o, code);

    if (!llmgw_str_ends(code, "\\n")) {
        llmgw_puts(&o, "\\n");
    }

    llmgw_puts(&o, "```\\n");

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    text = llmgw_out_join(&o, s->mem);

    return text.data ? llmgw_gemini_run_add(run, run_text, text,
                                            llmgw_null_str)
                     : LLMGW_ERROR;
}


static llmgw_int_t
llmgw_gemini_function_call(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *part, llmgw_node_t *call)
{
    llmgw_node_t          *v, *args;
    llmgw_gemini_state_t  *s;

    s = rd->state;

    v = llmgw_json_get(j, call, "willContinue");

    if (s->candidates[index].partial
        || (v && v->type == LLMGW_JSON_TRUE)
        || llmgw_json_get(j, call, "partialArgs"))
    {
        return llmgw_gemini_read_partial(rd, j, index, part, call);
    }

    args = llmgw_json_get(j, call, "args");

    return llmgw_gemini_send_call(rd, index,
                                  llmgw_json_get_str(j, call, "id"),
                                  llmgw_json_get_str(j, call, "name"),
                                  (args && args->type != LLMGW_JSON_NULL)
                                  ? llmgw_json_raw(j, args)
                                  : llmgw_lit("{}"),
                                  llmgw_json_get_str(j, part,
                                                     "thoughtSignature"));
}


llmgw_int_t
llmgw_gemini_send_call(llmgw_reader_t *rd, uint32_t index, llmgw_str_t id,
    llmgw_str_t name, llmgw_str_t args, llmgw_str_t signature)
{
    llmgw_int_t                rc;
    llmgw_event_t              ev;
    llmgw_gemini_state_t      *s;
    llmgw_gemini_candidate_t  *c;

    s = rd->state;
    c = &s->candidates[index];

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_BEGIN;
    ev.choice = index;
    ev.index = c->tools++;
    ev.id = id.len ? id : llmgw_call_id(rd->call, llmgw_lit("call_"));
    ev.name = llmgw_gemini_client_function(rd->call->chat, name);
    ev.raw = args;
    ev.signature = signature;

    if (ev.id.data == NULL) {
        return LLMGW_ERROR;
    }

    c->produced = 1;

    rc = llmgw_reader_send(rd, &ev);
    if (rc != LLMGW_OK) {
        return rc;
    }

    index = ev.index;

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.type = LLMGW_EV_TOOL_END;
    ev.choice = (uint32_t) (c - s->candidates);
    ev.index = index;

    return llmgw_reader_send(rd, &ev);
}


static llmgw_int_t
llmgw_gemini_inline_data(llmgw_reader_t *rd, const llmgw_json_t *j,
    uint32_t index, llmgw_node_t *part, llmgw_node_t *data)
{
    llmgw_str_t            mime, bytes, id;
    llmgw_out_t            o;
    llmgw_event_t          ev;
    llmgw_gemini_state_t  *s;

    s = rd->state;

    mime = llmgw_json_get_str(j, data, "mimeType");
    bytes = llmgw_json_get_str(j, data, "data");

    memset(&ev, 0, sizeof(llmgw_event_t));

    ev.choice = index;

    llmgw_out_init(&o, s->mem, bytes.len + 128, 0, 0);

    if (llmgw_str_starts(mime, "image/")) {

        ev.type = LLMGW_EV_IMAGE;
        ev.signature = llmgw_json_get_str(j, part, "thoughtSignature");

        llmgw_puts(&o, "data:");
        llmgw_put(&o, mime);
        llmgw_puts(&o, ";base64,");
        llmgw_put(&o, bytes);

    } else if (llmgw_str_starts(mime, "audio/")) {

        ev.type = LLMGW_EV_AUDIO;
        id = llmgw_call_id(rd->call, llmgw_lit("audio_"));

        if (id.data == NULL) {
            return LLMGW_ERROR;
        }

        llmgw_json_open(&o, '{');
        llmgw_json_member(&o, "id", id);
        llmgw_json_member(&o, "data", bytes);
        llmgw_json_member_int(&o, "expires_at",
                              rd->call->now + LLMGW_GEMINI_AUDIO_LIFE);
        llmgw_json_member(&o, "transcript", llmgw_lit(""));
        llmgw_json_close(&o, '}');

    } else {
        return LLMGW_OK;
    }

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    ev.text = llmgw_out_join(&o, s->mem);

    if (ev.text.data == NULL) {
        return LLMGW_ERROR;
    }

    if (ev.type == LLMGW_EV_AUDIO) {
        ev.raw = ev.text;
        ev.text = llmgw_null_str;
    }

    s->candidates[index].produced = 1;

    return llmgw_reader_send(rd, &ev);
}
