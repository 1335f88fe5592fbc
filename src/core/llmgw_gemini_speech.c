
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Speech.  The service gives bare samples, and more than that is not made of
 * them here than a header in front.
 */


#include "llmgw_gemini_tasks.h"
#include "llmgw_jstr.h"


/* samples a second where the service does not say, bytes of each */
#define LLMGW_GEMINI_RATE    24000
#define LLMGW_GEMINI_SAMPLE  2

#define LLMGW_WAV_HEADER     44


static uint32_t llmgw_speech_rate(llmgw_str_t mime);
static void llmgw_speech_header(u_char *p, uint32_t rate, size_t n);


/* the format asked for: it is "wav" where nothing is said */

static llmgw_str_t
llmgw_speech_format(llmgw_call_t *call)
{
    llmgw_str_t  format;

    format = llmgw_json_get_str(&call->doc, call->doc.nodes,
                                "response_format");

    return format.len ? format : llmgw_lit("wav");
}


llmgw_int_t
llmgw_gemini_speech_body(llmgw_call_t *call, llmgw_upstream_t *up)
{
    llmgw_out_t         *o;
    llmgw_str_t          input, voice, instructions, format;
    llmgw_node_t        *v;
    const llmgw_json_t  *j;

    static const llmgw_str_t  known[] = {
        llmgw_string("model"),
        llmgw_string("input"),
        llmgw_string("voice"),
        llmgw_string("instructions"),
        llmgw_string("response_format"),
        llmgw_string("stream_format")
    };

    o = &up->body;
    j = &call->doc;

    llmgw_task_drop(call, j, NULL, 0, known, llmgw_nelts(known));

    if (call->stream) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("stream_format"),
                                        "cannot be served by this provider");
    }

    format = llmgw_speech_format(call);

    if (!llmgw_str_is(format, "wav") && !llmgw_str_is(format, "pcm")) {
        return llmgw_gemini_task_refuse(call, llmgw_lit("response_format"),
                                        "must be \"wav\" or \"pcm\" for this "
                                        "provider");
    }

    input = llmgw_json_get_str(j, j->nodes, "input");
    instructions = llmgw_json_get_str(j, j->nodes, "instructions");

    v = llmgw_json_get(j, j->nodes, "voice");

    voice = (v && v->type == LLMGW_JSON_STRING)
            ? llmgw_json_str(j, v) : llmgw_json_get_str(j, v, "id");

    if (input.len == 0) {
        return llmgw_gemini_image_missing(call, "input");
    }

    llmgw_puts(o, "{\"contents\":[{\"role\":\"user\",\"parts\":[{"
                  "\"text\":\"");

    if (instructions.len) {
        llmgw_put(o, instructions);
        llmgw_puts(o, ":\\n");
    }

    llmgw_put(o, input);
    llmgw_puts(o, "\"}]}],\"generationConfig\":{"
                  "\"responseModalities\":[\"AUDIO\"]");

    if (voice.len) {
        llmgw_puts(o, ",\"speechConfig\":{\"voiceConfig\":"
                      "{\"prebuiltVoiceConfig\":{\"voiceName\":");
        llmgw_put_jstr(o, voice);
        llmgw_puts(o, "}}}");
    }

    llmgw_puts(o, "}}");

    return LLMGW_OK;
}


/* what is in a part, or an empty string */

static llmgw_str_t
llmgw_speech_data(const llmgw_json_t *j, llmgw_node_t *part,
    llmgw_str_t *mime)
{
    llmgw_str_t    type;
    llmgw_node_t  *data;

    data = llmgw_json_object(j, part, "inlineData");
    type = llmgw_json_get_str(j, data, "mimeType");

    if (!llmgw_str_starts(type, "audio/")) {
        return llmgw_null_str;
    }

    *mime = type;

    return llmgw_json_get_str(j, data, "data");
}


