
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Output: a list of segments, each either bytes written here or a reference
 * to bytes that stand elsewhere (a prompt in the client's body).  Errors are
 * sticky: writers write on and look at "failed" once at the end.
 */


#ifndef _LLMGW_OUT_H_INCLUDED_
#define _LLMGW_OUT_H_INCLUDED_


#include "llmgw_json.h"


typedef struct llmgw_seg_s  llmgw_seg_t;

struct llmgw_seg_s {
    const u_char  *pos;
    const u_char  *last;
    llmgw_seg_t   *next;
};


typedef struct {
    u_char         *pos;        /* room in the current block */
    u_char         *end;
    u_char         *from;       /* where the current segment began */

    llmgw_seg_t    *head;
    llmgw_seg_t   **tail;

    llmgw_arena_t  *arena;
    size_t          block;      /* size of a block in bytes */
    size_t          ref;        /* refer to runs this long; 0: copy all */
    size_t          size;       /* bytes in closed segments */
    size_t          max;        /* hard maximum in bytes; 0: none */

    unsigned        comma:1;    /* the next JSON member needs a comma */
    unsigned        failed:1;   /* no memory, or past the maximum */
    unsigned        large:1;    /* … it was the maximum */
} llmgw_out_t;


/*
 * ref: runs of at least so many bytes are referred to and must outlive the
 * output; 0 where the input does not.
 */

void llmgw_out_init(llmgw_out_t *o, llmgw_arena_t *a, size_t block,
    size_t ref, size_t max);

/* Closes the last segment.  LLMGW_OK, LLMGW_ERROR, LLMGW_TOO_LARGE. */

llmgw_int_t llmgw_out_close(llmgw_out_t *o);

/* Bytes written so far. */

#define llmgw_out_size(o)  ((o)->size + (size_t) ((o)->pos - (o)->from))

/* The closed output as one run; copies unless it is one segment already. */

llmgw_str_t llmgw_out_join(llmgw_out_t *o, llmgw_arena_t *a);

void llmgw_put_slow(llmgw_out_t *o, const u_char *data, size_t len);

/* n bytes of room in one piece, or NULL; the caller advances o->pos. */

u_char *llmgw_out_room(llmgw_out_t *o, size_t n);


static inline void
llmgw_put_n(llmgw_out_t *o, const void *data, size_t len)
{
    if (len <= (size_t) (o->end - o->pos)
        && (o->ref == 0 || len < o->ref))
    {
        if (len) {
            memcpy(o->pos, data, len);
            o->pos += len;
        }

        return;
    }

    llmgw_put_slow(o, data, len);
}

#define llmgw_put(o, str)    llmgw_put_n(o, (str).data, (str).len)
#define llmgw_puts(o, lit)   llmgw_put_n(o, lit, sizeof(lit) - 1)


static inline void
llmgw_putc(llmgw_out_t *o, u_char c)
{
    if (o->pos < o->end || llmgw_out_room(o, 1) != NULL) {
        *o->pos++ = c;
    }
}


void llmgw_put_int(llmgw_out_t *o, int64_t n);

/* Bytes as a JSON string's content, without quotes. */

void llmgw_put_escaped(llmgw_out_t *o, llmgw_str_t bytes);

/* A jstr with its quotes. */

static inline void
llmgw_put_jstr(llmgw_out_t *o, llmgw_str_t s)
{
    llmgw_putc(o, '"');
    llmgw_put(o, s);
    llmgw_putc(o, '"');
}

/* A JSON text without the white space outside of its strings. */

void llmgw_put_compact(llmgw_out_t *o, llmgw_str_t json);

/* The same as the content of a JSON string. */

void llmgw_put_compact_escaped(llmgw_out_t *o, llmgw_str_t json);


/*
 * JSON structure.  The comma flag is all the state there is: a member or an
 * element that is not the first puts its comma, opening clears it, closing and
 * values set it.
 */

static inline void
llmgw_json_comma(llmgw_out_t *o)
{
    if (o->comma) {
        llmgw_putc(o, ',');
    }
}

static inline void
llmgw_json_open(llmgw_out_t *o, u_char bracket)
{
    llmgw_json_comma(o);
    llmgw_putc(o, bracket);
    o->comma = 0;
}

static inline void
llmgw_json_close(llmgw_out_t *o, u_char bracket)
{
    llmgw_putc(o, bracket);
    o->comma = 1;
}

/* A member's name; then comes its value by a function that puts a comma. */

static inline void
llmgw_json_key_n(llmgw_out_t *o, const char *name, size_t len)
{
    llmgw_json_comma(o);
    llmgw_putc(o, '"');
    llmgw_put_n(o, name, len);
    llmgw_puts(o, "\":");
    o->comma = 0;
}

#define llmgw_json_key(o, lit)  llmgw_json_key_n(o, lit, sizeof(lit) - 1)

static inline void
llmgw_json_put_raw(llmgw_out_t *o, llmgw_str_t json)
{
    llmgw_json_comma(o);
    llmgw_put(o, json);
    o->comma = 1;
}

static inline void
llmgw_json_put_jstr(llmgw_out_t *o, llmgw_str_t s)
{
    llmgw_json_comma(o);
    llmgw_put_jstr(o, s);
    o->comma = 1;
}

static inline void
llmgw_json_put_int(llmgw_out_t *o, int64_t n)
{
    llmgw_json_comma(o);
    llmgw_put_int(o, n);
    o->comma = 1;
}

/* "name":"jstr", "name":raw JSON, "name":number */

#define llmgw_json_member(o, lit, s)                                         \
    (llmgw_json_key(o, lit), llmgw_json_put_jstr(o, s))
#define llmgw_json_member_raw(o, lit, s)                                     \
    (llmgw_json_key(o, lit), llmgw_json_put_raw(o, s))
#define llmgw_json_member_int(o, lit, n)                                     \
    (llmgw_json_key(o, lit), llmgw_json_put_int(o, n))


#endif /* _LLMGW_OUT_H_INCLUDED_ */
