
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The ledger: what all requests cost, in the order in which the gateway wrote
 * it down.  Three kinds of files, numbered alike:
 *
 *     .led   records of requests and changes, only ever appended to; closed
 *            with a sum of itself when a day or a size is over
 *     .tot   all sums through the .led file of the same number
 *     .grp   what reports need of the .led file of the same number
 *
 * The .led files are the truth, the others are made of them.
 */


#ifndef _LLMGW_LEDGER_H_INCLUDED_
#define _LLMGW_LEDGER_H_INCLUDED_


#include "llmgw_log.h"
#include "llmgw_sums.h"


#define LLMGW_LEDGER_SUFFIX  ".led"
#define LLMGW_TOTALS_SUFFIX  ".tot"
#define LLMGW_GROUPS_SUFFIX  ".grp"


/*
 * All sums, at a start: the latest totals and what was written since.  each is
 * called for the records since, it may be NULL.  LLMGW_ERROR: errno, or 0 for
 * what was reported.
 */

llmgw_int_t llmgw_ledger_load(const char *dir, llmgw_sums_t *sums,
    llmgw_log_pos_t *pos, llmgw_report_t *report,
    void (*each)(void *data, const llmgw_frame_t *f), void *data);

/* How many files, and how many bytes, are closed but not yet in totals. */

llmgw_int_t llmgw_ledger_unfolded(const char *dir, uint64_t *upto,
    uint64_t *files, uint64_t *bytes);

/*
 * Makes totals through a closed file, and the sums for reports of those that
 * have none.  Memory: for what these files name, not for all.
 */

llmgw_int_t llmgw_ledger_fold(const char *dir, uint64_t upto, int64_t now,
    llmgw_report_t *report);

/*
 * Deletes totals that others have replaced, and closed files that are in
 * totals, below the number "keep", and whose requests all ended before a time
 * (0: none).  The count of files, -1.
 */

long llmgw_ledger_clean(const char *dir, int64_t before, uint64_t keep,
    llmgw_report_t *report);


#endif /* _LLMGW_LEDGER_H_INCLUDED_ */
