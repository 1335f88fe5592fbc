
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * Keys, teams, users … in files, numbered alike:
 *
 *     .ent   changes, one after the other
 *     .snp   everything as it was at the end of the .ent file of this number
 */


#ifndef _LLMGW_ENTITIES_H_INCLUDED_
#define _LLMGW_ENTITIES_H_INCLUDED_


#include "llmgw_log.h"


#define LLMGW_ENTITIES_SUFFIX  ".ent"
#define LLMGW_SNAPSHOT_SUFFIX  ".snp"


/* Where a record is: its file, the frame's place and size in it. */

typedef struct {
    uint64_t         offset;
    uint32_t         segment;
    uint32_t         length;
} llmgw_place_t;

#define llmgw_place_segment(number, snapshot)                                \
    ((uint32_t) ((number) << 1 | (snapshot)))

void llmgw_place_path(char *path, const char *dir, uint32_t segment);

typedef llmgw_int_t (*llmgw_entity_pt)(void *data, const llmgw_entity_t *e,
    const llmgw_place_t *place);


/*
 * All entities, each once and as it is now; pos is the end of the changes.
 * LLMGW_INVALID: something could not be read (reported), so that what is known
 * may be older than what was said last; LLMGW_ERROR: errno; or what the
 * handler returned, which ends it.
 */

llmgw_int_t llmgw_entities_load(const char *dir, llmgw_log_pos_t *pos,
    llmgw_report_t *report, llmgw_entity_pt handler, void *data);

/* A snapshot through a file that is closed. */

llmgw_int_t llmgw_entities_compact(const char *dir, uint64_t upto,
    int64_t now, llmgw_report_t *report);

/* Bytes in changes behind the latest snapshot, and in the snapshot. */

llmgw_int_t llmgw_entities_garbage(const char *dir, uint64_t *changes,
    uint64_t *snapshot, uint64_t *number);

/*
 * Deletes what is older than the snapshot before the latest; that one is kept
 * in case the latest is damaged.  The count of files, -1.
 */

long llmgw_entities_clean(const char *dir);


#endif /* _LLMGW_ENTITIES_H_INCLUDED_ */
