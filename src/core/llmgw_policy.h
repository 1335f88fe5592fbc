
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What the record of a key, user, team … allows.  The record itself is JSON
 * with LiteLLM's names and is what a store keeps; a policy is made from it and
 * is one block of memory without pointers, so that it can be copied as it is:
 * into shared memory, out of it, into a request's pool.
 */


#ifndef _LLMGW_POLICY_H_INCLUDED_
#define _LLMGW_POLICY_H_INCLUDED_


#include "llmgw_json.h"
#include "llmgw_window.h"


typedef enum {
    LLMGW_KIND_KEY = 0,          /* id: SHA-256 of the key, 64 hex digits */
    LLMGW_KIND_USER,             /* user_id */
    LLMGW_KIND_TEAM,             /* team_id */
    LLMGW_KIND_MEMBER,           /* a user in a team: "TEAM/USER" */
    LLMGW_KIND_ORGANIZATION,     /* organization_id */
    LLMGW_KIND_CUSTOMER,         /* user_id of /customer: an end user */
    LLMGW_KIND_TAG,              /* name */
    LLMGW_KIND_BUDGET,           /* budget_id: a row that others refer to */
    LLMGW_KIND_GLOBAL,           /* one, with the id "global" */
    LLMGW_KINDS
} llmgw_kind_e;

#define LLMGW_ID_MAX  256        /* bytes of any id */

/* "key", "user" …; LLMGW_KINDS when there is no such name */

llmgw_str_t llmgw_kind_name(llmgw_kind_e kind);
llmgw_kind_e llmgw_kind_find(llmgw_str_t name);

/*
 * Whether a text can be an id: 1 to LLMGW_ID_MAX bytes of UTF-8 without
 * control characters; a key's is 64 lower-case hex digits, a team's has no
 * "/".
 */

int llmgw_id_valid(llmgw_kind_e kind, llmgw_str_t id);


/* How the value of a field is given, and kept in a policy */

typedef enum {
    LLMGW_T_BOOL = 0,            /* number: 0, 1 */
    LLMGW_T_INT,                 /* number, not negative */
    LLMGW_T_MONEY,               /* number: nano-dollars, not negative */
    LLMGW_T_DURATION,            /* number, see llmgw_duration_parse() */
    LLMGW_T_TIME,                /* number: Unix seconds */
    LLMGW_T_ENUM,                /* number: place in the field's list */
    LLMGW_T_STRING,
    LLMGW_T_LIST,                /* of strings */
    LLMGW_T_STRINGS,             /* object of strings */
    LLMGW_T_INTS,                /* object of numbers */
    LLMGW_T_LISTS,               /* object of lists; not kept */
    LLMGW_T_NETS,                /* list of addresses and CIDRs */
    LLMGW_T_BUDGETS,             /* list or object of budgets */
    LLMGW_T_OBJECT,              /* any object; not kept */
    LLMGW_T_ANY                  /* any value; not kept */
} llmgw_type_e;


/*
 * Fields that a policy keeps.  Others are checked and live in the record only.
 * Numbers up to 63; the order is part of the layout.
 */

typedef enum {
    LLMGW_F_ALIAS = 0,           /* key_alias, team_alias, user_alias … */
    LLMGW_F_USER_ID,             /* owners */
    LLMGW_F_TEAM_ID,
    LLMGW_F_ORGANIZATION_ID,
    LLMGW_F_BUDGET_ID,
    LLMGW_F_BLOCKED,
    LLMGW_F_EXPIRES,
    LLMGW_F_ROTATED_TO,          /* digest of the key that takes its place */
    LLMGW_F_USER_ROLE,           /* llmgw_user_role_e */
    LLMGW_F_MODELS,
    LLMGW_F_ALIASES,             /* aliases, model_aliases */
    LLMGW_F_ALLOWED_ROUTES,
    LLMGW_F_ALLOWED_IPS,
    LLMGW_F_CLIENT_CERTS,        /* allowed_client_fingerprints, lower case */
    LLMGW_F_JWT_CLAIMS,          /* name: value */
    LLMGW_F_ENFORCED_PARAMS,
    LLMGW_F_TAGS,                /* tags, also metadata.tags */
    LLMGW_F_GUARDRAILS,
    LLMGW_F_MAX_BUDGET,
    LLMGW_F_SOFT_BUDGET,
    LLMGW_F_BUDGET_DURATION,
    LLMGW_F_BUDGET_RESET_AT,
    LLMGW_F_TEMP_INCREASE,
    LLMGW_F_TEMP_EXPIRY,
    LLMGW_F_BUDGETS,             /* budget_limits: several at once */
    LLMGW_F_MODEL_BUDGETS,       /* model_max_budget */
    LLMGW_F_RPM,
    LLMGW_F_TPM,
    LLMGW_F_PARALLEL,
    LLMGW_F_MODEL_RPM,
    LLMGW_F_MODEL_TPM,
    LLMGW_F_MEMBER_BUDGET,       /* of a team: what each member may */
    LLMGW_F_MEMBER_DURATION,
    LLMGW_F_MEMBER_RPM,
    LLMGW_F_MEMBER_TPM,
    LLMGW_F_SPEND,               /* in the period, when the record was made */
    LLMGW_F_TOTAL_SPEND,         /* ever */
    LLMGW_F_VERSION,             /* of the record */
    LLMGW_F_QUEUE_WEIGHT,
    LLMGW_F_MAX
} llmgw_field_e;


