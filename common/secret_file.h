/* secret_file - a small JSON file that only its owner may read, written whole or not at all
 *
 *   if (secret_file_save("DIR/keys/curve.json", json, &problem) != ST_OK) ...
 *   if (secret_file_load("DIR/keys/curve.json", &json, &problem) != ST_OK) ...
 *   secret_file_forget(&json);
 */
#ifndef SECRET_FILE_H
#define SECRET_FILE_H

#include <jansson.h>
#include <stdbool.h>

#include "status.h"

#define SECRET_FILE_BYTES (1024 * 1024) /* a file is at most so long */

/* Write path.new with mode 0600, fsync, rename, fsync the folder (made with mode 0700 if it is missing). Code
 * key.file. */
status_t secret_file_save(const char *path, const json_t *content, problem_t *ret_problem);

/* The same, for a secret that must be gone: the bytes of the file that was there are overwritten once the new one stands. What a file system or a disk
   keeps beside (snapshots, journals, worn cells) is not reached. */
status_t secret_file_destroy(const char *path, const json_t *content, problem_t *ret_problem);

/* Sync the folder in which `path` lies: a rename is durable only once its folder is. False with errno. */
bool secret_file_sync(const char *path);

/* Overwrite what an open file holds, from its start; its blocks are reached by the descriptor, whatever its name is now. False with errno. */
bool secret_file_blank(int file);

/* Read an object, a new reference; a file that group or others may use is refused (key.mode), also one that is
   missing or none of ours (key.file, key.form). */
status_t secret_file_load(const char *path, json_t **ret_content, problem_t *ret_problem);

/* Overwrite every string in it and release it; *content_p becomes NULL. */
void secret_file_forget(json_t **content_p);

#endif
