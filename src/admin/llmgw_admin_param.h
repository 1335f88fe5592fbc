
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#ifndef _LLMGW_ADMIN_PARAM_H_INCLUDED_
#define _LLMGW_ADMIN_PARAM_H_INCLUDED_


#include "llmgw_admin.h"


/* A request while it is read. */

typedef struct {
    llmgw_arena_t              *arena;
    const llmgw_admin_route_t  *route;
    llmgw_admin_request_t      *rq;
    unsigned                    query:1;     /* all values are texts */
} llmgw_admin_reading_t;


/* LLMGW_INVALID, with the problem set; message is a constant. */

llmgw_int_t llmgw_admin_wrong(llmgw_admin_reading_t *rd, llmgw_str_t field,
    const char *message);

/* The text of a JSON string, for as long as the string lives. */

llmgw_str_t llmgw_admin_value(const json_t *v);

/* A member of the object, which takes the value; NULL is LLMGW_ERROR. */

llmgw_int_t llmgw_admin_put(json_t *object, llmgw_str_t name, json_t *value);

/* Without control characters. */

int llmgw_admin_clean(llmgw_str_t s);

/*
 * {"user_id": ..., "role": ...}, or a list of these: always a list of them,
 * the caller's.
 */

llmgw_int_t llmgw_admin_members(llmgw_admin_reading_t *rd, llmgw_str_t name,
    json_t *v, json_t **list);

/*
 * A parameter of the route, checked by its type and put into the request's
 * params.  LLMGW_INVALID: the problem is set.
 */

llmgw_int_t llmgw_admin_read_param(llmgw_admin_reading_t *rd,
    const llmgw_admin_param_t *p, json_t *v);


#endif /* _LLMGW_ADMIN_PARAM_H_INCLUDED_ */
