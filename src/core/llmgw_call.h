
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * One call of a client: what it asked for, the attempts to have it answered,
 * and the dialects on both sides.  This is the library's interface to whoever
 * does the I/O:
 *
 *     llmgw_call_init(), llmgw_call_read()     the client's request
 *     llmgw_call_prepare()                     for each attempt: what to send
 *     llmgw_reply_init(), …_feed(), …_end()    what comes back
 */


#ifndef _LLMGW_CALL_H_INCLUDED_
#define _LLMGW_CALL_H_INCLUDED_


#include "llmgw_chat.h"
#include "llmgw_splice.h"
#include "llmgw_sse.h"
#include "llmgw_tag.h"


typedef struct llmgw_call_s      llmgw_call_t;
typedef struct llmgw_dialect_s   llmgw_dialect_t;
typedef struct llmgw_target_s    llmgw_target_t;
typedef struct llmgw_upstream_s  llmgw_upstream_t;
typedef struct llmgw_reader_s    llmgw_reader_t;
typedef struct llmgw_writer_s    llmgw_writer_t;
typedef struct llmgw_header_s    llmgw_header_t;
typedef struct llmgw_door_s      llmgw_door_t;
typedef struct llmgw_task_s      llmgw_task_t;
typedef struct llmgw_traits_s    llmgw_traits_t;
typedef struct llmgw_resume_s    llmgw_resume_t;


/* What a client may ask for at most: reservations are made of it. */

#define LLMGW_CALL_MAX_N       128
#define LLMGW_CALL_MAX_TOKENS  2147483647


/* Endpoints */

typedef enum {
    LLMGW_EP_NONE = 0,
    LLMGW_EP_CHAT,
    LLMGW_EP_COMPLETIONS,
    LLMGW_EP_EMBEDDINGS,
    LLMGW_EP_MODERATIONS,
    LLMGW_EP_IMAGES,
    LLMGW_EP_IMAGE_EDITS,
    LLMGW_EP_IMAGE_VARIATIONS,
    LLMGW_EP_TRANSCRIPTIONS,
    LLMGW_EP_TRANSLATIONS,
    LLMGW_EP_SPEECH,
    LLMGW_EP_RERANK,
    LLMGW_EP_RESPONSES,
    LLMGW_EP_RESPONSES_INPUT_TOKENS,
    LLMGW_EP_RESPONSES_COMPACT,
    LLMGW_EP_RESPONSE,          /* a stored one */
    LLMGW_EP_CONVERSATIONS,
    LLMGW_EP_CONVERSATION,
    LLMGW_EP_MESSAGES,
    LLMGW_EP_COUNT_TOKENS,
    LLMGW_EP_GENERATE,
    LLMGW_EP_STREAM_GENERATE,
    LLMGW_EP_GEMINI_COUNT,
    LLMGW_EP_EMBED_CONTENT,
    LLMGW_EP_BATCH_EMBED,
    LLMGW_EP_GEMINI_PREDICT,
    LLMGW_EP_GEMINI_MODELS,
    LLMGW_EP_GEMINI_MODEL,
    LLMGW_EP_GEMINI_OTHER,      /* of the API, and not served */
    LLMGW_EP_MODELS,
    LLMGW_EP_MODEL,
    LLMGW_EP_HELLO,             /* agents warm their connection up */
    LLMGW_EP_HEALTH,
    LLMGW_EP_LIVELINESS,
    LLMGW_EP_READINESS,
    LLMGW_EP_MAX
} llmgw_ep_e;


#define LLMGW_BODY_NONE       0
#define LLMGW_BODY_JSON       1
#define LLMGW_BODY_MULTIPART  2      /* or, where the flag is with JSON's */

typedef struct {
    llmgw_ep_e              id;
    llmgw_str_t             path;
    unsigned                post:1;
    unsigned                body:2;
    unsigned                prefix:1;   /* more path follows */
    unsigned                open:1;     /* answers without a key */
    unsigned                usage:1;    /* include_usage is a member of it */
    unsigned                count:1;    /* of a chat, only its tokens */
    unsigned                stored:1;   /* names what the provider stores */
    const llmgw_dialect_t  *native;     /* whose endpoint it is */
    const llmgw_door_t     *door;       /* how its clients are understood */
    llmgw_str_t             method;     /* behind the path's last colon */
    unsigned                in_path:1;  /* the model is: rest */
    unsigned                streams:1;  /* it always does */
} llmgw_endpoint_t;

/*
 * The endpoint of a normalized path (without query), or NULL.  The "/v1" in
 * front may be missing.  rest is what follows a path with "prefix" set, and
 * the model where the path names it.
 */

