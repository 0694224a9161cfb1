/* envelope - the members of an event's bytes that carrying and following need, found without building a tree of the rest
 *
 *   envelope_t envelope;
 *   if (envelope_read(bytes, length, &envelope, &problem) == ST_OK) ...
 */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stddef.h>

#include "link.h"

#define ENVELOPE_REFS_TEXT 2048
#define ENVELOPE_SUBJECT_TEXT 128
#define ENVELOPE_ROUTE_TEXT 8192 /* LIMIT_ADDRESSEES codes of six characters fit */

typedef struct {
    uuid_id_t id;
    char source[NODE_NAME_TEXT];
    char type[LINK_TYPE_TEXT];
    char region[REGION_TEXT];
    char subject[ENVELOPE_SUBJECT_TEXT];
    int64_t version;
    char refs[ENVELOPE_REFS_TEXT]; /* "" if there are none */
    lane_t lane;
    char route[ENVELOPE_ROUTE_TEXT];
    bool has_principal, has_person, has_cause, behalf;
    bool receipt;                              /* its origin wants one */
    uuid_id_t principal, person, cause, grant; /* grant: of `behalf` */
    int64_t time;                              /* ms since 1970 */
    const char *data; /* where the value of `data` stands in the bytes; NULL if there is none */
    size_t data_length;
} envelope_t;

/* Read an event that a node composed. Members that are not known are passed over, whatever they hold; that the whole is JSON is for the database to say.
   ST_OK, or ST_INVALID with code event.form and the member's name in `at`; ret_envelope then holds nothing of use. */
status_t envelope_read(const char *bytes, size_t length, envelope_t *ret_envelope, problem_t *problem);

#endif
