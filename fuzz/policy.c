
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Records of stores, whoever wrote them.  The first byte is the kind.  What is
 * read must be usable wherever it is moved to; times, amounts, durations and
 * networks that are understood come back as they were.
 */


#include "fuzz.h"
#include "llmgw_policy.h"


static void
fuzz_use(const llmgw_policy_t *p)
{
    size_t        used;
    u_char        addr[16];
    unsigned      field, i, n;
    llmgw_str_t   s;
    llmgw_item_t  item;

    used = 0;

    for (field = 0; field < LLMGW_F_MAX; field++) {

        if (!llmgw_policy_has(p, field)) {
            fuzz_assert(llmgw_policy_count(p, field) == 0);
            fuzz_assert(llmgw_policy_number(p, field, -7) == -7);
            continue;
        }

        switch (field) {

        case LLMGW_F_ALIAS:
        case LLMGW_F_USER_ID:
        case LLMGW_F_TEAM_ID:
        case LLMGW_F_ORGANIZATION_ID:
        case LLMGW_F_BUDGET_ID:
        case LLMGW_F_ROTATED_TO:
            s = llmgw_policy_string(p, field);
            fuzz_assert(s.len && s.len <= LLMGW_ID_MAX);
            used += s.data[0] + s.data[s.len - 1];
            break;

        case LLMGW_F_MODELS:
        case LLMGW_F_ALIASES:
        case LLMGW_F_ALLOWED_ROUTES:
        case LLMGW_F_CLIENT_CERTS:
        case LLMGW_F_JWT_CLAIMS:
        case LLMGW_F_ENFORCED_PARAMS:
        case LLMGW_F_TAGS:
        case LLMGW_F_GUARDRAILS:
        case LLMGW_F_BUDGETS:
        case LLMGW_F_MODEL_BUDGETS:
        case LLMGW_F_MODEL_RPM:
        case LLMGW_F_MODEL_TPM:

            n = llmgw_policy_count(p, field);
            fuzz_assert(n != 0);

            for (i = 0; i < n; i++) {

                llmgw_policy_item(p, field, i, &item);
                fuzz_assert(item.number >= 0 && item.duration >= 0);

                if (item.name.len) {
                    used += item.name.data[item.name.len - 1];
                }

                if (item.value.len) {
                    used += item.value.data[item.value.len - 1];
                }
            }

            break;

        case LLMGW_F_ALLOWED_IPS:
            break;

        default:
            fuzz_assert(llmgw_policy_number(p, field, -1) >= 0);
        }
    }

    memset(addr, 0, sizeof(addr));

    used += llmgw_policy_address(p, addr, 4);
    used += llmgw_policy_address(p, addr, 16);
    used += llmgw_policy_model(p, llmgw_lit("gpt-4o"), NULL, 0);
    used += llmgw_policy_route(p, LLMGW_ROUTES_LLM, llmgw_lit("/v1/x"));
    used += llmgw_policy_certificate(p, llmgw_lit("ab:cd"));

    /* read for nothing but the sanitizer */

    fuzz_assert(used != (size_t) -1);
}


static void
fuzz_texts(llmgw_str_t s)
{
    size_t    len;
    u_char    buf[64], addr[16];
    int64_t   n, again;
    unsigned  prefix;

    if (llmgw_money_parse(s, &n) == LLMGW_OK) {

        fuzz_assert(n >= 0);
        fuzz_assert(llmgw_money_parse(llmgw_str(buf, llmgw_money_write(buf, n)
                                                     - buf), &again)
                    == LLMGW_OK && again == n);
    }

    if (llmgw_time_parse(s, &n) == LLMGW_OK && n <= 253402300799LL) {

        fuzz_assert(llmgw_time_write(buf, n) == buf + LLMGW_TIME_LEN);
        fuzz_assert(llmgw_time_parse(llmgw_str(buf, LLMGW_TIME_LEN), &again)
                    == LLMGW_OK && again == n);
    }

    if (llmgw_duration_parse(s, &n) == LLMGW_OK) {

        again = llmgw_period_end(1760000000, n);
        fuzz_assert(again > 1760000000);
        fuzz_assert(llmgw_period_end(again, n) > again);
        fuzz_assert(llmgw_duration_after(1760000000, n) > 1760000000);
    }

    if (llmgw_net_parse(s, addr, &len, &prefix) == LLMGW_OK) {
        fuzz_assert((len == 4 || len == 16) && prefix <= 8 * len);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    llmgw_str_t       json;
    fuzz_mem_t        m;
    llmgw_kind_e      kind;
    llmgw_int_t       rc;
    llmgw_policy_t   *p, *copy;
    llmgw_problem_t   problem;

    if (size == 0) {
        return 0;
    }

    fuzz_mem_init(&m);

    kind = (llmgw_kind_e) (data[0] % LLMGW_KINDS);
    json = fuzz_copy(&m, llmgw_str(data + 1, size - 1));

    fuzz_texts(json);

    rc = llmgw_policy_read(&m.arena, kind, json, data[0] & 0x80, &p, &problem);

    fuzz_assert(rc == LLMGW_OK || rc == LLMGW_INVALID);

    if (rc == LLMGW_OK) {

        copy = malloc(p->size);
        fuzz_assert(copy != NULL);
        memcpy(copy, p, p->size);
        memset(p, 0xa5, p->size);

        fuzz_use(copy);
        free(copy);

    } else {
        fuzz_assert(problem.message.len != 0);
    }

    fuzz_mem_free(&m);

    return 0;
}