const llmgw_endpoint_t *llmgw_endpoint_find(llmgw_str_t path,
    llmgw_str_t *rest);

/*
 * Several APIs have the same paths for their models: the endpoint as clients
 * of the Messages API or of Gemini's understand it, or the same one.
 */

const llmgw_endpoint_t *llmgw_endpoint_messages(const llmgw_endpoint_t *ep);
const llmgw_endpoint_t *llmgw_endpoint_gemini(const llmgw_endpoint_t *ep);


/* Where an attempt goes; made from the configuration, read-only. */

typedef struct {
    llmgw_str_t  anthropic_version;     /* empty: the default */
    llmgw_str_t  openai_organization;
    llmgw_str_t  openai_project;
    llmgw_str_t  azure_api_version;     /* empty: "v1" */
    llmgw_str_t  model_family;          /* what an opaque name stands for */
    llmgw_str_t  huggingface_bill_to;
    llmgw_str_t  google_project;        /* Vertex AI */
    llmgw_str_t  google_location;
    llmgw_str_t  google_user_project;   /* who is billed; may be empty */
    llmgw_str_t  claude_betas;          /* that another platform takes … */
    llmgw_str_t  claude_lacks;          /* … and members it does not; lists */
    llmgw_str_t  huggingface_adapter;   /* of TGI */
    llmgw_str_t  bedrock_guardrail;     /* empty: none; these are jstr */
    llmgw_str_t  bedrock_guardrail_version;
    llmgw_str_t  bedrock_guardrail_mode; /* of streams: sync, async */
    int64_t      max_tokens;            /* where a service demands it; 0 */
    unsigned     refuse_lossy:1;        /* refuse what would be dropped */
    unsigned     drop:1;                /* drop what would be refused */
    unsigned     interleaved_thinking:1;
    unsigned     hide_thinking:1;       /* do not ask for readable thoughts */
    unsigned     no_stream_usage:1;     /* nor for tokens that the client
                                           did not ask for */
    unsigned     bedrock_invoke:1;      /* Claude in its own format */
} llmgw_settings_t;

struct llmgw_target_s {
    const llmgw_dialect_t  *dialect;
    llmgw_str_t             model;      /* the provider's name; jstr */
    llmgw_str_t             base_path;  /* of the base URL, no slash at end */
    const llmgw_settings_t *settings;
    uint32_t                where;      /* llmgw_tag_where() of its place */
    const llmgw_traits_t   *traits;     /* NULL: it has none */
    llmgw_str_t             set[2];     /* JSON objects whose members are set
                                           in bodies; the second one wins */
};


struct llmgw_header_s {
    llmgw_header_t  *next;
    llmgw_str_t      name;      /* lower case */
    llmgw_str_t      value;
};


/* What goes to the provider. */

struct llmgw_upstream_s {
    llmgw_str_t      path;      /* on the wire: encoded, with its query */
    llmgw_header_t  *headers;   /* besides host, length and credentials */
    llmgw_out_t      body;
};

llmgw_int_t llmgw_upstream_header(llmgw_upstream_t *up, llmgw_arena_t *a,
    llmgw_str_t name, llmgw_str_t value);


/* Tools that only the service of the client's own dialect can run. */

typedef enum {
    LLMGW_HOSTED_DEFAULT = 0,   /* as the dialect's clients need it */
    LLMGW_HOSTED_OMIT,
    LLMGW_HOSTED_REFUSE
} llmgw_hosted_e;


/* The call */

struct llmgw_call_s {
    llmgw_arena_t           *arena;
    const llmgw_endpoint_t  *endpoint;

    /* set by the caller before llmgw_call_read() */
    int64_t                  now;           /* Unix seconds */
    u_char                   random[16];    /* for ids that we must make */
    llmgw_header_t          *headers;       /* of the client, lower case */
    llmgw_str_t              request_id;    /* the client gets it: request-id */
    llmgw_hosted_e           hosted;
    const llmgw_tags_t      *tags;          /* NULL: ids stay as they are */
    llmgw_str_t              query;         /* as it was sent, without its "?" */
    llmgw_str_t              rest;          /* of the path, see endpoint */

    /* what every endpoint has, after llmgw_call_read() */
    llmgw_str_t              body;
    llmgw_str_t              content_type;
    llmgw_json_t             doc;
    llmgw_str_t              model;         /* canonical jstr */
    llmgw_str_t              model_span;    /* its value in the body */
    llmgw_str_t              boundary;      /* multipart */
    unsigned                 multipart:1;
    unsigned                 model_quoted:1; /* span holds JSON quotes */
    unsigned                 stream:1;
    unsigned                 include_usage:1;
    unsigned                 array:1;       /* its stream is a JSON array */
    unsigned                 pinned:1;      /* it has to go to … */
    uint32_t                 where;         /* … where its ids are kept */
    llmgw_str_t              stored;        /* "/ID" and what follows it */

