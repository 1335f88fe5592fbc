
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * JSON Schemas, rewritten to what a service takes.  A dialect states its rules
 * as a table of keywords and two functions for what a table cannot say; the
 * walk itself, and what is a schema and what is data, are the same for all.
 */


#ifndef _LLMGW_SCHEMA_H_INCLUDED_
#define _LLMGW_SCHEMA_H_INCLUDED_


#include "llmgw_out.h"


typedef struct llmgw_schema_s        llmgw_schema_t;
typedef struct llmgw_schema_rules_s  llmgw_schema_rules_t;


typedef enum {
    LLMGW_SCHEMA_COPY = 0,   /* the value is data: as it stands */
    LLMGW_SCHEMA_DROP,
    LLMGW_SCHEMA_ONE,        /* the value is a schema */
    LLMGW_SCHEMA_LIST,       /* … an array of schemas, or a schema */
    LLMGW_SCHEMA_MAP,        /* … an object of schemas: names are data */
    LLMGW_SCHEMA_ASK         /* rules->ask() decides */
} llmgw_schema_e;


typedef struct {
    llmgw_str_t     name;
    llmgw_schema_e  action;
    llmgw_str_t     rename;  /* the keyword's name there; empty: the same */
} llmgw_schema_rule_t;


struct llmgw_schema_rules_s {
    const llmgw_schema_rule_t  *rule;
    size_t                      n;
    llmgw_schema_e              other;  /* for keywords without a rule */

    llmgw_schema_e (*ask)(llmgw_schema_t *s, const llmgw_json_node_t *schema,
        const llmgw_json_node_t *key, const llmgw_json_node_t *value);

    /* before a schema ends: adds members */
    void (*close)(llmgw_schema_t *s, const llmgw_json_node_t *schema);
};


struct llmgw_schema_s {
    const llmgw_json_t          *doc;
    const llmgw_schema_rules_t  *rules;
    llmgw_arena_t               *arena;
    llmgw_out_t                 *out;
    llmgw_str_t                  description;  /* of a root that has none */
    llmgw_str_t                  type;         /* the same; jstr */
    const llmgw_json_node_t     *root;
};


/*
 * Finds the nodes of a schema: those of doc when raw stands in its text, else
 * those of a new document in own.  NULL without memory, or when raw is no
 * JSON; *used is the document of the nodes.
 */

const llmgw_json_node_t *llmgw_schema_find(const llmgw_json_t *doc,
    llmgw_str_t raw, llmgw_arena_t *a, llmgw_json_t *own,
    const llmgw_json_t **used);

/* Writes the schema; s->out, doc, rules and arena are set. */

void llmgw_schema_write(llmgw_schema_t *s, const llmgw_json_node_t *schema);

/* Whether a schema is one of objects: by its type, or by what it says. */

unsigned llmgw_schema_is_object(const llmgw_json_t *j,
    const llmgw_json_node_t *schema);

/*
 * Whether every object in it requires all its properties and allows no other:
 * what OpenAI's strict mode demands.
 */

unsigned llmgw_schema_closed(const llmgw_json_t *j,
    const llmgw_json_node_t *schema, llmgw_arena_t *a);


/* Anthropic's structured outputs and strict tools */

extern const llmgw_schema_rules_t  llmgw_schema_anthropic;


#endif /* _LLMGW_SCHEMA_H_INCLUDED_ */
