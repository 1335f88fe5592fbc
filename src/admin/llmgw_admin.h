
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The admin API without its server: which paths there are, what a request to
 * each may say, how records are made of it, and what the answers look like.
 * Names of paths and members are LiteLLM's.
 *
 * JSON is jansson's here: nothing of this is on the way of a request to a
 * model.  Functions that return json_t * give a reference to the caller, NULL
 * without memory.
 */


#ifndef _LLMGW_ADMIN_H_INCLUDED_
#define _LLMGW_ADMIN_H_INCLUDED_


#include <jansson.h>

#include "llmgw_policy.h"


#define LLMGW_ADMIN_DUMP  (JSON_COMPACT|JSON_REAL_PRECISION(15))

/* bytes of a request's body */
#define LLMGW_ADMIN_BODY  (1024 * 1024)

/* ids and keys in one request */
#define LLMGW_ADMIN_IDS   1000

#define LLMGW_ADMIN_PAGE  100        /* rows of a page, if nobody says */


typedef enum {
    LLMGW_ADMIN_NEW = 0,
    LLMGW_ADMIN_UPDATE,
    LLMGW_ADMIN_INFO,
    LLMGW_ADMIN_LIST,
    LLMGW_ADMIN_DELETE,
    LLMGW_ADMIN_BLOCK,
    LLMGW_ADMIN_UNBLOCK,
    LLMGW_ADMIN_REGENERATE,
    LLMGW_ADMIN_RESET_SPEND,
    LLMGW_ADMIN_MEMBER_ADD,
    LLMGW_ADMIN_MEMBER_UPDATE,
    LLMGW_ADMIN_MEMBER_DELETE,
    LLMGW_ADMIN_MODELS,
    LLMGW_ADMIN_LOGS,            /* a list of requests, or sums of days */
    LLMGW_ADMIN_LOGS_PAGE,       /* the same with a count */
    LLMGW_ADMIN_SPEND,           /* sums of one kind */
    LLMGW_ADMIN_REPORT,
    LLMGW_ADMIN_AUDIT,
    LLMGW_ADMIN_OPS
} llmgw_admin_op_e;


/* How a parameter of a request is given. */

typedef enum {
    LLMGW_P_STRING = 0,
    LLMGW_P_ID,                  /* of an entity */
    LLMGW_P_KEY,                 /* a key, or the digest of one */
    LLMGW_P_NEW_KEY,             /* a key that is to be */
    LLMGW_P_BOOL,
    LLMGW_P_INT,                 /* min to max */
    LLMGW_P_MONEY,
    LLMGW_P_DURATION,
    LLMGW_P_LIFE,                /* a duration, or "-1" for ever */
    LLMGW_P_FROM,                /* a time; a date is its first second … */
    LLMGW_P_TO,                  /* … or its last one */
    LLMGW_P_IDS,                 /* a list */
    LLMGW_P_WORDS,               /* ids with commas, in a query */
    LLMGW_P_KEYS,
    LLMGW_P_ENUM,
    LLMGW_P_MEMBERS              /* {"role", "user_id"}, or a list of them */
} llmgw_admin_type_e;


typedef struct {
    llmgw_str_t                  name;
    llmgw_admin_type_e           type;
    int64_t                      min;
    int64_t                      max;
    const llmgw_str_t           *values;     /* of an enum; ends with len 0 */
    unsigned                     required:1;
} llmgw_admin_param_t;


#define LLMGW_ADMIN_GET     0x01
#define LLMGW_ADMIN_POST    0x02
#define LLMGW_ADMIN_PATCH   0x04
#define LLMGW_ADMIN_DELETE_METHOD  0x08


typedef struct {
    llmgw_str_t                  path;       /* "{}" stands for one segment */
    uint8_t                      methods;
    uint8_t                      op;         /* llmgw_admin_op_e */
    uint8_t                      kind;       /* llmgw_kind_e */
    uint8_t                      group;      /* of LLMGW_ADMIN_SPEND: a kind;
                                                of lists: another shape */
    const llmgw_admin_param_t   *params;     /* ends with an empty name */
    llmgw_str_t                  segment;    /* the parameter that "{}" is */
    unsigned                     fields:1;   /* takes those of the record */
    unsigned                     write:1;    /* changes something */
} llmgw_admin_route_t;


/* NULL: no such path.  *segment is what stands at "{}", percent-decoded. */

const llmgw_admin_route_t *llmgw_admin_find(llmgw_str_t path,
    llmgw_str_t *segment);

/* The n-th of all, NULL behind the last. */

const llmgw_admin_route_t *llmgw_admin_route(unsigned n);

/* "key", "team_id", "user_id", … : how requests and answers name an id */

llmgw_str_t llmgw_admin_id_name(llmgw_kind_e kind);

/* LiteLLM's name of the table, which its audit log has */

llmgw_str_t llmgw_admin_table(llmgw_kind_e kind);


/*
 * What was asked.  params has what the route takes, with its types: numbers
 * for INT, MONEY (nano-dollars), times (Unix seconds); ids for keys; lists for
 * IDS, WORDS, KEYS, MEMBERS.  fields has those of a record, checked one by one,
 * with null for what is to be removed.
 */

