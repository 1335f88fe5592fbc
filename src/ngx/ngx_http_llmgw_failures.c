
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Addresses that send credentials which nobody knows: after too many of them
 * the store is not asked any more, and nothing is verified, until they have
 * become fewer.  A key that is known is never in question.
 */


#include "ngx_http_llmgw_check.h"


/*
 * A bucket holds a few addresses.  One that has no place of its own takes that
 * of the address which has the fewest failures: the table never grows.
 */
#define NGX_HTTP_LLMGW_WAYS            4

/* a bucket for so many bytes of the zone */
#define NGX_HTTP_LLMGW_FAILURES_BYTES  8192
#define NGX_HTTP_LLMGW_FAILURES_MIN    16
#define NGX_HTTP_LLMGW_FAILURES_MAX    16384

#define NGX_HTTP_LLMGW_FAILURES_BURST  1000000

/* in place of networks, among which these are none */
#define NGX_HTTP_LLMGW_NET_UNIX        1
#define NGX_HTTP_LLMGW_NET_LOOPBACK    2
#define NGX_HTTP_LLMGW_NET_IPV4        0xffff00000000


typedef struct {
    uint64_t                 net;       /* 0: free */
    ngx_msec_t               last;
    uint32_t                 excess;    /* thousandths of a failure */
    uint32_t                 limited;   /* it has been said */
} ngx_http_llmgw_failure_t;


struct ngx_http_llmgw_failures_sh_s {
    ngx_uint_t               mask;      /* of buckets */
    ngx_http_llmgw_failure_t  failures[1];
};


struct ngx_http_llmgw_failures_s {
    uint64_t                 rate;      /* thousandths in a minute */
    uint32_t                 burst;     /* thousandths */
};


static uint64_t ngx_http_llmgw_failures_net(struct sockaddr *sa);
static ngx_http_llmgw_failure_t *ngx_http_llmgw_failures_find_locked(
    ngx_http_llmgw_failures_t *conf, ngx_http_llmgw_state_t *st,
    uint64_t net);
static uint32_t ngx_http_llmgw_failures_excess(
    ngx_http_llmgw_failures_t *conf, ngx_http_llmgw_failure_t *f);


char *
ngx_http_llmgw_auth_failures(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_llmgw_main_conf_t *lmcf = conf;

    size_t                      len;
    ngx_int_t                   rate, burst, scale;
    ngx_str_t                  *value;
    ngx_uint_t                  i;
    ngx_http_llmgw_failures_t  *failures;

    if (lmcf->failures != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && value[1].len == 3
        && ngx_strncmp(value[1].data, "off", 3) == 0)
    {
        lmcf->failures = NULL;
        return NGX_CONF_OK;
    }

    rate = 0;
    burst = 100;
    scale = 1;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "rate=", 5) == 0) {

            len = value[i].len;

            if (len > 8 && ngx_strncmp(value[i].data + len - 3, "r/s", 3) == 0)
            {
                scale = 60;
                len -= 3;

            } else if (len > 8
                       && ngx_strncmp(value[i].data + len - 3, "r/m", 3) == 0)
            {
                len -= 3;
            }

            rate = ngx_atoi(value[i].data + 5, len - 5);

            if (rate <= 0 || rate > NGX_HTTP_LLMGW_FAILURES_BURST) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "invalid rate \"%V\": write rate=10r/m or "
                                   "rate=1r/s", &value[i]);
                return NGX_CONF_ERROR;
            }

            continue;
        }

        if (ngx_strncmp(value[i].data, "burst=", 6) == 0) {

            burst = ngx_atoi(value[i].data + 6, value[i].len - 6);

            if (burst <= 0 || burst > NGX_HTTP_LLMGW_FAILURES_BURST) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "invalid burst \"%V\": it is 1 to %d",
                                   &value[i], NGX_HTTP_LLMGW_FAILURES_BURST);
                return NGX_CONF_ERROR;
            }

            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": it takes rate= and "
                           "burst=, or \"off\"", &value[i]);
        return NGX_CONF_ERROR;
    }

    if (rate == 0) {
        return "needs \"rate=\"";
    }

    failures = ngx_palloc(cf->pool, sizeof(ngx_http_llmgw_failures_t));
    if (failures == NULL) {
        return NGX_CONF_ERROR;
    }

    failures->rate = (uint64_t) rate * scale * 1000;
    failures->burst = burst * 1000;

    lmcf->failures = failures;

    return NGX_CONF_OK;
}


