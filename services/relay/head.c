/* head - how far a node has numbered and sealed: the database's row, and DIR/state/head beside it */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "head.h"
#include "log.h"

/* Always as long, so that writing over it leaves nothing behind; below a disk's sector, so that it is written whole or not at all. */
enum { HEAD_FILE_BYTES = 256 };

bool head_load(const char *dir, head_t *ret_head)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/state/head", dir);
    if (access(path, F_OK) != 0)
        return false;
    head_t head = {0};
    const char *epoch = "", *hash = "";
    json_int_t leaf = -1, seal = -1;
    json_t *json = json_load_file(path, 0, NULL);
    bool good = json_unpack(json, "{s:s, s:I, s:I, s:s}", "epoch", &epoch, "leaf", &leaf, "seal", &seal,
                            "hash", &hash) == 0 &&
                uuid_of_text(epoch, strlen(epoch), &head.epoch) && leaf >= 0 && seal >= 0 &&
                hash_of_text(hash, strlen(hash), &head.hash);
    json_decref(json);
    if (!good) {
        log_error("head_file_unreadable", "path", path, "why",
                  "the file is damaged and passed over: that the database is complete cannot be checked",
                  NULL);
        return false;
    }
    head.leaf = leaf;
    head.seal = seal;
    *ret_head = head;
    return true;
}

/* In place, not by a new file and a rename: making a file costs more than the whole rest of a small round. */
static bool s_write(const char *path, const char *text, size_t length)
{
    static int64_t synced;
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool good = pwrite(file, text, length, 0) == (ssize_t)length;
    int64_t now = clock_monotonic();
    if (good && (synced == 0 || now - synced > 1000)) {
        good = fdatasync(file) == 0;
        synced = now;
    }
    return close(file) == 0 && good;
}

void head_save(const char *dir, const head_t *head)
{
    char folder[1024], path[1040], text[HEAD_FILE_BYTES + 1], epoch[UUID_TEXT], hash[HASH_TEXT];
    snprintf(folder, sizeof folder, "%s/state", dir);
    snprintf(path, sizeof path, "%s/head", folder);
    uuid_text(&head->epoch, epoch);
    hash_text(&head->hash, hash);
    int length =
        snprintf(text, sizeof text,
                 "{\"epoch\": \"%s\", \"leaf\": %" PRId64 ", \"seal\": %" PRId64 ", \"hash\": \"%s\"}", epoch,
                 head->leaf, head->seal, hash);
    CHECK(length > 0 && length < HEAD_FILE_BYTES);
    memset(text + length, ' ', HEAD_FILE_BYTES - (size_t)length);
    text[HEAD_FILE_BYTES - 1] = '\n';
    bool good = s_write(path, text, HEAD_FILE_BYTES);
    if (!good && errno == ENOENT && mkdir(folder, 0700) == 0)
        good = s_write(path, text, HEAD_FILE_BYTES);
    if (!good)
        log_error("head_file_not_written", "path", path, "why", strerror(errno), NULL);
}