typedef enum {
    LLMGW_USER_INTERNAL_USER = 0,
    LLMGW_USER_INTERNAL_USER_VIEWER,
    LLMGW_USER_PROXY_ADMIN,
    LLMGW_USER_PROXY_ADMIN_VIEWER
} llmgw_user_role_e;


/* A name of the records, for those who check requests field by field. */

typedef struct {
    llmgw_str_t          name;
    uint16_t             kinds;      /* bit 1 << llmgw_kind_e */
    uint8_t              type;       /* llmgw_type_e */
    uint8_t              field;      /* llmgw_field_e, LLMGW_F_MAX: not kept */
    uint32_t             max;        /* bytes of a string, members of a list */
    const llmgw_str_t   *values;     /* of LLMGW_T_ENUM, ends with len 0 */
    unsigned             record:1;   /* made by the gateway: spend, created_at
                                        …; no request may set it */
} llmgw_field_t;

/* NULL: the records of this kind have no such field */

const llmgw_field_t *llmgw_field_find(llmgw_kind_e kind, llmgw_str_t name);

/* The n-th of all names, NULL behind the last. */

const llmgw_field_t *llmgw_field(unsigned n);


/* What is wrong with a record, in words for whoever sent it. */

typedef struct {
    llmgw_str_t  field;          /* "models", "budget_limits[0].max_budget" */
    llmgw_str_t  message;        /* "must not be negative" */
} llmgw_problem_t;


typedef struct {
    uint32_t  size;              /* of the whole block, in bytes */
    uint8_t   layout;
    uint8_t   kind;
    uint16_t  routes;            /* LLMGW_ROUTES_*, of allowed_routes */
    uint64_t  mask;              /* fields that are there */
} llmgw_policy_t;

#define LLMGW_POLICY_LAYOUT  1

/* A record has at most this many bytes, and so has its policy. */

#define LLMGW_RECORD_MAX     (512 * 1024)


/*
 * Makes a policy from a record.  strict: a field that the kind does not have
 * is an error, and so are those that only the gateway may set; otherwise it is
 * passed over.  LLMGW_INVALID: problem says what is wrong; LLMGW_ERROR: no
 * memory.  A null stands for a field that is not there.
 */

llmgw_int_t llmgw_policy_read(llmgw_arena_t *a, llmgw_kind_e kind,
    llmgw_str_t json, unsigned strict, llmgw_policy_t **policy,
    llmgw_problem_t *problem);

/* Checks one value as it would be checked in a record. */

llmgw_int_t llmgw_field_check(llmgw_arena_t *a, const llmgw_field_t *f,
    llmgw_str_t json, llmgw_problem_t *problem);


/* Reading a policy.  All of them take NULL for a policy without any field. */

#define llmgw_policy_has(p, field)                                           \
    ((p) != NULL && ((p)->mask >> (field) & 1))

/* BOOL, INT, MONEY, DURATION, TIME, ENUM; or "missing" */

int64_t llmgw_policy_number(const llmgw_policy_t *p, llmgw_field_e field,
    int64_t missing);

/* STRING; or empty */

llmgw_str_t llmgw_policy_string(const llmgw_policy_t *p,
    llmgw_field_e field);

/* LIST, STRINGS, INTS, NETS, BUDGETS: how many there are, and the n-th */

unsigned llmgw_policy_count(const llmgw_policy_t *p, llmgw_field_e field);

typedef struct {
    llmgw_str_t  name;           /* the string; or the member's name */
    llmgw_str_t  value;          /* STRINGS */
    int64_t      number;         /* INTS; BUDGETS: nano-dollars */
    int64_t      duration;       /* BUDGETS; 0: it never ends */
} llmgw_item_t;

void llmgw_policy_item(const llmgw_policy_t *p, llmgw_field_e field,
    unsigned n, llmgw_item_t *item);

/* The member of this name of STRINGS or INTS. */

int llmgw_policy_member(const llmgw_policy_t *p, llmgw_field_e field,
    llmgw_str_t name, llmgw_item_t *item);


/*
 * Decisions.  groups are the access groups that the model belongs to.
 *
 * Models: no list, an empty one and "all-proxy-models" allow all of them,
 * "no-default-models" none; "all-team-models" leaves it to the team.  A name
 * may hold "*" for any run of characters.
 */

int llmgw_policy_model(const llmgw_policy_t *p, llmgw_str_t model,
    const llmgw_str_t *groups, unsigned ngroups);

/* A pattern with "*" for any run of characters. */

int llmgw_wildcard(llmgw_str_t pattern, llmgw_str_t text);

/*
 * Routes: paths with or without "/v1", with "*" at the end, and the groups
 * llm_api_routes, info_routes, management_routes.
 */

#define LLMGW_ROUTES_ALL         0x01    /* no list */
#define LLMGW_ROUTES_LLM         0x02
#define LLMGW_ROUTES_INFO        0x04
#define LLMGW_ROUTES_MANAGEMENT  0x08

int llmgw_policy_route(const llmgw_policy_t *p, unsigned route_group,
    llmgw_str_t path);

/* Addresses: 4 or 16 bytes, as they are in a packet. */

int llmgw_policy_address(const llmgw_policy_t *p, const u_char *addr,
    size_t len);

/* The pieces of an address or CIDR: its bytes (4 or 16) and prefix length. */

llmgw_int_t llmgw_net_parse(llmgw_str_t s, u_char *addr, size_t *len,
    unsigned *prefix);

/* The fingerprint of a certificate, hex in any case, with or without ":". */

int llmgw_policy_certificate(const llmgw_policy_t *p, llmgw_str_t hex);


#endif /* _LLMGW_POLICY_H_INCLUDED_ */
