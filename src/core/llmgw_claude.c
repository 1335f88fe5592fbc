
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "llmgw_claude.h"
#include "llmgw_jstr.h"


/* what counts as newer than every model that is named here */
#define LLMGW_CLAUDE_NEWEST  9900

/* more answer than a model is likely to give, less than all of them take */
#define LLMGW_CLAUDE_MAX_TOKENS  16384

/* models want at least this much thinking, and we this much answer */
#define LLMGW_CLAUDE_BUDGET  1024


typedef enum {
    claude_other = 0,
    claude_opus,
    claude_sonnet,
    claude_haiku
} llmgw_claude_family_e;


static unsigned llmgw_claude_thinking_lost(const llmgw_call_t *call,
    const llmgw_chat_t *chat);
static llmgw_int_t llmgw_claude_manual(llmgw_claude_plan_t *p,
    llmgw_call_t *call, const llmgw_chat_t *chat);
static void llmgw_claude_adaptive(llmgw_claude_plan_t *p, llmgw_call_t *call,
    const llmgw_chat_t *chat);


static llmgw_claude_family_e
llmgw_claude_family(llmgw_str_t word, llmgw_claude_family_e family)
{
    if (llmgw_str_caseeq(word, llmgw_lit("opus"))) {
        return claude_opus;
    }

    if (llmgw_str_caseeq(word, llmgw_lit("sonnet"))) {
        return claude_sonnet;
    }

    if (llmgw_str_caseeq(word, llmgw_lit("haiku"))) {
        return claude_haiku;
    }

    return family;
}


/*
 * claude-<family>-<major>[-<minor>][-<date>][-v<n>], or the older
 * claude-<major>[-<minor>]-<family>-<date>, behind any prefix; other sellers
 * write dots and "@".  A number of more than two digits is a date.
 */

static unsigned
llmgw_claude_parse(llmgw_str_t name, llmgw_claude_family_e *family)
{
    u_char         c;
    size_t         len;
    unsigned       n, major, minor, numbers;
    llmgw_str_t    word;
    const u_char  *p, *q, *end;

    *family = claude_other;

    p = llmgw_str_casefind(name, llmgw_lit("claude-"));

    if (p == NULL) {
        return LLMGW_CLAUDE_NEWEST;
    }

    end = name.data + name.len;
    p += sizeof("claude-") - 1;

    major = 0;
    minor = 0;
    numbers = 0;

    for ( /* void */ ; p < end; p = q + 1) {

        n = 0;

        for (q = p; q < end; q++) {

            c = *q;

            if (c == '-' || c == '.' || c == '@' || c == ':') {
                break;
            }

            n = (c >= '0' && c <= '9' && n < 100) ? n * 10 + (c - '0') : 100;
        }

        len = (size_t) (q - p);
        word = llmgw_str(p, len);

        if (len && n < 100) {

            if (numbers == 0) {
                major = n;

            } else if (numbers == 1) {
                minor = n;
            }

            numbers++;
            continue;
        }

        if (len > 1 && len <= 3 && (*p == 'v' || *p == 'V') && p[1] >= '0'
            && p[1] <= '9')
        {
            /* of the package; only the oldest models had no other */

            if (numbers++) {
                break;
            }

            major = p[1] - '0';
            continue;
        }

        if (len && *p >= '0' && *p <= '9') {

            /* a date: what follows it is no version */

            numbers += 2;
            continue;
        }

        if (llmgw_str_caseeq(word, llmgw_lit("instant"))) {
            return 100;
        }

        *family = llmgw_claude_family(word, *family);
    }

    return major ? major * 100 + minor : LLMGW_CLAUDE_NEWEST;
}


void
llmgw_claude(llmgw_claude_t *c, llmgw_str_t name)
{
    unsigned               v;
    llmgw_claude_family_e  family;

    memset(c, 0, sizeof(llmgw_claude_t));

    v = llmgw_claude_parse(name, &family);

    c->version = v;
    c->haiku = (family == claude_haiku);
    c->max_tokens = LLMGW_CLAUDE_MAX_TOKENS;

    c->sampling = (v < 407);
    c->one_of_two = (v >= 401);
    c->structured = (v >= 405);
    c->xhigh = (v >= 407);

    if (v < 307) {
        c->max_tokens = (v < 305) ? 4096 : 8192;
        return;
    }

    if (v < 406) {
        c->thinking = LLMGW_CLAUDE_MANUAL;
        return;
    }

    c->thinking = LLMGW_CLAUDE_ADAPTIVE;

    if (v < 500) {
        return;
    }

    switch (family) {

    case claude_opus:
        c->off = (v < 505) ? LLMGW_CLAUDE_OFF_DISABLED
                           : LLMGW_CLAUDE_OFF_NEVER;
        break;

    case claude_sonnet:
        c->off = (v < 505) ? LLMGW_CLAUDE_OFF_DISABLED
                           : LLMGW_CLAUDE_OFF_BETWEEN;
        break;

    case claude_haiku:
        c->off = LLMGW_CLAUDE_OFF_DISABLED;
        break;

    default:
        c->off = LLMGW_CLAUDE_OFF_NEVER;
    }
}