    llmgw_error_t            error;         /* why reading failed */

    /* the chat form; made when the first attempt needs it */
    llmgw_chat_t            *chat;
    void                    *asked;         /* what its door notes of it */

    llmgw_resume_t          *resume;        /* NULL: streams break off */

    /* of the current attempt */
    const llmgw_target_t    *target;
    const llmgw_task_t      *task;          /* no chat: what does it */
    void                    *task_data;     /* its own */
    void                    *attempt;       /* the provider's dialect's own */
    unsigned                 pass:1;        /* same dialect on both sides */
    unsigned                 usage_added:1; /* we asked for usage */
    unsigned                 json_tool:1;   /* answer is a forced tool call */
    unsigned                 show_reasoning:1;
    unsigned                 omit_thinking:1; /* … without its text */

    /*
     * Set by the caller: the attempt goes to another account or model than
     * the one that answered before, which would refuse its thinking blocks.
     */
    unsigned                 strip_thinking:1;
    unsigned                 estimated:1;   /* tokens that nobody counted */
    unsigned                 tagged:1;      /* ids in the answer get tags */
    unsigned                 fitted:1;      /* its traits have been applied */
    unsigned                 other_id:1;    /* as llmgw_head_t has it */
    llmgw_name_t            *dropped;       /* parameters, in order */
    llmgw_name_t           **dropped_last;
    llmgw_name_t            *read_dropped;  /* of them, by the chat's reader */
    llmgw_name_t           **read_last;

    uint32_t                 ids;           /* made so far */
    int64_t                  weighed;       /* tokens of the body, estimated
                                               when asked for; 0: not yet */
};

void llmgw_call_init(llmgw_call_t *call, llmgw_arena_t *a,
    const llmgw_endpoint_t *ep);

/*
 * Reads what decides: model, stream, limits.  The body must stay as it is for
 * the life of the call.  LLMGW_INVALID: call->error is the answer.
 */

llmgw_int_t llmgw_call_read(llmgw_call_t *call, llmgw_str_t body,
    llmgw_str_t content_type);

/*
 * Makes the request of one attempt.  Always starts from the client's bytes, so
 * it may be called again for another target.  LLMGW_INVALID: the target cannot
 * serve it, call->error says why.  LLMGW_DONE: nothing is to be sent, the body
 * is the client's answer.
 */

llmgw_int_t llmgw_call_prepare(llmgw_call_t *call,
    const llmgw_target_t *target, llmgw_upstream_t *up);

/* Makes call->chat, once.  LLMGW_INVALID: call->error says why not. */

llmgw_int_t llmgw_call_read_chat(llmgw_call_t *call);

/* A client's header, or an empty string. */

llmgw_str_t llmgw_call_header(const llmgw_call_t *call, llmgw_str_t name);

/*
 * Base path + "/v1" + path with exactly one "/v1": base URLs are written with
 * and without it.  data is NULL without memory.
 */

llmgw_str_t llmgw_v1_path(llmgw_arena_t *a, llmgw_str_t base,
    llmgw_str_t path);

/* Appends a name to the list of what the provider does not get. */

void llmgw_call_drop(llmgw_call_t *call, llmgw_str_t name);

/*
 * For formats that have no place for cache breakpoints: if the chat has any,
 * they are named among what the provider does not get.
 */

void llmgw_call_drop_breakpoints(llmgw_call_t *call,
    const llmgw_chat_t *chat);

/* prefix + 24 characters out of A-Za-z0-9, different for each use */

llmgw_str_t llmgw_call_id(llmgw_call_t *call, llmgw_str_t prefix);

/* Writes an error as the clients of this endpoint expect it. */

void llmgw_call_error(const llmgw_call_t *call, const llmgw_error_t *e,
    llmgw_out_t *o);


/*
 * Readers and writers of answers.  A reader gets the whole JSON document or
 * each event of a stream; a writer gets the events of the intermediate form
 * and is told by LLMGW_EV_END that there are no more.
 */

struct llmgw_reader_s {
    llmgw_call_t   *call;
    llmgw_arena_t  *arena;      /* for the life of the answer */
    llmgw_arena_t  *scratch;    /* for one event */
    llmgw_sink_pt   sink;
    void           *sink_ctx;
    llmgw_str_t     request_id; /* the provider's, from its headers */
    void           *state;      /* the dialect's own, zeroed */
    unsigned        once:1;     /* the event says more than its texts do */
    unsigned        exception:1; /* what an event is in an event stream of
                                    AWS: its name is that of an error */
};

