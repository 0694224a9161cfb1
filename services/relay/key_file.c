/* key_file - files of a rotation: replaced whole, and what they held before overwritten */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "enrolment.h"
#include "key_file.h"
#include "secret_file.h"

static status_t s_failed(problem_t *problem, const char *path)
{
    return problem_set(problem, ST_BROKEN, "key.file", "", "could not write %s: %s", path, strerror(errno));
}

status_t key_file_replace(const char *next, const char *used, problem_t *ret_problem)
{
    int before = open(used, O_WRONLY | O_CLOEXEC);
    bool good = rename(next, used) == 0 && secret_file_sync(used);
    status_t status = good ? ST_OK : s_failed(ret_problem, used);
    if (before >= 0) {
        if (good)
            secret_file_blank(before);
        close(before);
    }
    return status;
}

void key_file_wipe(const char *path)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        secret_file_blank(file);
        close(file);
    }
    unlink(path);
}

status_t key_file_copy(const char *from, const char *to, problem_t *ret_problem)
{
    json_t *content;
    status_t status = secret_file_load(from, &content, ret_problem);
    if (status != ST_OK)
        return status;
    status = secret_file_save(to, content, ret_problem);
    secret_file_forget(&content);
    return status;
}

/* Beside it, then renamed: a reader sees the old file or the new one. */
static status_t s_save(const char *path, const char *text, problem_t *problem)
{
    char fresh[KEY_FILE_PATH + 8];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen(fresh, "w");
    if (!file)
        return s_failed(problem, fresh);
    bool good = fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    good = fclose(file) == 0 && good && rename(fresh, path) == 0 && secret_file_sync(path);
    return good ? ST_OK : s_failed(problem, path);
}

status_t key_file_node(const char *dir, const char *object, const char *member, const char *value,
                       problem_t *ret_problem)
{
    char path[KEY_FILE_PATH];
    snprintf(path, sizeof path, "%s/node.json", dir);
    json_t *node = json_load_file(path, 0, NULL);
    json_t *place = member ? json_object_get(node, object) : node;
    json_object_set_new(place, member ? member : object, json_string(value));
    char *text = json_is_object(place) ? json_dumps(node, JSON_INDENT(2)) : NULL;
    status_t status = text ? s_save(path, text, ret_problem)
                           : problem_set(ret_problem, ST_BROKEN, "key.form", "",
                                         "%s cannot be read, or has no %s", path, object);
    free(text);
    json_decref(node);
    return status;
}

/* Append a chain, root-most first, without what stands in `already`. */
static void s_chain(buffer_t *to, const signed_certificate_t *const *chain, size_t length,
                    const signed_certificate_t *const *already, size_t already_length)
{
    for (size_t i = 0; i < length; i++) {
        bool there = false;
        for (size_t j = 0; j < already_length; j++)
            there = there || already[j] == chain[i];
        char *item = enrolment_item(chain[i]->text, chain[i]->length, &chain[i]->signature);
        buffer_text(to, there ? "" : item);
        free(item);
    }
}

status_t key_file_chain(const char *dir, const signed_certificate_t *own, certificates_t *certificates,
                        const signing_key_t *in_use, problem_t *ret_problem)
{
    const signed_certificate_t *chain[LIMIT_CHAIN_CERTIFICATES], *used_chain[LIMIT_CHAIN_CERTIFICATES];
    char path[KEY_FILE_PATH];
    hash_t fingerprint = signing_fingerprint(in_use->public_key);
    const signed_certificate_t *used =
        certificates_find(certificates, own->certificate.node, &fingerprint, NULL);
    size_t length = certificates_chain(own, chain),
           used_length = used ? certificates_chain(used, used_chain) : 0;
    buffer_t *text = buffer_new();
    s_chain(text, used_chain, used_length, NULL, 0);
    s_chain(text, chain, length, used_chain, used_length);
    snprintf(path, sizeof path, "%s/certificates/chain.txt", dir);
    status_t status = s_save(path, text->bytes, ret_problem);
    buffer_destroy(&text);
    return status;
}
