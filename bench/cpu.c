
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include "cpu.h"
#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>


#define BENCH_CPUS  8


typedef struct {
    char        *name;
    pid_t        pid;
    clockid_t    clock;
    int64_t      ns[2];
    uint64_t     switches[2][2];
} bench_cpu_t;


static bench_cpu_t  cpus[BENCH_CPUS];
static size_t       ncpus;


void
bench_cpu_add(char *value)
{
    char        *pid;
    bench_cpu_t  *cpu;

    pid = strchr(value, '=');

    if (pid == NULL || ncpus == BENCH_CPUS) {
        bench_die("invalid --cpu \"%s\"", value);
    }

    *pid++ = '\0';

    cpu = &cpus[ncpus++];

    cpu->name = value;
    cpu->pid = bench_number(pid, "process id");

    if (clock_getcpuclockid(cpu->pid, &cpu->clock) != 0) {
        bench_die("no process %d", cpu->pid);
    }
}


void
bench_cpu_snapshot(int at)
{
    FILE             *in;
    char              line[256], path[64];
    size_t            i;
    bench_cpu_t       *cpu;
    struct timespec   ts;

    for (i = 0; i < ncpus; i++) {
        cpu = &cpus[i];

        if (clock_gettime(cpu->clock, &ts) == -1) {
            bench_die("process %d (%s) is gone", cpu->pid, cpu->name);
        }

        cpu->ns[at] = ts.tv_sec * BENCH_S + ts.tv_nsec;

        (void) sprintf(path, "/proc/%d/status", cpu->pid);

        in = fopen(path, "r");
        if (in == NULL) {
            bench_die("process %d (%s) is gone", cpu->pid, cpu->name);
        }

        while (fgets(line, sizeof(line), in)) {
            (void) sscanf(line, "voluntary_ctxt_switches: %lu",
                          &cpu->switches[at][0]);
            (void) sscanf(line, "nonvoluntary_ctxt_switches: %lu",
                          &cpu->switches[at][1]);
        }

        (void) fclose(in);
    }
}


void
bench_cpu_print(FILE *out)
{
    size_t        i;
    bench_cpu_t  *cpu;

    (void) fprintf(out, ",\"cpu\":{");

    for (i = 0; i < ncpus; i++) {
        cpu = &cpus[i];

        (void) fprintf(out, "%s\"%s\":{\"ns\":%ld,\"voluntary\":%lu,"
                       "\"involuntary\":%lu}", i ? "," : "", cpu->name,
                       cpu->ns[1] - cpu->ns[0],
                       cpu->switches[1][0] - cpu->switches[0][0],
                       cpu->switches[1][1] - cpu->switches[0][1]);
    }

    (void) fputc('}', out);
}