typedef enum {
    LLMGW_FRAMES_SSE = 0,
    LLMGW_FRAMES_EVENTSTREAM,   /* application/vnd.amazon.eventstream */
    LLMGW_FRAMES_ARRAY          /* a JSON array that is written piecemeal */
} llmgw_frames_e;

typedef struct {
    size_t          state;      /* size of the state in bytes */

    llmgw_int_t   (*whole)(llmgw_reader_t *rd, const llmgw_json_t *doc);
    llmgw_int_t   (*event)(llmgw_reader_t *rd, llmgw_str_t name,
                           llmgw_str_t data);

    /* the body ended; sends what a complete answer lacks, or an error */
    llmgw_int_t   (*end)(llmgw_reader_t *rd);

    /*
     * Types of texts (LLMGW_EV_BIT()) for which this holds: an event of any
     * name that came to one such text and nothing else, and comes again at
     * once with another text, comes to that text and nothing else.  That is
     * handed to again(); NULL: no state depends on it.
     */
    uint32_t        texts;
    llmgw_int_t   (*again)(llmgw_reader_t *rd, const llmgw_event_t *ev);
} llmgw_reader_ops_t;

/* What is known of a stream that passed by and ends with an error of ours. */

typedef struct {
    int64_t         sequence;   /* of its last event, -1: none had one */
    llmgw_str_t     id;         /* jstr */
    llmgw_str_t     model;
    int64_t         created;
} llmgw_passed_t;

struct llmgw_writer_s {
    llmgw_call_t          *call;
    llmgw_arena_t         *arena;
    llmgw_out_t           *out;
    void                  *state;
    const llmgw_passed_t  *passed;  /* NULL: the stream is the writer's own */
};

typedef struct {
    size_t          state;
    llmgw_int_t   (*event)(llmgw_writer_t *w, const llmgw_event_t *ev);
} llmgw_writer_ops_t;


/*
 * What a provider's HTTP answer says beside its body.  Status 0: an error that
 * came as the first event of a stream; it has to say itself which one it is.
 */

typedef struct {
    unsigned     status;
    llmgw_str_t  content_type;
    llmgw_str_t  retry_after;      /* header values, empty when absent */
    llmgw_str_t  retry_after_ms;
    llmgw_str_t  request_id;
    llmgw_str_t  error_type;       /* x-amzn-errortype */
    llmgw_str_t  should_retry;     /* x-should-retry: "true" or "false" */
    llmgw_str_t  ratelimit_reset;  /* of the first limit that names one */
    llmgw_str_t  compute_tokens;   /* x-compute-tokens */
    llmgw_str_t  input_tokens;     /* x-amzn-bedrock-input-token-count */
    unsigned     other_id:1;       /* its header passes under its own name */
} llmgw_head_t;


/* How the clients of an endpoint speak. */

struct llmgw_door_s {
    llmgw_int_t (*read_request)(llmgw_call_t *call, llmgw_chat_t *chat);
    const llmgw_writer_ops_t  *whole;
    const llmgw_writer_ops_t  *stream;

    /* between the events of a stream, as a sign of life; empty: a comment */
    llmgw_str_t                ping;

    /* of a stream; NULL: text/event-stream */
    llmgw_str_t (*stream_type)(const llmgw_call_t *call);

    void (*write_error)(const llmgw_call_t *call, const llmgw_error_t *e,
        llmgw_out_t *o);

    /* the status that such clients expect; NULL: that of the error */
    unsigned (*error_status)(const llmgw_error_t *e);

    /* where the path names the model: what else has to be known and right
       before a request is routed */
    llmgw_int_t (*check)(llmgw_call_t *call);

    /* an endpoint with "count": the number of tokens as its answer */
    void (*write_count)(const llmgw_call_t *call, int64_t tokens,
        llmgw_out_t *o);

    /* what providers do for other clients, in their form; may be NULL */
    const llmgw_task_t        *tasks;
};

extern const llmgw_door_t  llmgw_door_chat;
extern const llmgw_door_t  llmgw_door_completions;
extern const llmgw_door_t  llmgw_door_messages;
extern const llmgw_door_t  llmgw_door_responses;
extern const llmgw_door_t  llmgw_door_gemini;
extern const llmgw_door_t  llmgw_door_gemini_other;  /* no chats */


/*
 * What is no chat: embeddings, images, rerank, speech.  A task writes the
 * provider's request from the client's body, and the client's answer from the
 * whole of the provider's.
 */

