/* link_reader - reading the members of one JSON object until the first that is wrong; shared by the files of
 * link */
#ifndef LINK_READER_H
#define LINK_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"

typedef struct {
    json_t *json; /* the object whose members are read */
    problem_t *problem;
    status_t status; /* ST_OK so far, or ST_INVALID; the functions then do nothing any more */
} link_reader_t;

/* Parse; link_reader_close gives back the status and frees. */
void link_reader_open(link_reader_t *self, const char *bytes, size_t length, problem_t *problem);
status_t link_reader_close(link_reader_t *self, json_t *root);

/* Note what is wrong with a member. */
void link_reader_refuse(link_reader_t *self, const char *member, const char *rule);

/* Whether a text may stand in a member. */
typedef bool link_form_fn(const char *text, size_t length);
link_form_fn link_is_word, link_is_visible, link_is_uuid, link_is_hash;

/* Read a member into `ret_text` of `size` bytes. `empty`: "" is allowed too. */
void link_read_text(link_reader_t *self, const char *member, link_form_fn *form, bool empty, char *ret_text,
                    size_t size);
void link_read_number(link_reader_t *self, const char *member, int64_t least, int64_t most,
                      int64_t *ret_number);
void link_read_flag(link_reader_t *self, const char *member, bool *ret_flag);
void link_read_clock(link_reader_t *self, const char *member, int64_t *ret_instant);
void link_read_lane(link_reader_t *self, const char *member, lane_t *ret_lane);

/* The text of an object, compact; the reference is taken. */
char *link_json_text(json_t *json);

/* An instant as a new JSON string. */
json_t *link_json_clock(int64_t instant);

#endif
