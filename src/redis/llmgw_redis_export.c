
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A record of spend as JSON, for those who read the stream.
 */


#include "llmgw_out.h"
#include "llmgw_redis_model.h"


static void llmgw_redis_export_text(llmgw_out_t *o, const char *name,
    llmgw_str_t text);
static void llmgw_redis_export_number(llmgw_out_t *o, const char *name,
    int64_t n);
static void llmgw_redis_export_flag(llmgw_out_t *o, const char *name,
    uint32_t flag);


llmgw_int_t
llmgw_redis_export(llmgw_arena_t *a, llmgw_str_t payload, llmgw_str_t *json)
{
    unsigned       i;
    llmgw_out_t    o;
    llmgw_spend_t  s;

    if (llmgw_spend_read(payload, &s) != LLMGW_OK) {
        return LLMGW_INVALID;
    }

    llmgw_out_init(&o, a, 1024, 0, 65536);

    llmgw_puts(&o, "{\"request_id\":\"");
    llmgw_put_escaped(&o, s.request_id);
    llmgw_putc(&o, '"');

    llmgw_redis_export_number(&o, "start_ms", s.start);
    llmgw_redis_export_number(&o, "end_ms", s.end);
    llmgw_redis_export_number(&o, "status", s.status);
    llmgw_redis_export_text(&o, "node", s.node);
    llmgw_redis_export_text(&o, "call_type", s.endpoint);
    llmgw_redis_export_text(&o, "api_key", s.key);
    llmgw_redis_export_text(&o, "key_alias", s.key_alias);
    llmgw_redis_export_text(&o, "user", s.user);
    llmgw_redis_export_text(&o, "team_id", s.team);
    llmgw_redis_export_text(&o, "organization_id", s.organization);
    llmgw_redis_export_text(&o, "end_user", s.customer);
    llmgw_redis_export_text(&o, "model", s.model);
    llmgw_redis_export_text(&o, "upstream_model", s.upstream);
    llmgw_redis_export_text(&o, "deployment", s.deployment);
    llmgw_redis_export_text(&o, "provider", s.provider);
    llmgw_redis_export_text(&o, "service_tier", s.tier);
    llmgw_redis_export_text(&o, "session_id", s.session);
    llmgw_redis_export_text(&o, "requester_ip_address", s.address);
    llmgw_redis_export_text(&o, "error", s.error);

    if (s.ntags) {

        llmgw_puts(&o, ",\"request_tags\":[");

        for (i = 0; i < s.ntags; i++) {

            if (i) {
                llmgw_putc(&o, ',');
            }

            llmgw_putc(&o, '"');
            llmgw_put_escaped(&o, s.tags[i]);
            llmgw_putc(&o, '"');
        }

        llmgw_putc(&o, ']');
    }

    /* money as an integer: whoever adds it up loses nothing */

    llmgw_redis_export_number(&o, "spend_nano_usd", s.cost);
    llmgw_redis_export_number(&o, "prompt_tokens", s.prompt);
    llmgw_redis_export_number(&o, "completion_tokens", s.completion);
    llmgw_redis_export_number(&o, "cached_tokens", s.cached);
    llmgw_redis_export_number(&o, "cache_write_tokens", s.cache_write);
    llmgw_redis_export_number(&o, "reasoning_tokens", s.reasoning);
    llmgw_redis_export_number(&o, "latency_ms", s.latency_ms);
    llmgw_redis_export_number(&o, "ttft_ms",
                              s.first_ms ? (int64_t) s.first_ms : -1);
    llmgw_redis_export_number(&o, "attempts", s.attempts);

    llmgw_redis_export_flag(&o, "stream", s.flags & LLMGW_SPEND_STREAM);
    llmgw_redis_export_flag(&o, "estimated", s.flags & LLMGW_SPEND_ESTIMATED);
    llmgw_redis_export_flag(&o, "unpriced", s.flags & LLMGW_SPEND_UNPRICED);
    llmgw_redis_export_flag(&o, "cache_hit", s.flags & LLMGW_SPEND_CACHE_HIT);
    llmgw_redis_export_flag(&o, "aborted", s.flags & LLMGW_SPEND_ABORTED);

    llmgw_putc(&o, '}');

    if (llmgw_out_close(&o) != LLMGW_OK) {
        return LLMGW_ERROR;
    }

    *json = llmgw_out_join(&o, a);

    return json->data ? LLMGW_OK : LLMGW_ERROR;
}


static void
llmgw_redis_export_text(llmgw_out_t *o, const char *name, llmgw_str_t text)
{
    if (text.len == 0) {
        return;
    }

    llmgw_puts(o, ",\"");
    llmgw_put_n(o, name, strlen(name));
    llmgw_puts(o, "\":\"");
    llmgw_put_escaped(o, text);
    llmgw_putc(o, '"');
}


/* below 0: not known */

static void
llmgw_redis_export_number(llmgw_out_t *o, const char *name, int64_t n)
{
    if (n < 0) {
        return;
    }

    llmgw_puts(o, ",\"");
    llmgw_put_n(o, name, strlen(name));
    llmgw_puts(o, "\":");
    llmgw_put_int(o, n);
}


static void
llmgw_redis_export_flag(llmgw_out_t *o, const char *name, uint32_t flag)
{
    if (!flag) {
        return;
    }

    llmgw_puts(o, ",\"");
    llmgw_put_n(o, name, strlen(name));
    llmgw_puts(o, "\":true");
}
