/* key_file - files of a rotation: replaced whole, and what they held before overwritten. Each is done again where it fails: broken key.file, with the path and the cause */
#ifndef KEY_FILE_H
#define KEY_FILE_H

#include "certificates.h"

enum { KEY_FILE_PATH = 1200 };

/* Put `next` in the place of `used`, whose old bytes are overwritten on the disk once that is durable. */
status_t key_file_replace(const char *next, const char *used, problem_t *ret_problem);

/* Overwrite a file and remove it. */
void key_file_wipe(const char *path);

/* Copy a secret file; the folder is made if it is missing. */
status_t key_file_copy(const char *from, const char *to, problem_t *ret_problem);

/* Set a member of DIR/node.json, or of its object `object`. */
status_t key_file_node(const char *dir, const char *object, const char *member, const char *value,
                       problem_t *ret_problem);

/* Write DIR/certificates/chain.txt anew: the chain of `own`, and in front of it that of the one in use now, so that the file counts under either signing key; `own` ends it. */
status_t key_file_chain(const char *dir, const signed_certificate_t *own, certificates_t *certificates,
                        const signing_key_t *in_use, problem_t *ret_problem);

#endif
