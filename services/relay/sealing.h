/* sealing - gives events their leaves and puts seals over them, at most LIMIT_SEAL_LEAVES under one; no input or output */
#ifndef SEALING_H
#define SEALING_H

#include "entry.h"
#include "head.h"

typedef struct sealing sealing_t;

/* `key` is copied. */
sealing_t *sealing_new(const char *node, bool drill, const signing_key_t *key);
void sealing_destroy(sealing_t **self_p);

/* Number the entries on from the head and seal them; `now` is the seals' time. The head moves. An entry without a seal is the node's own and gets this one,
   with its index and path; a received one keeps its origin's. Gives how many seals were made; *ret_seals, borrowed until the next run. */
size_t sealing_run(sealing_t *self, head_t *head, entry_t *const *entries, size_t count, int64_t now,
                   sealed_t *const **ret_seals);

#endif