typedef struct {
    const llmgw_head_t  *head;
    llmgw_str_t          body;
    llmgw_arena_t       *arena;

    /* what comes of it */
    llmgw_out_t         *out;
    llmgw_str_t          content_type;   /* empty: application/json */
    llmgw_usage_t       *usage;
    llmgw_str_t          model;
    llmgw_error_t       *error;
} llmgw_outcome_t;

struct llmgw_task_s {
    llmgw_ep_e    endpoint;

    /* LLMGW_INVALID: call->error says why the provider cannot do it */
    llmgw_int_t (*write)(llmgw_call_t *call, llmgw_upstream_t *up);

    /* LLMGW_INVALID: answer->error; a plain "not valid" where it is empty */
    llmgw_int_t (*read)(llmgw_call_t *call, llmgw_outcome_t *answer);
};


/*
 * What has to be put right in answers that pass.  All of it works on parsed
 * bytes and leaves edits behind; what is not edited passes byte for byte.
 */

typedef struct {
    llmgw_call_t         *call;
    llmgw_arena_t        *arena;     /* for the life of the answer */
    const llmgw_json_t   *doc;       /* the event, or the answer */
    llmgw_splice_t       *splice;
    void                 *state;     /* the dialect's own, zeroed */
} llmgw_repair_t;

typedef struct {
    size_t          state;           /* size of the state in bytes */

    /* whether an event that looks like any other has to be parsed */
    unsigned      (*glance)(llmgw_repair_t *rp, llmgw_str_t data);

    /* LLMGW_OK; LLMGW_DECLINED: the client does not get it; LLMGW_ERROR */
    llmgw_int_t   (*event)(llmgw_repair_t *rp);

    /* a chat completion; there are no nodes inside of a message's members */
    llmgw_int_t   (*whole)(llmgw_repair_t *rp);
} llmgw_repair_ops_t;


/* How a provider speaks. */

struct llmgw_dialect_s {
    llmgw_str_t  name;

    /* a variant of this one: passing clients see its answers and errors */
    const llmgw_dialect_t     *base;
    const llmgw_repair_ops_t  *repair;

    /* the chat form into a request, answers and errors in */
    llmgw_int_t (*write_request)(llmgw_call_t *call, llmgw_chat_t *chat,
        llmgw_upstream_t *up);
    const llmgw_reader_ops_t  *reader;
    void (*read_error)(llmgw_call_t *call, const llmgw_head_t *head,
        llmgw_str_t body, llmgw_error_t *e);

    /* a usage object: what it reports replaces what was known */
    void (*read_usage)(llmgw_usage_t *u, const llmgw_json_t *j,
        const llmgw_json_node_t *usage);

    /* a chat whose tokens are to be counted; NULL, or LLMGW_DECLINED from it:
       they are estimated */
    llmgw_int_t (*write_count)(llmgw_call_t *call, llmgw_chat_t *chat,
        llmgw_upstream_t *up);

    /* the answer to it; LLMGW_INVALID: it is none */
    llmgw_int_t (*read_count)(const llmgw_json_t *j, int64_t *tokens);

    /* what it can do beside chats; ends with LLMGW_EP_NONE; may be NULL */
    const llmgw_task_t  *tasks;

    /* streams may come as a JSON array, whatever was asked for */
    unsigned     arrays:1;

    /* where its own clients' bytes go through: which, and how */
    unsigned (*passes)(const llmgw_call_t *call);
    llmgw_int_t (*pass_request)(llmgw_call_t *call, llmgw_upstream_t *up);
};

extern const llmgw_dialect_t  llmgw_dialect_openai;
extern const llmgw_dialect_t  llmgw_dialect_anthropic;
extern const llmgw_dialect_t  llmgw_dialect_azure;
extern const llmgw_dialect_t  llmgw_dialect_gemini;
extern const llmgw_dialect_t  llmgw_dialect_vertex;
extern const llmgw_dialect_t  llmgw_dialect_cohere;
extern const llmgw_dialect_t  llmgw_dialect_huggingface;
extern const llmgw_dialect_t  llmgw_dialect_tgi;
extern const llmgw_dialect_t  llmgw_dialect_tei;
extern const llmgw_dialect_t  llmgw_dialect_features;
extern const llmgw_dialect_t  llmgw_dialect_bedrock;

/* The dialect whose clients it understands without translation. */

#define llmgw_dialect_base(d)  ((d)->base ? (d)->base : (d))

/* "openai", "anthropic" …, or NULL */

const llmgw_dialect_t *llmgw_dialect_find(llmgw_str_t name);


#endif /* _LLMGW_CALL_H_INCLUDED_ */
