
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The time from exec() of a server to its first complete answer:
 *
 *     cold PORT PATH BODY HEADER -- COMMAND...
 *
 * Prints milliseconds, then ends the server.
 */


#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


#define COLD_BODY  65536


static int cold_ask(int port, const char *request, size_t len);


int
main(int argc, char **argv)
{
    int               ok, port;
    FILE             *in;
    char             *body, *request;
    pid_t             pid;
    size_t            n;
    int64_t           start, end;
    struct timespec   pause;

    if (argc < 7 || strcmp(argv[5], "--") != 0) {
        bench_die("usage: cold PORT PATH BODY HEADER -- COMMAND...");
    }

    (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void) prctl(PR_SET_TIMERSLACK, 1);

    port = bench_number(argv[1], "port");

    in = fopen(argv[3], "rb");
    if (in == NULL) {
        bench_die("open \"%s\": %s", argv[3], strerror(errno));
    }

    body = bench_alloc(COLD_BODY);
    n = fread(body, 1, COLD_BODY, in);
    (void) fclose(in);

    request = bench_alloc(n + strlen(argv[2]) + strlen(argv[4]) + 256);

    ok = sprintf(request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n"
                 "Content-Type: application/json\r\nConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n", argv[2], argv[4], n);
    memcpy(request + ok, body, n);
    n += ok;

    start = bench_now();

    pid = fork();

    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
        (void) execv(argv[6], argv + 6);
        _exit(127);
    }

    if (pid == -1) {
        bench_die("fork(): %s", strerror(errno));
    }

    pause.tv_sec = 0;
    pause.tv_nsec = 50000;

    for ( ;; ) {
        ok = cold_ask(port, request, n);
        end = bench_now();

        if (ok || end - start > 10 * BENCH_S || waitpid(pid, NULL, WNOHANG)) {
            break;
        }

        (void) nanosleep(&pause, NULL);
    }

    (void) kill(pid, SIGTERM);
    (void) waitpid(pid, NULL, 0);

    if (!ok) {
        bench_die("no answer from \"%s\"", argv[6]);
    }

    (void) printf("%.3f\n", (double) (end - start) / BENCH_MS);

    return 0;
}


/* Whether there was an answer, of status 200. */

static int
cold_ask(int port, const char *request, size_t len)
{
    int                 fd, ok;
    char                answer[4096];
    ssize_t             n;
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(struct sockaddr_in));

    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);
    if (fd == -1) {
        bench_die("socket(): %s", strerror(errno));
    }

    ok = 0;

    if (connect(fd, (struct sockaddr *) &sin, sizeof(struct sockaddr_in)) == 0
        && send(fd, request, len, MSG_NOSIGNAL) == (ssize_t) len)
    {
        n = recv(fd, answer, sizeof(answer) - 1, 0);

        if (n > 12) {
            answer[n] = '\0';
            ok = (strncmp(answer, "HTTP/1.1 200", 12) == 0);

            if (!ok) {
                bench_die("answered: %s", answer);
            }
        }
    }

    (void) close(fd);

    return ok;
}
