
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "test.h"
#include "llmgw_tag.h"


void
test_tag(void)
{
    size_t        i;
    u_char        text[64];
    uint32_t      where;
    test_mem_t    m;
    llmgw_str_t   tagged, id;
    llmgw_tags_t  mine, other, changed, operator, none;

    mine.key = llmgw_lit("0123456789abcdef0123456789abcdef");
    mine.tenant = llmgw_lit("team-a");

    other = mine;
    other.tenant = llmgw_lit("team-b");

    changed = mine;
    changed.key = llmgw_lit("0123456789abcdef0123456789abcdee");

    operator = mine;
    operator.tenant = llmgw_null_str;

    none = mine;
    none.key = llmgw_null_str;

    test_mem_init(&m, 0, 0);

    test_case("an id of one's own");

    tagged = llmgw_tag_add(&mine, 0xfe120034, llmgw_lit("resp_68a"),
                           &m.arena);

    check_int(tagged.len, sizeof("resp_68a") - 1 + 30);
    check(llmgw_str_starts(tagged, "resp_68a_lg"));

    where = 0;
    check_int(llmgw_tag_take(&mine, tagged, &id, &where), LLMGW_OK);
    check_lit(id, "resp_68a");
    check_int(where, 0xfe120034);

    test_case("the ids of others");

    check_int(llmgw_tag_take(&other, tagged, &id, &where), LLMGW_INVALID);
    check_int(llmgw_tag_take(&changed, tagged, &id, &where), LLMGW_INVALID);
    check_int(llmgw_tag_take(&none, tagged, &id, &where), LLMGW_INVALID);

    test_case("every character of an id and its tag counts");

    for (i = 0; i < tagged.len; i++) {

        test_at("character %zu", i);

        memcpy(text, tagged.data, tagged.len);
        text[i] = (text[i] == 'A') ? 'B' : 'A';

        check(llmgw_tag_take(&mine, llmgw_str(text, tagged.len), &id, &where)
              != LLMGW_OK);
    }

    test_case("ids without tags");

    check_int(llmgw_tag_take(&mine, llmgw_lit("resp_68a"), &id, &where),
              LLMGW_DECLINED);
    check_int(llmgw_tag_take(&mine, llmgw_lit(""), &id, &where),
              LLMGW_DECLINED);
    check_int(llmgw_tag_take(&mine, llmgw_lit("resp_0123456789012345678901234"
                                              "5678901234567890"),
                             &id, &where),
              LLMGW_DECLINED);

    test_case("the operator");

    check_lit(llmgw_tag_add(&operator, 1, llmgw_lit("resp_1"), &m.arena),
              "resp_1");
    check_int(llmgw_tag_take(&operator, tagged, &id, &where), LLMGW_OK);
    check_lit(id, "resp_68a");
    check_int(where, 0xfe120034);

    test_case("no key, no tags");

    check_lit(llmgw_tag_add(&none, 1, llmgw_lit("resp_1"), &m.arena),
              "resp_1");

    test_case("names of places");

    check(llmgw_tag_where(llmgw_lit("@openai"))
          != llmgw_tag_where(llmgw_lit("@azure")));
    check_int(llmgw_tag_where(llmgw_lit("@openai")),
              llmgw_tag_where(llmgw_lit("@openai")));

    test_mem_free(&m);
}
