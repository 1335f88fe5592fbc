
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The store's directives, its life, and the way from those who ask to the back
 * end that answers.
 */


#include "ngx_http_llmgw_files.h"

#include <sys/random.h>


#define NGX_HTTP_LLMGW_RING_MIN    (1024 * 1024)
#define NGX_HTTP_LLMGW_RING_MAX    (1024 * 1024 * 1024)

/* data of a ring for each request under way; more slots would be of no use */
#define NGX_HTTP_LLMGW_RING_EACH   1024

#define NGX_HTTP_LLMGW_SEGMENT     (64 * 1024 * 1024)

#define NGX_HTTP_LLMGW_NODE        64


typedef struct {
    ngx_str_t                          prefix;
    const ngx_http_llmgw_store_ops_t  *ops;
    ngx_uint_t                         cut;     /* the prefix */
} ngx_http_llmgw_store_kind_t;

typedef void (*ngx_http_llmgw_store_ask_pt)(ngx_http_llmgw_store_t *st,
    ngx_http_llmgw_store_call_t *call);


static ngx_int_t ngx_http_llmgw_store_name(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_store_t *st);
static ngx_int_t ngx_http_llmgw_store_paths(ngx_conf_t *cf,
    ngx_http_llmgw_files_t *files);
static char *ngx_http_llmgw_store_path(ngx_conf_t *cf,
    ngx_http_llmgw_files_t *files, const char *name, ngx_uint_t dir);
static void ngx_http_llmgw_store_ask(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call, size_t offset, ngx_uint_t shared,
    ngx_int_t none);


static ngx_http_llmgw_store_kind_t  ngx_http_llmgw_store_kinds[] = {
    { ngx_string("file:"), &ngx_http_llmgw_store_file, 1 },
    { ngx_string("redis://"), &ngx_http_llmgw_store_redis, 0 },
    { ngx_string("rediss://"), &ngx_http_llmgw_store_redis, 0 },
    { ngx_string("unix:"), &ngx_http_llmgw_store_redis, 0 },
    { ngx_null_string, NULL, 0 }
};


ngx_conf_enum_t  ngx_http_llmgw_fsync_modes[] = {
    { ngx_string("no"), ngx_http_llmgw_fsync_no },
    { ngx_string("everysec"), ngx_http_llmgw_fsync_everysec },
    { ngx_string("always"), ngx_http_llmgw_fsync_always },
    { ngx_null_string, 0 }
};


ngx_conf_enum_t  ngx_http_llmgw_full_modes[] = {
    { ngx_string("refuse"), ngx_http_llmgw_full_refuse },
    { ngx_string("drop"), ngx_http_llmgw_full_drop },
    { ngx_null_string, 0 }
};


char *
ngx_http_llmgw_store_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t                     *value, url;
    ngx_http_llmgw_store_t        *st;
    ngx_http_llmgw_store_kind_t   *kind;

    if (lmcf->store) {
        return "is duplicate";
    }

    value = cf->args->elts;
    url = value[1];

    for (kind = ngx_http_llmgw_store_kinds; kind->ops; kind++) {
        if (url.len > kind->prefix.len
            && ngx_strncmp(url.data, kind->prefix.data, kind->prefix.len)
               == 0)
        {
            break;
        }
    }

    if (kind->ops == NULL) {

        /* it may hold a password: it is not repeated */

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid store: write \"file:DIRECTORY\", "
                           "\"redis://HOST\", \"rediss://HOST\" or "
                           "\"unix:PATH\"");
        return NGX_CONF_ERROR;
    }

    if (kind->cut) {
        url.data += kind->prefix.len;
        url.len -= kind->prefix.len;
    }

    st = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_store_t));
    if (st == NULL) {
        return NGX_CONF_ERROR;
    }

    if (kind->cut && cf->args->nelts > 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"",
                           &value[2]);
        return NGX_CONF_ERROR;
    }

    st->ops = kind->ops;
    st->lmcf = lmcf;

    lmcf->store = st;

    return st->ops->conf ? st->ops->conf(cf, st, &url) : NGX_CONF_OK;
}


