/* options - what all commands of `sinergi` share: options, files, the node's folder, the database */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "log.h"
#include "node.h"
#include "settings.h"

static const option_t *s_option(const option_t *options, const char *name, size_t length)
{
    for (const option_t *option = options; option && option->name; option++)
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

int options_take(const command_t *command, int argc, char **argv, const option_t *options)
{
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(command->help, stdout);
            exit(EXIT_OK);
        }
        if (strncmp(argv[i], "--", 2) != 0) {
            argv[kept++] = argv[i];
            continue;
        }
        const char *name = argv[i] + 2, *equals = strchr(name, '=');
        const option_t *option = s_option(options, name, equals ? (size_t)(equals - name) : strlen(name));
        if (!option)
            fatal("%s: no option %s; `sinergi %s --help` lists them", command->name, argv[i], command->name);
        if (option->flag)
            *option->flag = true;
        else if (equals)
            *option->value = equals + 1;
        else if (++i < argc)
            *option->value = argv[i];
        else
            fatal("%s: --%s needs a value", command->name, option->name);
    }
    return kept;
}

const char *node_folder(const char *option)
{
    if (option)
        setenv("SINERGI_DIR", option, 1);
    const char *dir = getenv("SINERGI_DIR");
    if (!dir || !*dir)
        fatal("which node? give --dir DIR or set SINERGI_DIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/node.json", dir);
    if (access(path, R_OK) != 0)
        fatal("%s holds no node (%s): `sinergi node init --dir %s` makes one", dir, strerror(errno), dir);
    settings_load(NULL);
    return dir;
}

char *file_read(const char *path, size_t *ret_length)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file)
        fatal("%s: %s", path, strerror(errno));
    size_t length = 0, room = 65536;
    char *text = malloc(room);
    for (size_t got; text && (got = fread(text + length, 1, room - length - 1, file)) > 0;) {
        length += got;
        if (room - length == 1)
            text = realloc(text, room *= 2);
    }
    if (!text || ferror(file))
        fatal("%s: cannot be read", path);
    if (file != stdin)
        fclose(file);
    text[length] = '\0';
    if (ret_length)
        *ret_length = length;
    return text;
}

json_t *json_read(const char *path)
{
    size_t length;
    json_error_t error;
    char *text = file_read(path, &length);
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!value)
        fatal("%s, line %d: %s", path, error.line, error.text);
    free(text);
    return value;
}

void json_print(const json_t *value)
{
    json_dumpf(value, stdout, JSON_ENCODE_ANY | (isatty(STDOUT_FILENO) ? JSON_INDENT(2) : JSON_COMPACT));
    putchar('\n');
}

int64_t number_of(const char *name, const char *text)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end || errno)
        fatal("%s is '%s', which is no whole number", name, text);
    return number;
}

json_t *memory_read(const char *path)
{
    return path && access(path, R_OK) == 0 ? json_read(path) : json_object();
}

void memory_keep(const char *path, const char *file, json_t *value)
{
    char name[256], temporary[1024];
    const char *slash = strrchr(file, '/');
    snprintf(name, sizeof name, "%s", slash ? slash + 1 : file);
    name[strcspn(name, ".")] = '\0';
    json_t *memory = memory_read(path);
    json_object_set(memory, name, value);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    if (json_dump_file(memory, temporary, JSON_INDENT(1)) != 0 || rename(temporary, path) != 0)
        fatal("%s: cannot be written", path);
    json_decref(memory);
}

PGconn *database_open(const char *role)
{
    char conninfo[1024];
    node_config_t *node = node_config_of_folder(getenv("SINERGI_DIR"));
    node_config_conninfo(node, role, conninfo, sizeof conninfo);
    node_config_destroy(&node);
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK)
        fatal("the node's database cannot be reached: %s", PQerrorMessage(connection));
    return connection;
}
