/* settings - what an operator may set */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "log.h"
#include "settings.h"

const setting_t settings_shared[] = {
    {"SINERGI_DIR", NULL, "folder of the node: node.json, keys, sockets, logs"},
    {"SINERGI_SHARE", NULL,
     "folder of proto/ and the SQL files; ../share/sinergi beside the program, or the source"},
    {"SINERGI_DB", NULL, "conninfo for `sinergi migrate` without a folder"},
    {"SINERGI_PROCESS", "0", "number of this process of the daemon; process k listens 10k ports higher"},
    {"SINERGI_REBUILD", "0", "1: apply the node's own events too, into an empty schema"},
    {0},
};

enum { FILE_LINES = 64 };

static const setting_t *own_settings;
static struct {
    char name[64], value[448];
} file_lines[FILE_LINES];
static int file_count;

static const setting_t *s_find_in(const setting_t *table, const char *name)
{
    for (const setting_t *setting = table; setting && setting->name; setting++)
        if (strcmp(setting->name, name) == 0)
            return setting;
    return NULL;
}

static const setting_t *s_find(const char *name)
{
    const setting_t *setting = s_find_in(settings_shared, name);
    return setting ? setting : s_find_in(own_settings, name);
}

/* The file is shared by all daemons of the node, so a name of another one is no mistake; one that is no
 * SINERGI_ name is. */
static void s_file_line(const char *path, int number, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    if (*line == '\0' || *line == '#')
        return;
    char *equals = strchr(line, '=');
    if (!equals || strncmp(line, "SINERGI_", 8) != 0)
        fatal("%s, line %d: not SINERGI_NAME=value", path, number);
    if (file_count == FILE_LINES || equals - line >= 64 || strlen(equals + 1) >= 448)
        fatal("%s, line %d: too many lines, or too long", path, number);
    *equals = '\0';
    memcpy(file_lines[file_count].name, line, strlen(line) + 1);
    memcpy(file_lines[file_count].value, equals + 1, strlen(equals + 1) + 1);
    file_count++;
}

void settings_load(const setting_t *own)
{
    own_settings = own;
    file_count = 0;
    const char *dir = getenv("SINERGI_DIR");
    char path[1024], line[1024];
    snprintf(path, sizeof path, "%s/settings", dir ? dir : "");
    FILE *file = dir && *dir ? fopen(path, "re") : NULL;
    if (!file && dir && *dir && errno != ENOENT && errno != ENOTDIR)
        fatal("%s cannot be read: %s", path, strerror(errno));
    if (!file)
        return;
    for (int number = 1; fgets(line, sizeof line, file); number++)
        s_file_line(path, number, line);
    fclose(file);
}

const char *settings_get(const char *name)
{
    const setting_t *setting = s_find(name);
    CHECK(setting != NULL);
    const char *value = getenv(name);
    if (value && *value)
        return value;
    for (int i = file_count - 1; i >= 0; i--)
        if (strcmp(file_lines[i].name, name) == 0)
            return file_lines[i].value;
    return setting->fallback;
}

long settings_number(const char *name, long least, long most)
{
    const char *text = settings_get(name);
    char *end = NULL;
    errno = 0;
    long number = text ? strtol(text, &end, 10) : 0;
    bool digits = text && strspn(text, "-0123456789") == strlen(text); /* strtol takes blanks and + too */
    if (!digits || end == text || *end || errno || number < least || number > most)
        fatal("%s is '%s'; it takes a number from %ld to %ld", name, text ? text : "", least, most);
    return number;
}

static void s_print(FILE *file, const setting_t *table)
{
    for (const setting_t *setting = table; setting && setting->name; setting++)
        fprintf(file, "  %-22s %s%s%s%s\n", setting->name, setting->help, setting->fallback ? " (" : "",
                setting->fallback ? setting->fallback : "", setting->fallback ? ")" : "");
}

void settings_print(FILE *file, const setting_t *own)
{
    s_print(file, settings_shared);
    s_print(file, own);
}