char *
ngx_http_llmgw_journal_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ssize_t      size;
    ngx_str_t   *value, s;
    ngx_uint_t   i;

    if (lmcf->journal_size != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;

    size = ngx_parse_size(&value[1]);

    if (size < NGX_HTTP_LLMGW_RING_MIN || size > NGX_HTTP_LLMGW_RING_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" of the journal: it is from 1m "
                           "to 1g", &value[1]);
        return NGX_CONF_ERROR;
    }

    lmcf->journal_size = ngx_align(size, 4096);

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "dir=", 4) == 0 && value[i].len > 4) {

            s.data = value[i].data + 4;
            s.len = value[i].len - 4;

            lmcf->journal_dir = s;
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"",
                           &value[i]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_llmgw_retention_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    ngx_str_t  *value;

    if (lmcf->ledger_retention != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        lmcf->ledger_retention = 0;
        return NGX_CONF_OK;
    }

    lmcf->ledger_retention = ngx_parse_time(&value[1], 1);

    if (lmcf->ledger_retention == (time_t) NGX_ERROR
        || lmcf->ledger_retention == 0)
    {
        return "has an invalid value";
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_llmgw_store_init_conf(ngx_conf_t *cf,
    ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_http_llmgw_store_t  *st;
    ngx_http_llmgw_files_t  *files;

    st = lmcf->store;

    if (st == NULL) {
        return NGX_OK;
    }

    if (lmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"llmgw_store\" needs \"llmgw_zone\"");
        return NGX_ERROR;
    }

    files = lmcf->files;

    if (files == NULL) {

        if (lmcf->journal_dir.len == 0) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "this \"llmgw_store\" needs a directory for the "
                          "journal: add \"llmgw_journal 16m dir=DIRECTORY\"");
            return NGX_ERROR;
        }

        files = ngx_pcalloc(cf->pool, sizeof(ngx_http_llmgw_files_t));
        if (files == NULL) {
            return NGX_ERROR;
        }

        files->dir = lmcf->journal_dir;
        lmcf->files = files;

    } else if (lmcf->journal_dir.len) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the journal of a store of files is in its directory: "
                      "\"llmgw_journal\" cannot have \"dir=\"");
        return NGX_ERROR;
    }

    if (st->ops->init_conf && st->ops->init_conf(cf, st) != NGX_CONF_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_llmgw_store_name(cf, lmcf, st) != NGX_OK
        || ngx_http_llmgw_store_paths(cf, files) != NGX_OK)
    {
        return NGX_ERROR;
    }

    files->lmcf = lmcf;
    files->cycle = cf->cycle;
    files->node = ngx_http_llmgw_str(st->node);

    files->ring = lmcf->journal_size;
    files->segment = NGX_HTTP_LLMGW_SEGMENT;
    files->retention = lmcf->ledger_retention;
    files->fsync = lmcf->fsync;
    files->full = lmcf->journal_full;

#if (NGX_THREADS)

    files->pool = ngx_thread_pool_add(cf, NULL);
    if (files->pool == NULL) {
        return NGX_ERROR;
    }

#endif

    lmcf->journal = &ngx_http_llmgw_journal;

    return NGX_OK;
}


/* The gateway's name is in every record, and never changes by itself. */