llmgw_str_t
llmgw_claude_id(llmgw_arena_t *a, llmgw_str_t id)
{
    u_char         buf[4], *d, *start;
    size_t         i, n;
    const u_char  *p, *end;

    static const u_char  plain[256] = {
        ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['0' ... '9'] = 1,
        ['_'] = 1, ['-'] = 1
    };

    for (i = 0; i < id.len && plain[id.data[i]]; i++) { /* void */ }

    if (i == id.len) {
        return id.data ? id : llmgw_lit("");
    }

    start = llmgw_nalloc(a, id.len);
    if (start == NULL) {
        return llmgw_null_str;
    }

    d = start;
    p = id.data;
    end = p + id.len;

    /* an escape is one character, however it is written */

    while (p < end) {
        p = llmgw_jstr_char(p, end, buf, &n);
        *d++ = (n == 1 && plain[buf[0]]) ? buf[0] : '_';
    }

    return llmgw_str(start, (size_t) (d - start));
}


unsigned
llmgw_claude_thought(const llmgw_call_t *call, const llmgw_part_t *p)
{
    if (call->strip_thinking) {
        return 0;
    }

    if (p->redacted) {
        return 1;
    }

    return p->signature.len != 0
           && !llmgw_str_starts(p->signature, LLMGW_SIGNATURE);
}


unsigned
llmgw_claude_thoughts(const llmgw_error_t *e)
{
    if (e->status != 400) {
        return 0;
    }

    return llmgw_str_casefind(e->message,
                              llmgw_lit("blocks in the latest assistant "
                                        "message cannot be modified"))
           || (llmgw_str_casefind(e->message, llmgw_lit("invalid `signature`"))
               && llmgw_str_casefind(e->message, llmgw_lit("`thinking`")));
}


llmgw_int_t
llmgw_claude_plan(llmgw_claude_plan_t *p, llmgw_call_t *call,
    const llmgw_chat_t *chat)
{
    llmgw_int_t  rc;

    if (chat->thinking_raw.len && call->strip_thinking
        && chat->thinking == LLMGW_THINKING_ENABLED
        && llmgw_claude_thinking_lost(call, chat))
    {
        llmgw_call_drop(call, llmgw_lit("thinking"));
        return LLMGW_OK;
    }

    if (chat->thinking_raw.len) {

        /* the client's own way to say it wins */

        p->thinking = chat->thinking_raw;
        p->on = chat->thinking == LLMGW_THINKING_ENABLED
                || chat->thinking == LLMGW_THINKING_ADAPTIVE;

        if (chat->thinking == LLMGW_THINKING_ENABLED
            && chat->thinking_budget > 0 && chat->max_tokens == -1)
        {
            p->max_tokens += chat->thinking_budget;
        }

        if (chat->effort != LLMGW_EFFORT_UNSET) {

            if (chat->thinking == LLMGW_THINKING_ADAPTIVE
                && chat->effort != LLMGW_EFFORT_NONE
                && p->model.thinking == LLMGW_CLAUDE_ADAPTIVE)
            {
                llmgw_claude_adaptive(p, call, chat);
                p->thinking = chat->thinking_raw;

            } else {
                llmgw_call_drop(call, llmgw_lit("reasoning_effort"));
            }
        }

        return LLMGW_OK;
    }

    if (chat->effort == LLMGW_EFFORT_UNSET) {

        if (chat->effort_name.len == 0) {
            return LLMGW_OK;
        }

        return LLMGW_DECLINED;
    }

    switch (p->model.thinking) {

    case LLMGW_CLAUDE_ADAPTIVE:
        llmgw_claude_adaptive(p, call, chat);
        break;

    case LLMGW_CLAUDE_MANUAL:

        if (chat->effort == LLMGW_EFFORT_NONE) {
            break;
        }

        rc = llmgw_claude_manual(p, call, chat);

        if (rc != LLMGW_DECLINED) {
            return rc;
        }

        /* fall through */

    default:

        if (chat->effort != LLMGW_EFFORT_NONE) {
            llmgw_call_drop(call, llmgw_lit("reasoning_effort"));
        }
    }

    return LLMGW_OK;
}