typedef struct {
    json_t           *params;
    json_t           *fields;
    llmgw_problem_t   problem;
    unsigned          syntax:1;      /* no JSON: the field says nothing */
} llmgw_admin_request_t;

/*
 * Texts of the problem are in the arena.  LLMGW_OK; LLMGW_INVALID: problem
 * says why; LLMGW_ERROR: no memory.  The members of rq are the caller's to
 * free in any case.
 */

llmgw_int_t llmgw_admin_read_body(llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_str_t body,
    llmgw_admin_request_t *rq);
llmgw_int_t llmgw_admin_read_query(llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_str_t query,
    llmgw_admin_request_t *rq);

/* Sets the parameter that stands in the path, behind one of the above. */

llmgw_int_t llmgw_admin_read_segment(llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_str_t segment,
    llmgw_admin_request_t *rq);

/* Whether all that is required is there. */

llmgw_int_t llmgw_admin_complete(llmgw_arena_t *a,
    const llmgw_admin_route_t *route, llmgw_admin_request_t *rq);


/* Members of params: "" / missing where there is none. */

llmgw_str_t llmgw_admin_text(const json_t *object, const char *name);
int64_t llmgw_admin_number(const json_t *object, const char *name,
    int64_t missing);
int llmgw_admin_true(const json_t *object, const char *name, int missing);


/*
 * Keys.  A key is "sk-" and 32 characters for 24 random bytes (192 bits); its
 * id is the SHA-256 in hex digits.  "name" is what may be shown of it.
 */

#define LLMGW_ADMIN_RANDOM    24
#define LLMGW_ADMIN_KEY_LEN   35
#define LLMGW_ADMIN_DIGEST    64
#define LLMGW_ADMIN_NAME_LEN  10

void llmgw_admin_make_key(const u_char *random, u_char *key);
void llmgw_admin_key_name(llmgw_str_t key, u_char *name);

/* Of a key, or of what is a digest already; LLMGW_ERROR: no memory. */

llmgw_int_t llmgw_admin_key_id(llmgw_str_t key, u_char *id);

/* A name for what has none: 36 characters of a UUID of 16 random bytes. */

#define LLMGW_ADMIN_UUID_LEN  36

void llmgw_admin_uuid(const u_char *random, u_char *uuid);


/*
 * Records.  merge() changes record by the fields of a request; stamp() says
 * who did it and when.  text() checks the record as a whole and gives what the
 * store keeps.  LLMGW_OK, LLMGW_INVALID, LLMGW_ERROR.
 */

llmgw_int_t llmgw_admin_merge(json_t *record, const json_t *fields);
llmgw_int_t llmgw_admin_stamp(json_t *record, int64_t now, llmgw_str_t by,
    unsigned created);
llmgw_int_t llmgw_admin_record_text(llmgw_arena_t *a, llmgw_kind_e kind,
    const json_t *record, llmgw_str_t *text, llmgw_problem_t *problem);

/* What a store has kept; NULL also where it is no object. */

json_t *llmgw_admin_record(llmgw_str_t text);


/* Members of a team: a list of {"user_id", "role"}. */

llmgw_int_t llmgw_admin_member_add(json_t *record, llmgw_str_t user,
    llmgw_str_t role);
llmgw_int_t llmgw_admin_member_delete(json_t *record, llmgw_str_t user);
json_t *llmgw_admin_member(const json_t *record, llmgw_str_t user);

/* A list of names in a record: "teams" of a user. */

llmgw_int_t llmgw_admin_list_add(json_t *record, const char *name,
    llmgw_str_t s);
void llmgw_admin_list_delete(json_t *record, const char *name,
    llmgw_str_t s);


/* What the zone knows of an entity. */

typedef struct {
    int64_t          spend;          /* nano-dollars; -1: not known */
    int64_t          total;
    int64_t          reset_at;       /* Unix seconds; 0: none */
    int64_t          now;
} llmgw_admin_state_t;

/* The row of an answer: all columns, also those that were never set. */

json_t *llmgw_admin_row(llmgw_kind_e kind, llmgw_str_t id,
    const json_t *record, const llmgw_admin_state_t *state);

/*
 * What differs between two records, one of which may be NULL: the members as
 * they were and as they are.
 */

llmgw_int_t llmgw_admin_diff(const json_t *before, const json_t *after,
    json_t **was, json_t **is);


/* Values for answers. */

json_t *llmgw_admin_string(llmgw_str_t s);   /* bad UTF-8 is replaced */
json_t *llmgw_admin_money(int64_t nano);
json_t *llmgw_admin_time(int64_t seconds);   /* null for 0 */

/* {"error": {message, type, param, code}}; with "detail" for status 422 */

json_t *llmgw_admin_error(unsigned status, llmgw_str_t type,
    llmgw_str_t param, llmgw_str_t message);


#endif /* _LLMGW_ADMIN_H_INCLUDED_ */