static ngx_int_t
ngx_http_llmgw_store_name(ngx_conf_t *cf, ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_t *st)
{
    size_t  i;
    u_char  c;

    st->node = lmcf->node.len ? lmcf->node : cf->cycle->hostname;

    if (st->node.len == 0 || st->node.len > NGX_HTTP_LLMGW_NODE) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the name of this gateway, \"%V\", is not from 1 to %d "
                      "bytes long: write \"llmgw_node NAME\"", &st->node,
                      NGX_HTTP_LLMGW_NODE);
        return NGX_ERROR;
    }

    for (i = 0; i < st->node.len; i++) {

        c = st->node.data[i];

        if ((c < '0' || c > '9') && ((c | 0x20) < 'a' || (c | 0x20) > 'z')
            && c != '-' && c != '_' && c != '.')
        {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "the name of this gateway, \"%V\", has other "
                          "characters than letters, digits, \".\", \"-\" and "
                          "\"_\": write \"llmgw_node NAME\"", &st->node);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* nginx makes directories like these, and gives them to its workers */

static ngx_int_t
ngx_http_llmgw_store_paths(ngx_conf_t *cf, ngx_http_llmgw_files_t *files)
{
    if (ngx_conf_full_name(cf->cycle, &files->dir, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    while (files->dir.len > 1 && files->dir.data[files->dir.len - 1] == '/') {
        files->dir.len--;
    }

    if (files->dir.len > LLMGW_PATH_MAX - 64) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the name of the directory \"%V\" is too long",
                      &files->dir);
        return NGX_ERROR;
    }

    if (ngx_http_llmgw_store_path(cf, files, "", 1) == NULL) {
        return NGX_ERROR;
    }

    files->lock = ngx_http_llmgw_store_path(cf, files, "/lock", 0);
    files->journal = ngx_http_llmgw_store_path(cf, files, "/journal", 1);
    files->ledger = ngx_http_llmgw_store_path(cf, files, "/ledger", 1);
    files->audit = ngx_http_llmgw_store_path(cf, files, "/audit", 1);
    files->entities = ngx_http_llmgw_store_path(cf, files, "/entities", 1);
    files->content = ngx_http_llmgw_store_path(cf, files, "/content", 1);

    return files->lock && files->journal && files->ledger && files->audit
           && files->entities && files->content ? NGX_OK : NGX_ERROR;
}


static char *
ngx_http_llmgw_store_path(ngx_conf_t *cf, ngx_http_llmgw_files_t *files,
    const char *name, ngx_uint_t dir)
{
    u_char      *p;
    ngx_path_t  *path;

    p = ngx_pnalloc(cf->pool, files->dir.len + ngx_strlen(name) + 1);
    if (p == NULL) {
        return NULL;
    }

    (void) ngx_sprintf(p, "%V%s%Z", &files->dir, name);

    if (!dir) {
        return (char *) p;
    }

    path = ngx_pcalloc(cf->pool, sizeof(ngx_path_t));
    if (path == NULL) {
        return NULL;
    }

    path->name.data = p;
    path->name.len = ngx_strlen(p);
    path->conf_file = cf->conf_file ? cf->conf_file->file.name.data : NULL;

    if (ngx_add_path(cf, &path) != NGX_OK) {
        return NULL;
    }

    return (char *) p;
}


/*
 * A zone that is new gets to know all that the files have.  One that was there
 * before knows it; then other workers may be at work with it.
 */

ngx_int_t
ngx_http_llmgw_store_init_zone(ngx_shm_zone_t *shm_zone,
    ngx_http_llmgw_main_conf_t *lmcf, ngx_http_llmgw_sh_t *sh)
{
    uint64_t                    signature;
    ngx_log_t                  *log;
    ngx_core_conf_t            *ccf;
    ngx_slab_pool_t            *shpool;
    ngx_http_llmgw_files_t     *files;
    ngx_http_llmgw_files_sh_t  *fsh;

    files = lmcf->files;

    if (files == NULL) {
        return NGX_OK;
    }

    log = shm_zone->shm.log;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    signature = ngx_murmur_hash2(files->dir.data, files->dir.len);

    fsh = sh->files;

    if (fsh == NULL) {

        fsh = ngx_slab_calloc(shpool, sizeof(ngx_http_llmgw_files_sh_t));
        if (fsh == NULL) {
            return NGX_ERROR;
        }

        while (fsh->id == 0) {
            if (getrandom(&fsh->id, sizeof(fsh->id), 0) != sizeof(fsh->id)) {
                ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                              "getrandom() failed");
                return NGX_ERROR;
            }
        }

        fsh->signature = signature;
        sh->files = fsh;
    }

    if (fsh->signature != signature) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "llmgw: zone \"%V\" has the contents of another store "
                      "than \"%V\": give it another name",
                      &shm_zone->shm.name, &files->dir);
        return NGX_ERROR;
    }

    files->sh = fsh;

    ccf = (ngx_core_conf_t *) ngx_get_conf(files->cycle->conf_ctx,
                                           ngx_core_module);
    files->user = ccf->user;
    files->group = ccf->group;

    files->slots = ngx_min(files->cycle->connection_n,
                           files->ring / NGX_HTTP_LLMGW_RING_EACH);

    if (ngx_test_config || fsh->loaded) {
        return NGX_OK;
    }

    /* what was left behind goes into the ledger before that is read */

    if (ngx_http_llmgw_guard_init(log) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_llmgw_ship_all(files, log);

    if (lmcf->store->ops->start
        ? lmcf->store->ops->start(lmcf->store, log) != NGX_OK
        : ngx_http_llmgw_ship_here(files, log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_llmgw_files_chown(files, (char *) files->dir.data, log);
    ngx_http_llmgw_files_chown(files, files->journal, log);
    ngx_http_llmgw_files_chown(files, files->ledger, log);
    ngx_http_llmgw_files_chown(files, files->entities, log);

    /* other zones' requests are not waited for in this one */

    fsh->fed = fsh->seq;
    fsh->due = lmcf->store->ops->spend ? fsh->seq : 0;
    fsh->loaded = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_llmgw_store_init_process(ngx_cycle_t *cycle)
{
    ngx_http_llmgw_store_t      *st;
    ngx_http_llmgw_files_t      *files;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf == NULL || lmcf->store == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    st = lmcf->store;
    files = lmcf->files;

    if (ngx_http_llmgw_guard_init(cycle->log) != NGX_OK
        || ngx_http_llmgw_journal_init(files, cycle) != NGX_OK
        || ngx_http_llmgw_shipper_init(files, cycle) != NGX_OK
        || ngx_http_llmgw_feed_init(files, cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return st->ops->init ? st->ops->init(st, cycle) : NGX_OK;
}


void
ngx_http_llmgw_store_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_llmgw_store_t      *st;
    ngx_http_llmgw_files_t      *files;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_llmgw_module);

    if (lmcf == NULL || lmcf->store == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return;
    }

    st = lmcf->store;
    files = lmcf->files;

    if (st->ops->exit) {
        st->ops->exit(st, cycle);
    }

    ngx_http_llmgw_feed_exit(files);

    /* without its owner the ring can be emptied, and go */

    ngx_http_llmgw_journal_exit(files);
    ngx_http_llmgw_shipper_exit(files, cycle->log);
}


/*
 * A call that is answered at once and one that is answered later end the same
 * way.  "shared": what a back end does not do itself, that of files does.
 */

static void
ngx_http_llmgw_store_ask(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call, size_t offset, ngx_uint_t shared,
    ngx_int_t none)
{
    ngx_http_llmgw_store_t      *st;
    ngx_http_llmgw_store_ask_pt  ask;

    call->pending = 1;
    call->canceled = 0;
    call->local = 0;
    call->job = NULL;
    call->total = 0;
    call->damaged = 0;

    ngx_memzero(&call->event, sizeof(ngx_event_t));
    ngx_memzero(&call->rows, sizeof(ngx_array_t));
    ngx_memzero(&call->totals, sizeof(ngx_array_t));

    st = lmcf->store;

    if (st == NULL) {
        ngx_http_llmgw_store_done(call, none);
        return;
    }

    ask = *(ngx_http_llmgw_store_ask_pt *) ((u_char *) st->ops + offset);

    if (ask == NULL && shared) {
        ask = *(ngx_http_llmgw_store_ask_pt *)
                              ((u_char *) &ngx_http_llmgw_store_file + offset);
    }

    if (ask == NULL) {
        ngx_http_llmgw_store_done(call, NGX_ERROR);
        return;
    }

    ask(st, call);
}


void
ngx_http_llmgw_store_done(ngx_http_llmgw_store_call_t *call, ngx_int_t rc)
{
    if (!call->pending) {
        return;
    }

    call->pending = 0;
    call->rc = rc;

    if (call->event.timer_set) {
        ngx_del_timer(&call->event);
    }

    if (call->event.posted) {
        ngx_delete_posted_event(&call->event);
    }

    call->handler(call);
}


void
ngx_http_llmgw_store_cancel(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_t  *st;

    if (!call->pending) {
        return;
    }

    st = lmcf->store;

    call->pending = 0;
    call->canceled = 1;

    if (call->event.timer_set) {
        ngx_del_timer(&call->event);
    }

    if (call->event.posted) {
        ngx_delete_posted_event(&call->event);
    }

    if (st && st->ops->cancel) {
        st->ops->cancel(st, call);
    }

    if (st && st->ops != &ngx_http_llmgw_store_file) {
        ngx_http_llmgw_store_file.cancel(st, call);
    }
}


void
ngx_http_llmgw_store_get(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, get), 0,
                             NGX_DECLINED);
}


void
ngx_http_llmgw_store_put(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, put), 0,
                             NGX_ERROR);
}


void
ngx_http_llmgw_store_del(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, del), 0,
                             NGX_ERROR);
}


void
ngx_http_llmgw_store_list(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, list), 0,
                             NGX_ERROR);
}


void
ngx_http_llmgw_store_logs(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, logs), 1,
                             NGX_ERROR);
}


void
ngx_http_llmgw_store_audit_append(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t,
                                      audit_append),
                             1, NGX_ERROR);
}


void
ngx_http_llmgw_store_audit_list(ngx_http_llmgw_main_conf_t *lmcf,
    ngx_http_llmgw_store_call_t *call)
{
    ngx_http_llmgw_store_ask(lmcf, call,
                             offsetof(ngx_http_llmgw_store_ops_t, audit_list),
                             1, NGX_ERROR);
}