/*
 * The service wants the thinking that led to a call back together with the
 * call's result, for as long as that turn lasts.
 */

static unsigned
llmgw_claude_thinking_lost(const llmgw_call_t *call, const llmgw_chat_t *chat)
{
    unsigned                calls, thoughts, results;
    const llmgw_part_t     *p;
    const llmgw_message_t  *m, *last;

    last = NULL;
    results = 0;

    for (m = chat->messages; m; m = m->next) {

        if (m->role == LLMGW_ROLE_ASSISTANT) {
            last = m;
            results = 0;

        } else if (m->role == LLMGW_ROLE_TOOL) {
            results = 1;
        }
    }

    if (last == NULL || !results) {
        return 0;
    }

    calls = 0;
    thoughts = 0;

    for (p = last->parts; p; p = p->next) {

        switch (p->type) {

        case LLMGW_PART_TOOL_CALL:
            calls = 1;
            break;

        case LLMGW_PART_THINKING:
            thoughts |= llmgw_claude_thought(call, p);
            break;

        case LLMGW_PART_NATIVE:
            calls |= llmgw_str_is(p->name, "tool_use");
            break;

        default:
            break;
        }
    }

    return calls && !thoughts;
}


/* LLMGW_DECLINED: the request has to do without */

static llmgw_int_t
llmgw_claude_manual(llmgw_claude_plan_t *p, llmgw_call_t *call,
    const llmgw_chat_t *chat)
{
    int64_t  budget;

    static const int64_t  budgets[] = {
        [LLMGW_EFFORT_MINIMAL] = 1024,
        [LLMGW_EFFORT_LOW] = 1024,
        [LLMGW_EFFORT_MEDIUM] = 2048,
        [LLMGW_EFFORT_HIGH] = 4096,
        [LLMGW_EFFORT_XHIGH] = 8192,
        [LLMGW_EFFORT_MAX] = 16384
    };

    if (p->forced || llmgw_claude_thinking_lost(call, chat)) {
        return LLMGW_DECLINED;
    }

    budget = budgets[chat->effort];

    if (chat->max_tokens == -1) {
        p->max_tokens += budget;

    } else if (budget > p->max_tokens - LLMGW_CLAUDE_BUDGET) {
        budget = p->max_tokens - LLMGW_CLAUDE_BUDGET;
    }

    if (budget < LLMGW_CLAUDE_BUDGET) {
        return LLMGW_DECLINED;
    }

    p->thinking = llmgw_fmt(call->arena, "{\"type\":\"enabled\","
                            "\"budget_tokens\":%lld}", (long long) budget);

    if (p->thinking.data == NULL) {
        return LLMGW_ERROR;
    }

    p->budget = budget;
    p->on = 1;

    return LLMGW_OK;
}


static void
llmgw_claude_adaptive(llmgw_claude_plan_t *p, llmgw_call_t *call,
    const llmgw_chat_t *chat)
{
    unsigned  hide;

    if (chat->effort == LLMGW_EFFORT_NONE) {

        switch (p->model.off) {

        case LLMGW_CLAUDE_OFF_DISABLED:
            p->thinking = llmgw_lit("{\"type\":\"disabled\"}");
            break;

        case LLMGW_CLAUDE_OFF_BETWEEN:
            p->thinking = llmgw_lit("{\"type\":\"between_tools\"}");
            break;

        case LLMGW_CLAUDE_OFF_NEVER:
            p->effort = llmgw_lit("low");
            break;

        default:
            break;
        }

        return;
    }

    p->on = 1;

    hide = call->target->settings && call->target->settings->hide_thinking;

    /* newer models leave the text out unless it is asked for */

    p->thinking = hide
                  ? llmgw_lit("{\"type\":\"adaptive\"}")
                  : llmgw_lit("{\"type\":\"adaptive\","
                              "\"display\":\"summarized\"}");

    switch (chat->effort) {

    case LLMGW_EFFORT_MEDIUM:
        p->effort = llmgw_lit("medium");
        break;

    case LLMGW_EFFORT_HIGH:
        p->effort = llmgw_lit("high");
        break;

    case LLMGW_EFFORT_XHIGH:
        p->effort = p->model.xhigh ? llmgw_lit("xhigh") : llmgw_lit("high");
        break;

    case LLMGW_EFFORT_MAX:
        p->effort = llmgw_lit("max");
        break;

    default:
        p->effort = llmgw_lit("low");
    }
}
