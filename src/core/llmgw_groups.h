
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Spend by day, key, team, model … for reports.  A closed file of the ledger
 * is summed up once, with everything that a report may ask for; a report adds
 * such sums up again with less.
 */


#ifndef _LLMGW_GROUPS_H_INCLUDED_
#define _LLMGW_GROUPS_H_INCLUDED_


#include "llmgw_record.h"


#define LLMGW_GROUP_DAY           0x0001
#define LLMGW_GROUP_KEY           0x0002
#define LLMGW_GROUP_USER          0x0004
#define LLMGW_GROUP_TEAM          0x0008
#define LLMGW_GROUP_ORGANIZATION  0x0010
#define LLMGW_GROUP_CUSTOMER      0x0020
#define LLMGW_GROUP_TAG           0x0040   /* in a group of each of its tags */
#define LLMGW_GROUP_MODEL         0x0080
#define LLMGW_GROUP_PROVIDER      0x0100
#define LLMGW_GROUP_ENDPOINT      0x0200
#define LLMGW_GROUP_TAGS          0x0400   /* all of its tags together */

#define LLMGW_GROUP_ALL                                                      \
    (LLMGW_GROUP_DAY|LLMGW_GROUP_KEY|LLMGW_GROUP_USER|LLMGW_GROUP_TEAM       \
     |LLMGW_GROUP_ORGANIZATION|LLMGW_GROUP_CUSTOMER|LLMGW_GROUP_MODEL        \
     |LLMGW_GROUP_PROVIDER|LLMGW_GROUP_ENDPOINT|LLMGW_GROUP_TAGS)


typedef struct llmgw_group_s  llmgw_group_t;

struct llmgw_group_s {
    int64_t          day;        /* Unix seconds of midnight, UTC */
    llmgw_str_t      key;
    llmgw_str_t      user;
    llmgw_str_t      team;
    llmgw_str_t      organization;
    llmgw_str_t      customer;
    llmgw_str_t      model;
    llmgw_str_t      provider;
    llmgw_str_t      endpoint;
    unsigned         ntags;
    llmgw_str_t     *tags;

    int64_t          cost;       /* nano-dollars */
    int64_t          requests;
    int64_t          failed;
    int64_t          prompt;     /* tokens */
    int64_t          completion;
    int64_t          cached;
    int64_t          cache_write;

    uint64_t         hash;
    llmgw_group_t   *next;       /* of the same slot */
    llmgw_group_t   *newer;
};

typedef struct {
    llmgw_arena_t   *arena;
    unsigned         by;         /* LLMGW_GROUP_* */
    size_t           max;        /* groups; 0: no limit */
    llmgw_group_t  **slots;
    size_t           mask;
    size_t           n;
    llmgw_group_t   *first;
    llmgw_group_t  **last;
} llmgw_groups_t;


llmgw_int_t llmgw_groups_init(llmgw_groups_t *g, llmgw_arena_t *a,
    unsigned by, size_t max);

/* One request.  LLMGW_TOO_LARGE: there would be more groups than allowed. */

llmgw_int_t llmgw_groups_add(llmgw_groups_t *g, const llmgw_spend_t *s);

/* A group with its sums, its tags included. */

llmgw_int_t llmgw_groups_add_group(llmgw_groups_t *g, const llmgw_group_t *c);


/* LLMGW_RECORD_GROUP; tags is room for LLMGW_TAGS_MAX */

size_t llmgw_group_size(const llmgw_group_t *c);
u_char *llmgw_group_write(u_char *p, const llmgw_group_t *c);
llmgw_int_t llmgw_group_read(llmgw_str_t payload, llmgw_group_t *c,
    llmgw_str_t *tags);


#endif /* _LLMGW_GROUPS_H_INCLUDED_ */
