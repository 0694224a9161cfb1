/* secret_file - a small JSON file that only its owner may read, written whole or not at all */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "json_pool.h"
#include "secret_file.h"

static status_t s_failed(problem_t *problem, const char *what, const char *path)
{
    return problem_set(problem, ST_BROKEN, "key.file", "", "could not %s %s: %s", what, path,
                       strerror(errno));
}

static bool s_write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool s_write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool good = fchmod(file, 0600) == 0 && s_write_all(file, text, strlen(text)) &&
                s_write_all(file, "\n", 1) && fsync(file) == 0;
    return close(file) == 0 && good;
}

static void s_folder(const char *path, char ret_folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(ret_folder, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    else
        snprintf(ret_folder, PATH_MAX, ".");
}

bool secret_file_sync(const char *path)
{
    char folder[PATH_MAX];
    s_folder(path, folder);
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool good = fsync(file) == 0;
    return close(file) == 0 && good;
}

status_t secret_file_save(const char *path, const json_t *content, problem_t *ret_problem)
{
    char folder[PATH_MAX], fresh[PATH_MAX];
    if ((size_t)snprintf(fresh, sizeof fresh, "%s.new", path) >= sizeof fresh) {
        errno = ENAMETOOLONG;
        return s_failed(ret_problem, "write", "a key file");
    }
    s_folder(path, folder);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return s_failed(ret_problem, "make the folder", folder);
    char *text = json_text(content, JSON_INDENT(2));
    CHECK(text);
    bool good = s_write_file(fresh, text) && rename(fresh, path) == 0 && secret_file_sync(path);
    int error = errno;
    sodium_memzero(text, strlen(text));
    free(text);
    errno = error;
    return good ? ST_OK : s_failed(ret_problem, "write", path);
}

bool secret_file_blank(int file)
{
    static const char blank[4096];
    struct stat info;
    bool good = fstat(file, &info) == 0;
    for (off_t left = good ? info.st_size : 0; good && left > 0; left -= (off_t)sizeof blank)
        good = s_write_all(file, blank, left < (off_t)sizeof blank ? (size_t)left : sizeof blank);
    return good && fsync(file) == 0;
}

status_t secret_file_destroy(const char *path, const json_t *content, problem_t *ret_problem)
{
    int old = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (old < 0)
        return s_failed(ret_problem, "open", path);
    status_t status = secret_file_save(path, content, ret_problem);
    if (status == ST_OK && !secret_file_blank(old))
        status = s_failed(ret_problem, "overwrite what was in", path);
    close(old);
    return status;
}

static status_t s_read_open(int file, const char *path, json_t **ret_content, problem_t *problem)
{
    struct stat info;
    if (fstat(file, &info) != 0)
        return s_failed(problem, "read", path);
    if (!S_ISREG(info.st_mode) || info.st_size > SECRET_FILE_BYTES)
        return problem_set(problem, ST_BROKEN, "key.form", "", "%s is not a key file", path);
    if (info.st_mode & 077)
        return problem_set(
            problem, ST_BROKEN, "key.mode", "",
            "%s may be read by others than its owner: chmod 600, and replace the key if others had access",
            path);
    char *text = calloc(1, (size_t)info.st_size + 1);
    CHECK(text);
    ssize_t length = read(file, text, (size_t)info.st_size);
    json_t *content = length > 0 ? json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, NULL) : NULL;
    sodium_memzero(text, (size_t)info.st_size);
    free(text);
    if (length < 0)
        return s_failed(problem, "read", path);
    if (!json_is_object(content)) {
        json_decref(content);
        return problem_set(problem, ST_BROKEN, "key.form", "", "%s is not a JSON object", path);
    }
    *ret_content = content;
    return ST_OK;
}

status_t secret_file_load(const char *path, json_t **ret_content, problem_t *ret_problem)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return s_failed(ret_problem, "open", path);
    status_t status = s_read_open(file, path, ret_content, ret_problem);
    close(file);
    return status;
}

/* The depth is that of our own files, which we wrote. */
static void s_overwrite(json_t *content)
{
    const char *key;
    json_t *value;
    size_t index;
    if (json_is_string(content))
        sodium_memzero((char *)(uintptr_t)json_string_value(content), json_string_length(content));
    json_object_foreach(content, key, value) s_overwrite(value);
    json_array_foreach(content, index, value) s_overwrite(value);
}

void secret_file_forget(json_t **content_p)
{
    s_overwrite(*content_p);
    json_decref(*content_p);
    *content_p = NULL;
}
