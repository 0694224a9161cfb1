/* key_file - files of a rotation: replaced whole, and what they held before overwritten; false with errno where that fails */
#ifndef KEY_FILE_H
#define KEY_FILE_H

#include "certificates.h"

enum { KEY_FILE_PATH = 1200 };

/* Put `next` in the place of `used`, whose old bytes are overwritten on the disk once that is durable. */
bool key_file_replace(const char *next, const char *used);

/* Overwrite a file and remove it. */
void key_file_wipe(const char *path);

/* Copy a secret file; the folder is made if it is missing. */
bool key_file_copy(const char *from, const char *to);

/* Set a member of DIR/node.json, or of its object `object`. */
bool key_file_node(const char *dir, const char *object, const char *member, const char *value);

/* Write DIR/certificates/chain.txt anew: the chain of `own`, and in front of it that of the one in use now, so that the file counts under either signing key; `own` ends it. */
bool key_file_chain(const char *dir, const signed_certificate_t *own, certificates_t *certificates,
                    const signing_key_t *in_use);

#endif
