
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Events of a stream that is translated: they are parsed, unless all that is
 * new in them is a text.
 */


#include "llmgw_reader.h"
#include "llmgw_reply.h"


static llmgw_int_t llmgw_reply_again(llmgw_reply_t *rp, llmgw_str_t text);
static llmgw_int_t llmgw_reply_learn(llmgw_reply_t *rp, llmgw_str_t raw);


/* raw are the bytes of the event with what frames it, or its data */

llmgw_int_t
llmgw_reply_event(llmgw_reply_t *rp, llmgw_str_t name, llmgw_str_t data,
    llmgw_str_t raw)
{
    llmgw_int_t  rc;
    llmgw_str_t  text;

    if (rp->twin.tail && llmgw_twin_match(&rp->twin, raw, &text) == raw.len) {
        return llmgw_reply_again(rp, text);
    }

    llmgw_twin_forget(&rp->twin);

    rp->sent = 0;
    rp->reader.once = 0;

    rc = rp->provider->reader->event(&rp->reader, name, data);

    if (rc != LLMGW_OK) {
        return rc;
    }

    if (rp->closed) {
        return LLMGW_DONE;
    }

    return (rp->sent == 1) ? llmgw_reply_learn(rp, raw) : LLMGW_OK;
}


/* events that need not even be framed */

llmgw_int_t
llmgw_reply_shortcut(void *ctx, llmgw_str_t input, size_t max, size_t *done)
{
    llmgw_reply_t *rp = ctx;

    size_t       n;
    llmgw_int_t  rc;
    llmgw_str_t  text;

    *done = 0;

    for ( ;; ) {

        n = llmgw_twin_match(&rp->twin, input, &text);

        if (n == 0 || n > max) {
            return LLMGW_OK;
        }

        rc = llmgw_reply_again(rp, text);
        if (rc != LLMGW_OK) {
            return rc;
        }

        input.data += n;
        input.len -= n;
        *done += n;
    }
}


/* what the event before was, with another text */

static llmgw_int_t
llmgw_reply_again(llmgw_reply_t *rp, llmgw_str_t text)
{
    const llmgw_reader_ops_t  *read;

    read = rp->provider->reader;

    rp->again.text = text;

    return read->again ? read->again(&rp->reader, &rp->again)
                       : llmgw_reader_send(&rp->reader, &rp->again);
}


/* whether more of the kind may come */

static llmgw_int_t
llmgw_reply_learn(llmgw_reply_t *rp, llmgw_str_t raw)
{
    llmgw_event_t *ev = &rp->again;

    if (rp->reader.once
        || !(rp->provider->reader->texts & LLMGW_EV_BIT(ev->type))
        || ev->id.len || ev->name.len || ev->raw.len || ev->signature.len)
    {
        return LLMGW_OK;
    }

    return llmgw_twin_learn(&rp->twin, rp->arena, raw, ev->text);
}
