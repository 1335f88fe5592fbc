
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * In what a provider differs from the dialect that it speaks, as data; and what
 * the operator sets in the requests to it.  Both are edits of a body that is
 * complete otherwise, so that bytes which nobody changes stay as they are.
 */


#ifndef _LLMGW_TRAITS_H_INCLUDED_
#define _LLMGW_TRAITS_H_INCLUDED_


#include "llmgw_call.h"


typedef enum {
    LLMGW_QUIRK_NONE = 0,
    LLMGW_QUIRK_DROP,          /* the member "name" is refused */
    LLMGW_QUIRK_DROP_INSIDE,   /* … of a message */
    LLMGW_QUIRK_RENAME,        /* "name" is called "value" */
    LLMGW_QUIRK_CLAMP,         /* "name" is from min to max */
    LLMGW_QUIRK_ONLY,          /* nothing but "value", a list with blanks */
    LLMGW_QUIRK_MAX_STOP,      /* at most max stop sequences */
    LLMGW_QUIRK_NULLS,         /* null is not taken for absent */
    LLMGW_QUIRK_FLATTEN,       /* texts are strings, not lists of parts */
    LLMGW_QUIRK_NO_STRICT,     /* tools are never strict */
    LLMGW_QUIRK_NO_DEVELOPER,  /* there is no such role */
    LLMGW_QUIRK_CHOICE,        /* a tool_choice "name" is "value", or none */
    LLMGW_QUIRK_CHOICE_NAMED,  /* no tool can be named */
    LLMGW_QUIRK_SCHEMA_ONLY,   /* json_object is a schema of any object */
    LLMGW_QUIRK_EFFORT,        /* reasoning_effort is "name": value, or off */
    LLMGW_QUIRK_SHORT_IDS      /* of calls: nine letters and digits */
} llmgw_quirk_e;


typedef struct {
    llmgw_quirk_e  kind;
    llmgw_ep_e     endpoint;   /* LLMGW_EP_CHAT: of legacy completions, too */
    llmgw_str_t    name;
    llmgw_str_t    value;
    llmgw_str_t    off;
    llmgw_str_t    models;     /* only those with one of these in their name;
                                  a list with blanks, empty: all */
    double         min;
    double         max;
} llmgw_quirk_t;


typedef struct {
    llmgw_ep_e     endpoint;
    llmgw_str_t    path;       /* behind the base URL … */
    unsigned       root:1;     /* … or instead of the path in it */
} llmgw_own_path_t;


struct llmgw_traits_s {
    uint64_t                 endpoints;  /* 1 << llmgw_ep_e; 0: all there are */
    const llmgw_quirk_t     *quirks;     /* the last one is of no kind */
    const llmgw_own_path_t  *paths;      /* the last one of no endpoint; or NULL */
    llmgw_str_t              reasoning;  /* its member of a message; empty: the
                                            usual one */
    unsigned                 prefix:1;   /* the base URL is all that stands in
                                            front of "/chat/completions" */
    unsigned                 no_usage:1; /* a stream cannot be asked for it */
    unsigned                 parts:1;    /* thoughts are parts of a content */
    unsigned                 efforts:1;  /* all models take an effort */
    unsigned                 echo:1;     /* thoughts are to be sent back */
};


#define llmgw_traits_has(t, ep)                                              \
    ((t) == NULL || (t)->endpoints == 0                                      \
     || ((t)->endpoints & (uint64_t) 1 << (ep)) != 0)

/*
 * The path of an endpoint of OpenAI's at the call's target.  data is NULL
 * without memory.
 */

llmgw_str_t llmgw_openai_path(const llmgw_call_t *call, llmgw_ep_e endpoint,
    llmgw_str_t path);

/* What is left of traits without the quirks: where the endpoints are. */

void llmgw_traits_plain(llmgw_traits_t *t, const llmgw_traits_t *from);

/* Whether a body is to be edited at all. */

unsigned llmgw_traits_apply(const llmgw_call_t *call);

/*
 * The edits of a body that passes, and of one that has been written; sets
 * call->fitted.  LLMGW_OK, LLMGW_ERROR.
 */

llmgw_int_t llmgw_traits_edit(llmgw_call_t *call, const llmgw_json_t *j,
    llmgw_splice_t *sp);
llmgw_int_t llmgw_traits_rewrite(llmgw_call_t *call, llmgw_upstream_t *up);

/* Answers that pass: llmgw_traits_answer.c */

extern const llmgw_repair_ops_t  llmgw_traits_repair;

#define llmgw_traits_repairs(t)                                              \
    ((t) != NULL && ((t)->reasoning.len || (t)->parts))


#endif /* _LLMGW_TRAITS_H_INCLUDED_ */
