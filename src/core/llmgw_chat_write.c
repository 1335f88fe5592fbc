
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_chat_write.h"


llmgw_int_t
llmgw_chat_cannot(llmgw_call_t *call, llmgw_str_t param, const char *what)
{
    const llmgw_settings_t  *set;

    if (param.data == NULL) {
        return LLMGW_ERROR;
    }

    set = call->target->settings;

    if (set && set->drop) {
        llmgw_call_drop(call, param);
        return LLMGW_OK;
    }

    return llmgw_refuse(&call->error, llmgw_lit("unsupported_parameter"),
                        param,
                        llmgw_fmt(call->arena, "\"%.*s\" cannot be served: "
                                  "the provider has no %s", llmgw_arg(param),
                                  what));
}


llmgw_int_t
llmgw_chat_cannot_part(llmgw_call_t *call, const llmgw_message_t *m,
    const llmgw_part_t *p, const char *what)
{
    return llmgw_chat_cannot(call, llmgw_fmt(call->arena,
                                             "messages[%u].content[%u]",
                                             m->index, p->index),
                             what);
}


void
llmgw_chat_drop_rest(llmgw_call_t *call, const llmgw_chat_t *c,
    uint64_t taken, const llmgw_str_t *known, size_t n)
{
    size_t                 i;
    const llmgw_member_t  *m;

    for (i = 0; i < LLMGW_P_MAX; i++) {

        if (llmgw_chat_given(c, i) && !(taken & (uint64_t) 1 << i)) {
            llmgw_call_drop(call, llmgw_param_name((llmgw_param_e) i));
        }
    }

    for (m = c->extra; m; m = m->next) {

        if (m->value.type == LLMGW_JSON_NULL) {
            continue;
        }

        for (i = 0; i < n; i++) {
            if (llmgw_str_eq(m->name, known[i])) {
                break;
            }
        }

        if (i == n) {
            llmgw_call_drop(call, m->name);
        }
    }
}


llmgw_int_t
llmgw_chat_put_stop(llmgw_call_t *call, const llmgw_chat_t *c,
    llmgw_out_t *o, llmgw_str_t name, unsigned max)
{
    unsigned                  n;
    llmgw_int_t               rc;
    const llmgw_json_node_t  *v, *stop, *end;

    if (!llmgw_chat_given(c, LLMGW_P_STOP)) {
        return LLMGW_OK;
    }

    stop = c->param[LLMGW_P_STOP].node;
    end = stop + stop->span;
    n = 0;

    for (v = (stop->type == LLMGW_JSON_ARRAY) ? stop + 1 : stop;
         v < end;
         v = llmgw_json_next(v))
    {
        if (v->type != LLMGW_JSON_STRING || v->len == 0) {
            continue;
        }

        if (n == max) {

            rc = llmgw_chat_cannot(call, llmgw_lit("stop"),
                                   "room for so many stop sequences");
            if (rc != LLMGW_OK) {
                return rc;
            }

            break;
        }

        if (n++ == 0) {
            llmgw_json_key_n(o, (const char *) name.data, name.len);
            llmgw_json_open(o, '[');
        }

        llmgw_json_put_jstr(o, llmgw_json_str(c->doc, v));
    }

    if (n) {
        llmgw_json_close(o, ']');
    }

    return LLMGW_OK;
}


unsigned
llmgw_chat_kinds(const llmgw_message_t *m)
{
    unsigned             kinds;
    const llmgw_part_t  *p;

    kinds = 0;

    for (p = m->parts; p; p = p->next) {
        kinds |= llmgw_chat_kind(p->type);
    }

    return kinds;
}


void
llmgw_chat_put_text(llmgw_out_t *o, const llmgw_message_t *m,
    llmgw_str_t between)
{
    unsigned             n;
    const llmgw_part_t  *p;

    n = 0;

    llmgw_json_comma(o);
    llmgw_putc(o, '"');

    for (p = m->parts; p; p = p->next) {

        if (p->type == LLMGW_PART_TEXT) {

            if (n++) {
                llmgw_put(o, between);
            }

            llmgw_put(o, p->text);
        }
    }

    llmgw_putc(o, '"');
    o->comma = 1;
}


void
llmgw_chat_put_text_part(llmgw_out_t *o, llmgw_str_t text)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("text"));
    llmgw_json_member(o, "text", text);
    llmgw_json_close(o, '}');
}


void
llmgw_chat_put_image_part(llmgw_out_t *o, const llmgw_part_t *p)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("image_url"));
    llmgw_json_key(o, "image_url");
    llmgw_json_open(o, '{');
    llmgw_json_key(o, "url");

    llmgw_putc(o, '"');

    if (p->url.len) {
        llmgw_put(o, p->url);

    } else {
        llmgw_puts(o, "data:");
        llmgw_put(o, p->mime);
        llmgw_puts(o, ";base64,");
        llmgw_put(o, p->data);
    }

    llmgw_putc(o, '"');
    o->comma = 1;

    if (p->detail.len) {
        llmgw_json_member(o, "detail", p->detail);
    }

    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}


void
llmgw_chat_put_calls(llmgw_out_t *o, const llmgw_message_t *m)
{
    const llmgw_part_t  *p;

    llmgw_json_key(o, "tool_calls");
    llmgw_json_open(o, '[');

    for (p = m->parts; p; p = p->next) {

        if (p->type != LLMGW_PART_TOOL_CALL) {
            continue;
        }

        llmgw_json_open(o, '{');
        llmgw_json_member(o, "id", p->id);
        llmgw_json_member(o, "type", llmgw_lit("function"));
        llmgw_json_key(o, "function");
        llmgw_json_open(o, '{');
        llmgw_json_member(o, "name", p->name);
        llmgw_json_key(o, "arguments");
        llmgw_putc(o, '"');

        if (p->args.len == 0) {
            llmgw_puts(o, "{}");

        } else if (llmgw_json_check(p->args) >= 0) {
            llmgw_put_compact_escaped(o, p->args);

        } else {
            llmgw_put_escaped(o, p->args);
        }

        llmgw_putc(o, '"');
        llmgw_json_close(o, '}');
        llmgw_json_close(o, '}');
    }

    llmgw_json_close(o, ']');
}


void
llmgw_chat_put_tool(llmgw_out_t *o, const llmgw_tool_t *tool)
{
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "type", llmgw_lit("function"));
    llmgw_json_key(o, "function");
    llmgw_json_open(o, '{');
    llmgw_json_member(o, "name", tool->name);

    if (tool->description.len) {
        llmgw_json_member(o, "description", tool->description);
    }

    llmgw_json_member_raw(o, "parameters",
                          tool->parameters.len ? tool->parameters
                          : llmgw_lit("{\"type\":\"object\","
                                      "\"properties\":{}}"));
    llmgw_json_close(o, '}');
    llmgw_json_close(o, '}');
}
