
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "cpu.h"
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static int64_t load_seconds(const char *text);
static void load_request(load_conf_t *conf, const char *file,
    const char *fields);


void
load_options(load_conf_t *conf, int argc, char **argv)
{
    int          ch;
    char        *fields;
    size_t       len;
    const char  *body;

    static const struct option  options[] = {
        { "port", 1, NULL, 'p' },
        { "path", 1, NULL, 'P' },
        { "body", 1, NULL, 'b' },
        { "header", 1, NULL, 'H' },
        { "conns", 1, NULL, 'c' },
        { "rate", 1, NULL, 'r' },
        { "warmup", 1, NULL, 'w' },
        { "seconds", 1, NULL, 's' },
        { "requests", 1, NULL, 'n' },
        { "timeout", 1, NULL, 'T' },
        { "status", 1, NULL, 'S' },
        { "expect", 1, NULL, 'e' },
        { "raw", 1, NULL, 'R' },
        { "cpu", 1, NULL, 'C' },
        { "hold", 0, NULL, 'h' },
        { "stamps", 0, NULL, 'm' },
        { "leave", 1, NULL, 'l' },
        { "delay", 1, NULL, 'd' },
        { "ttft", 1, NULL, 't' },
        { "gap", 1, NULL, 'g' },
        { NULL, 0, NULL, 0 }
    };

    memset(conf, 0, sizeof(load_conf_t));

    conf->conns = 1;
    conf->status = 200;
    conf->duration = -1;
    conf->timeout = 10 * BENCH_S;
    fields = bench_alloc(1);
    body = NULL;

    while ((ch = getopt_long(argc, argv, "", options, NULL)) != -1) {

        switch (ch) {

        case 'p':
            conf->port = bench_number(optarg, "port");
            break;

        case 'P':
            conf->path = optarg;
            break;

        case 'b':
            body = optarg;
            break;

        case 'H':
            len = strlen(fields);
            fields = bench_realloc(fields, len + strlen(optarg) + 3);
            (void) sprintf(fields + len, "%s\r\n", optarg);
            break;

        case 'c':
            conf->conns = bench_number(optarg, "number of connections");
            break;

        case 'r':
            conf->rate = atof(optarg);
            break;

        case 'w':
            conf->warmup = load_seconds(optarg);
            break;

        case 's':
            conf->duration = load_seconds(optarg);
            break;

        case 'n':
            conf->requests = bench_number(optarg, "number of requests");
            break;

        case 'T':
            conf->timeout = load_seconds(optarg);
            break;

        case 'S':
            conf->status = bench_number(optarg, "status");
            break;

        case 'e':
            bench_expect_read(&conf->expect, optarg);
            break;

        case 'R':
            conf->raw = optarg;
            break;

        case 'C':
            bench_cpu_add(optarg);
            break;

        case 'h':
            conf->hold = 1;
            break;

        case 'm':
            conf->stamps = 1;
            break;

        case 'l':
            conf->leave = bench_number(optarg, "number of events");
            break;

        case 'd':
            conf->delay = bench_number(optarg, "delay") * BENCH_MS;
            break;

        case 't':
            conf->ttft = bench_number(optarg, "delay") * BENCH_MS;
            break;

        case 'g':
            conf->gap = bench_number(optarg, "gap") * BENCH_MS;
            break;

        default:
            bench_die("see bench/README.md for the options");
        }
    }

    if (conf->port == 0 || conf->path == NULL || body == NULL
        || conf->conns == 0 || optind != argc)
    {
        bench_die("--port, --path and --body are needed");
    }

    if ((conf->requests == 0) == (conf->duration < 0)) {
        bench_die("either --requests or --seconds is needed");
    }

    if ((conf->hold || conf->leave) && conf->expect.data == NULL) {
        bench_die("--hold and --leave need --expect to see events");
    }

    load_request(conf, body, fields);

    free(fields);
}


static int64_t
load_seconds(const char *text)
{
    char    *end;
    double   n;

    n = strtod(text, &end);

    if (end == text || *end != '\0' || n < 0) {
        bench_die("invalid time \"%s\"", text);
    }

    return n * BENCH_S;
}


static void
load_request(load_conf_t *conf, const char *file, const char *fields)
{
    int     n;
    FILE   *in;
    char   *body;
    size_t  len, got;

    in = fopen(file, "rb");
    if (in == NULL) {
        bench_die("open \"%s\": %s", file, strerror(errno));
    }

    body = NULL;
    len = 0;

    do {
        body = bench_realloc(body, len + 65536);
        got = fread(body + len, 1, 65536, in);
        len += got;
    } while (got);

    (void) fclose(in);

    conf->request = bench_alloc(len + strlen(conf->path) + strlen(fields)
                                + 256);

    n = sprintf(conf->request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                "Content-Type: application/json\r\nAccept: */*\r\n"
                "User-Agent: bench\r\n%sContent-Length: %zu\r\n\r\n",
                conf->path, conf->port, fields, len);

    memcpy(conf->request + n, body, len);
    conf->request_len = n + len;

    free(body);
}