llmgw_int_t
llmgw_gemini_speech_read(llmgw_call_t *call, llmgw_outcome_t *answer)
{
    u_char         header[LLMGW_WAV_HEADER], *p;
    size_t         n;
    unsigned       wav;
    llmgw_int_t    rc;
    llmgw_str_t    mime, text, bytes, all[16];
    llmgw_json_t   j;
    llmgw_node_t  *v, *parts, *part, *usage;
    uint32_t       count, i;

    rc = llmgw_json_parse(&j, answer->arena, answer->body, LLMGW_JSON_ALL,
                          LLMGW_JSON_ALL);

    if (rc != LLMGW_OK) {
        return (rc == LLMGW_ERROR) ? rc : LLMGW_INVALID;
    }

    if (j.nodes[0].type != LLMGW_JSON_OBJECT) {
        return LLMGW_INVALID;
    }

    v = llmgw_json_array(&j, j.nodes, "candidates");
    parts = (v && v->span > 1)
            ? llmgw_json_array(&j, llmgw_json_object(&j, v + 1, "content"),
                               "parts")
            : NULL;

    mime = llmgw_null_str;
    count = 0;
    n = 0;

    for (part = parts ? parts + 1 : NULL;
         part && part < parts + parts->span && count < llmgw_nelts(all);
         part = llmgw_json_next(part))
    {
        text = llmgw_speech_data(&j, part, &mime);

        if (text.len == 0) {
            continue;
        }

        rc = llmgw_base64_decode(answer->arena, text, &bytes);
        if (rc != LLMGW_OK) {
            return rc;
        }

        all[count++] = bytes;
        n += bytes.len;
    }

    if (n == 0) {
        return llmgw_gemini_task_empty(answer, &j, llmgw_lit("no_audio"),
                                       "the model gave no sound");
    }

    usage = llmgw_json_object(&j, j.nodes, "usageMetadata");

    if (usage) {
        llmgw_gemini_read_usage(answer->usage, &j, usage);
    }

    answer->model = llmgw_json_get_str(&j, j.nodes, "modelVersion");

    wav = llmgw_str_is(llmgw_speech_format(call), "wav");

    answer->content_type = wav ? llmgw_lit("audio/wav")
                               : llmgw_lit("audio/pcm");

    if (wav) {

        llmgw_speech_header(header, llmgw_speech_rate(mime), n);

        p = llmgw_out_room(answer->out, sizeof(header));
        if (p == NULL) {
            return LLMGW_ERROR;
        }

        memcpy(p, header, sizeof(header));
        answer->out->pos += sizeof(header);
    }

    for (i = 0; i < count; i++) {
        llmgw_put(answer->out, all[i]);
    }

    return answer->out->failed ? LLMGW_ERROR : LLMGW_OK;
}


/* audio/L16;codec=pcm;rate=24000 */

static uint32_t
llmgw_speech_rate(llmgw_str_t mime)
{
    int64_t        rate;
    llmgw_str_t    s;
    const u_char  *p, *end;

    p = llmgw_str_find(mime, llmgw_lit("rate="));

    if (p == NULL) {
        return LLMGW_GEMINI_RATE;
    }

    p += sizeof("rate=") - 1;
    end = mime.data + mime.len;
    s = llmgw_str(p, 0);

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    s.len = (size_t) (p - s.data);

    return (llmgw_json_int(s, &rate) == LLMGW_OK && rate > 0
            && rate <= 192000)
           ? (uint32_t) rate : LLMGW_GEMINI_RATE;
}


static u_char *
llmgw_speech_int(u_char *p, uint32_t n, unsigned bytes)
{
    while (bytes--) {
        *p++ = (u_char) n;
        n >>= 8;
    }

    return p;
}


/* one channel of 16 bits */

static void
llmgw_speech_header(u_char *p, uint32_t rate, size_t n)
{
    uint32_t  len;

    len = (n < UINT32_MAX - LLMGW_WAV_HEADER)
          ? (uint32_t) n : UINT32_MAX - LLMGW_WAV_HEADER;

    memcpy(p, "RIFF", 4);
    p = llmgw_speech_int(p + 4, len + LLMGW_WAV_HEADER - 8, 4);
    memcpy(p, "WAVEfmt ", 8);
    p = llmgw_speech_int(p + 8, 16, 4);
    p = llmgw_speech_int(p, 1, 2);
    p = llmgw_speech_int(p, 1, 2);
    p = llmgw_speech_int(p, rate, 4);
    p = llmgw_speech_int(p, rate * LLMGW_GEMINI_SAMPLE, 4);
    p = llmgw_speech_int(p, LLMGW_GEMINI_SAMPLE, 2);
    p = llmgw_speech_int(p, LLMGW_GEMINI_SAMPLE * 8, 2);
    memcpy(p, "data", 4);
    (void) llmgw_speech_int(p + 4, len, 4);
}
