
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * A ring between two processes that are killed at any moment, again and again:
 * whatever a producer said was recorded comes out once, in order, and whoever
 * looks at a dead one's requests finds the same.
 *
 *     ring_kill [ROUNDS]
 */


#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"
#include "llmgw_policy.h"
#include "llmgw_ring.h"


#define KILL_SLOTS     4
#define KILL_RECORDS   (1 << 20)


/* What both processes and the test see, beside the ring. */

typedef struct {
    uint64_t   answered;         /* records of which the producer knows */
    uint64_t   mark;             /* of the request whose end comes next */
    uint64_t   begun;            /* requests begun, by order */
    uint64_t   consumed;
    uint64_t   next;             /* where the consumer goes on */
    uint32_t   out[KILL_RECORDS];
} kill_shared_t;


static u_char         *mem;
static size_t          bytes;
static kill_shared_t  *shared;


static void *
kill_map(size_t n)
{
    void  *p;

    p = mmap(NULL, n, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }

    return p;
}


static void
kill_produce(uint64_t id)
{
    char               name[32];
    size_t             reserve, other_reserve;
    uint64_t           mark, other, pos;
    llmgw_ring_t       ring;
    llmgw_spend_t      s;
    llmgw_ring_info_t  info;

    memset(&info, 0, sizeof(info));
    info.id = id;
    info.nslots = KILL_SLOTS;
    info.size = LLMGW_RING_MIN;

    llmgw_ring_create(&ring, mem, &info);

    /* one that never ends */

    llmgw_spend_init(&s);
    s.request_id = llmgw_lit("never");

    if (llmgw_ring_begin(&ring, &s, &other, &other_reserve) != LLMGW_OK) {
        _exit(3);
    }

    for ( ;; ) {

        llmgw_spend_init(&s);

        snprintf(name, sizeof(name), "req-%llu",
                 (unsigned long long) shared->begun + 1);

        s.request_id = test_cstr(name);
        s.team = llmgw_str((u_char *) "ttttttttttttttttttttttttttttttttt",
                           shared->begun % 33);

        if (llmgw_ring_begin(&ring, &s, &mark, &reserve) != LLMGW_OK) {
            continue;
        }

        shared->begun++;
        s.cost = (int64_t) shared->begun;

        __atomic_store_n(&shared->mark, mark, __ATOMIC_RELEASE);

        if (llmgw_ring_end(&ring, mark, reserve, &s, 1, &pos) != LLMGW_OK) {
            _exit(4);
        }

        /* from here on the client could have its answer */

        __atomic_store_n(&shared->answered, s.seq, __ATOMIC_RELEASE);

        llmgw_ring_close(&ring, pos, 1, 0);
        llmgw_ring_done(&ring, mark, 0);

        if (shared->answered == KILL_RECORDS - 1) {
            pause();
        }
    }
}


static void
kill_consume(void)
{
    uint32_t            latency, flags;
    llmgw_ring_t        ring;
    llmgw_spend_t       s;
    llmgw_ring_info_t   info;
    llmgw_ring_entry_t  e;

    while (llmgw_ring_attach(&ring, mem, bytes, &info) != LLMGW_OK) {
        /* the producer is about to make it */
    }

    for ( ;; ) {

        if (llmgw_ring_read(&ring, llmgw_ring_tail(&ring), &e) != LLMGW_OK) {
            continue;
        }

        if (llmgw_ring_take(&e, 0, 0, &latency, &flags) != LLMGW_OK) {
            continue;
        }

        if (llmgw_spend_read(e.frame.payload, &s) != LLMGW_OK
            || e.frame.seq != s.seq || s.seq >= KILL_RECORDS)
        {
            _exit(5);
        }

        shared->out[s.seq] = (uint32_t) s.cost;
        llmgw_ring_release(&ring, e.next);
    }
}


static pid_t
kill_fork(void (*run)(uint64_t), uint64_t id)
{
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        if (run) {
            run(id);

        } else {
            kill_consume();
        }
    }

    return pid;
}


static void
kill_end(pid_t pid)
{
    int  status;

    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);

    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}


static void
kill_round(uint64_t round)
{
    pid_t                  producer, consumer;
    uint32_t               slot, latency, flags;
    uint64_t               i, n, stop, head;
    llmgw_ring_t           ring;
    struct timespec        ts;
    llmgw_spend_t          s;
    llmgw_ring_info_t      info;
    llmgw_ring_entry_t     e;
    llmgw_ring_outcome_t   o;

    memset(mem, 0, bytes);
    memset(shared, 0, sizeof(kill_shared_t));

    producer = kill_fork(kill_produce, round + 1);
    consumer = kill_fork(NULL, 0);

    /* the moments are anywhere in the life of a record */

    stop = 1 + test_random(3000);

    for (i = 0; i < 3; i++) {

        while (__atomic_load_n(&shared->answered, __ATOMIC_ACQUIRE)
               < stop * i / 3 + 1)
        {
            ts.tv_sec = 0;
            ts.tv_nsec = test_random(20000);
            nanosleep(&ts, NULL);
        }

        kill_end(consumer);

        if (i < 2) {
            consumer = kill_fork(NULL, 0);
        }
    }

    kill_end(producer);

    check_int(llmgw_ring_attach(&ring, mem, bytes, &info), LLMGW_OK);
    check_int(info.id, round + 1);

    head = llmgw_ring_head(&ring);

    while (llmgw_ring_read(&ring, llmgw_ring_tail(&ring), &e) == LLMGW_OK) {
        check_int(llmgw_ring_take(&e, 1, 1, &latency, &flags), LLMGW_OK);
        check_int(llmgw_spend_read(e.frame.payload, &s), LLMGW_OK);
        shared->out[s.seq] = (uint32_t) s.cost;
        llmgw_ring_release(&ring, e.next);
    }

    check_int(llmgw_ring_tail(&ring), head);

    for (n = 1; n < KILL_RECORDS && shared->out[n]; n++) {
        if (shared->out[n] != n) {
            check_int(shared->out[n], n);
        }
    }

    /* one may be recorded of which the producer did not learn any more */

    n--;
    check(n == shared->answered || n == shared->answered + 1);

    /* a lease of the last request finds out the same */

    if (llmgw_ring_outcome(&ring, shared->mark, &o) == LLMGW_OK) {
        check_int(o.cost, n);

    } else {

        /* it was through with its slot, or it has no end */

        check_int(n, shared->answered);
    }

    slot = 0;
    i = 0;

    while (llmgw_ring_lost(&ring, &slot, &s) == LLMGW_OK) {
        i++;

        if (!llmgw_str_is(s.request_id, "never")) {
            check_int(n, shared->answered);
        }
    }

    check(i == 1 || i == 2);
}


int
main(int argc, char **argv)
{
    uint64_t  i, rounds;

    rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;

    bytes = llmgw_ring_bytes(KILL_SLOTS, LLMGW_RING_MIN);
    mem = kill_map(bytes);
    shared = kill_map(sizeof(kill_shared_t));

    for (i = 0; i < rounds; i++) {
        test_case("ring: killed, round %llu", (unsigned long long) i);
        kill_round(i);
    }

    return test_done();
}