/* old workers may run on with the zone: the table is only added */

ngx_int_t
ngx_http_llmgw_failures_init_zone(ngx_http_llmgw_main_conf_t *lmcf)
{
    ngx_int_t                       rc;
    ngx_uint_t                      n;
    ngx_http_llmgw_state_t         *st;
    ngx_http_llmgw_failures_sh_t   *table;

    if (lmcf->failures == NULL) {
        return NGX_OK;
    }

    st = ngx_http_llmgw_state(lmcf);

    for (n = NGX_HTTP_LLMGW_FAILURES_MIN;
         n < lmcf->zone->shm.size / NGX_HTTP_LLMGW_FAILURES_BYTES
         && n < NGX_HTTP_LLMGW_FAILURES_MAX;
         n *= 2)
    {
        /* void */
    }

    rc = NGX_OK;

    ngx_http_llmgw_lock(lmcf);

    if (st->failures == NULL) {

        table = ngx_slab_calloc_locked(ngx_http_llmgw_shpool(lmcf),
                           offsetof(ngx_http_llmgw_failures_sh_t, failures)
                           + n * NGX_HTTP_LLMGW_WAYS
                             * sizeof(ngx_http_llmgw_failure_t));
        if (table) {
            table->mask = n - 1;
            st->failures = table;

        } else {
            rc = NGX_ERROR;
        }
    }

    ngx_http_llmgw_unlock(lmcf);

    return rc;
}


/* an address, or what one customer of a provider has of IPv6: a /64 */

static uint64_t
ngx_http_llmgw_failures_net(struct sockaddr *sa)
{
    uint64_t              net;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    u_char               *p;
    ngx_uint_t            i;
    struct sockaddr_in6  *sin6;
#endif

    switch (sa->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;
        p = sin6->sin6_addr.s6_addr;
        net = 0;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {

            for (i = 12; i < 16; i++) {
                net = net << 8 | p[i];
            }

            return NGX_HTTP_LLMGW_NET_IPV4 | net;
        }

        for (i = 0; i < 8; i++) {
            net = net << 8 | p[i];
        }

        return net ? net : NGX_HTTP_LLMGW_NET_LOOPBACK;
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        net = ntohl(sin->sin_addr.s_addr);

        return NGX_HTTP_LLMGW_NET_IPV4 | net;

    default: /* AF_UNIX */
        return NGX_HTTP_LLMGW_NET_UNIX;
    }
}


/* what is left of the failures, of which so many are forgotten in a minute */

static uint32_t
ngx_http_llmgw_failures_excess(ngx_http_llmgw_failures_t *conf,
    ngx_http_llmgw_failure_t *f)
{
    uint64_t        gone;
    ngx_msec_int_t  ms;

    ms = (ngx_msec_int_t) (ngx_current_msec - f->last);

    if (ms <= 0) {
        return f->excess;
    }

    gone = conf->rate * ms / 60000;

    return (gone < f->excess) ? f->excess - gone : 0;
}


