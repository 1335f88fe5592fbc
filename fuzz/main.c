
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Runs a fuzz target over files and directories of files, without libFuzzer.
 */


#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"


static unsigned  files;


static void
run_file(const char *path)
{
    FILE    *f;
    long     n;
    u_char  *p;

    f = fopen(path, "rb");
    fuzz_assert(f != NULL);

    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);

    fuzz_assert(n >= 0);

    p = malloc(n ? (size_t) n : 1);
    fuzz_assert(p != NULL);
    fuzz_assert(fread(p, 1, (size_t) n, f) == (size_t) n);

    fclose(f);

    LLVMFuzzerTestOneInput(p, (size_t) n);

    free(p);
    files++;
}


static void
run(const char *path)
{
    DIR            *dir;
    char            name[1024];
    struct stat     st;
    struct dirent  *de;

    fuzz_assert(stat(path, &st) == 0);

    if (!S_ISDIR(st.st_mode)) {
        run_file(path);
        return;
    }

    dir = opendir(path);
    fuzz_assert(dir != NULL);

    for ( ;; ) {
        de = readdir(dir);

        if (de == NULL) {
            break;
        }

        if (de->d_name[0] != '.') {
            snprintf(name, sizeof(name), "%s/%s", path, de->d_name);
            run(name);
        }
    }

    closedir(dir);
}


int
main(int argc, char **argv)
{
    int  i;

    for (i = 1; i < argc; i++) {
        run(argv[i]);
    }

    printf("%u passed, 0 failed: %s\n", files, argv[0]);

    return files ? 0 : 1;
}