static ngx_http_llmgw_failure_t *
ngx_http_llmgw_failures_find_locked(ngx_http_llmgw_failures_t *conf,
    ngx_http_llmgw_state_t *st, uint64_t net)
{
    uint32_t                   excess, least;
    uint64_t                   h;
    ngx_uint_t                 i;
    ngx_http_llmgw_failure_t  *f, *found;

    /* nobody can choose addresses that meet in one bucket */

    h = (net ^ st->seed[0]) * 0x9e3779b97f4a7c15;
    h = (h ^ h >> 29 ^ st->seed[1]) * 0xbf58476d1ce4e5b9;

    f = &st->failures->failures[((h >> 32) & st->failures->mask)
                                * NGX_HTTP_LLMGW_WAYS];
    found = f;
    least = NGX_MAX_UINT32_VALUE;

    for (i = 0; i < NGX_HTTP_LLMGW_WAYS; i++) {

        if (f[i].net == net) {
            return &f[i];
        }

        excess = f[i].net ? ngx_http_llmgw_failures_excess(conf, &f[i]) : 0;

        if (excess < least) {
            least = excess;
            found = &f[i];
        }
    }

    found->net = net;
    found->last = ngx_current_msec;
    found->excess = 0;
    found->limited = 0;

    return found;
}


/*
 * It is counted before the store is asked, so that many requests at a time are
 * not more than one after the other.
 */

ngx_int_t
ngx_http_llmgw_failures_take(ngx_http_llmgw_ctx_t *ctx)
{
    uint32_t                     excess, wait;
    uint64_t                     net;
    ngx_uint_t                   tell;
    ngx_connection_t            *c;
    ngx_http_llmgw_state_t      *st;
    ngx_http_llmgw_failure_t    *f;
    ngx_http_llmgw_failures_t   *conf;
    ngx_http_llmgw_main_conf_t  *lmcf;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);
    conf = lmcf->failures;

    if (conf == NULL || ctx->suspect) {
        return NGX_OK;
    }

    c = ctx->request->connection;
    st = ngx_http_llmgw_state(lmcf);
    net = ngx_http_llmgw_failures_net(c->sockaddr);
    wait = 0;
    tell = 0;

    ngx_http_llmgw_lock(lmcf);

    f = ngx_http_llmgw_failures_find_locked(conf, st, net);

    excess = ngx_http_llmgw_failures_excess(conf, f);

    if (excess == 0) {
        f->limited = 0;
    }

    if (excess + 1000 > conf->burst) {

        /* what comes too often must not be kept out by coming */

        wait = excess + 1000 - conf->burst;
        tell = !f->limited;
        f->limited = 1;

    } else {
        f->excess = excess + 1000;
        f->last = ngx_current_msec;
    }

    ngx_http_llmgw_unlock(lmcf);

    if (wait == 0) {
        ctx->suspect = 1;
        return NGX_OK;
    }

    if (tell) {
        ngx_log_error(NGX_LOG_WARN, c->log, 0,
                      "llmgw: too many unknown keys from one address, further "
                      "ones are refused without a look at them");
    }

    ngx_str_set(&ctx->detail, "auth_limit");

    (void) ngx_http_llmgw_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                                llmgw_lit("rate_limit_exceeded"),
                                llmgw_lit("too many API keys that are not "
                                          "valid came from this address, try "
                                          "again later"));

    ctx->error.retry_after = ((uint64_t) wait * 60000 + conf->rate - 1)
                             / conf->rate;

    return NGX_HTTP_TOO_MANY_REQUESTS;
}


/* the key was good, or nobody could say */

void
ngx_http_llmgw_failures_back(ngx_http_llmgw_ctx_t *ctx)
{
    uint64_t                     net;
    ngx_http_llmgw_state_t      *st;
    ngx_http_llmgw_failure_t    *f;
    ngx_http_llmgw_main_conf_t  *lmcf;

    if (!ctx->suspect) {
        return;
    }

    ctx->suspect = 0;

    lmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_llmgw_module);

    st = ngx_http_llmgw_state(lmcf);
    net = ngx_http_llmgw_failures_net(ctx->request->connection->sockaddr);

    ngx_http_llmgw_lock(lmcf);

    f = ngx_http_llmgw_failures_find_locked(lmcf->failures, st, net);
    f->excess -= ngx_min(f->excess, 1000);

    ngx_http_llmgw_unlock(lmcf);
}
