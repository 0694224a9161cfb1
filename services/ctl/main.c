/* sinergi - the program of operators, script authors and auditors
 *
 * SYNOPSIS   sinergi COMMAND [OPTION]... [ARGUMENT]...      sinergi help COMMAND
 * COMMANDS   stand in the table below; each explains itself with --help
 * EXIT CODES 0 ok, 1 the program's own trouble, 2 invalid, 3 denied, 4 missing, 5 conflict, 6 retry, 7
 * broken: the status of the reply SETTINGS   SINERGI_DIR    the node's folder, where --dir is not given
 *            SINERGI_SHARE  folder of proto/ and the SQL files
 *            SINERGI_DB     conninfo for `sinergi migrate` without a folder
 */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "log.h"
#include "settings.h"

static const command_t *const commands[] = {
    &command_send,        &command_call,          &command_whoami,     &command_tail,
    &command_schema,      &command_status,        &command_verify,     &command_migrate,
    &command_prove,       &command_archive,       &command_node_init,  &command_node_certify,
    &command_node_admit,  &command_node_announce, &command_node_renew, &command_node_revoke,
    &command_node_rotate, &command_principal_new, &command_clock_set,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void s_usage(FILE *file)
{
    fprintf(file, "sinergi " SINERGI_VERSION
                  " - talk to the nodes of Sinergi\n\nusage: sinergi COMMAND [OPTION]... [ARGUMENT]...\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(file, "  %-16s %s\n", commands[i]->name, commands[i]->line);
    fprintf(
        file,
        "\n`sinergi COMMAND --help` explains one. --dir DIR (or SINERGI_DIR) names the node's folder.\n"
        "Exit codes: 0 ok, 1 trouble here, 2 invalid, 3 denied, 4 missing, 5 conflict, 6 retry, 7 broken.\n");
}

/* The command whose words begin the arguments; *ret_words says how many they are. */
static const command_t *s_find(int argc, char **argv, int *ret_words)
{
    for (int i = 0; i < COMMANDS; i++) {
        const char *space = strchr(commands[i]->name, ' ');
        size_t first = space ? (size_t)(space - commands[i]->name) : strlen(commands[i]->name);
        if (strlen(argv[0]) != first || strncmp(argv[0], commands[i]->name, first) != 0)
            continue;
        if (space && (argc < 2 || strcmp(argv[1], space + 1) != 0))
            continue;
        *ret_words = space ? 2 : 1;
        return commands[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    log_open("sinergi");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || (strcmp(argv[1], "help") == 0 && argc == 2)) {
        s_usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_TROUBLE : EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("sinergi " SINERGI_VERSION "\n");
        return EXIT_OK;
    }
    int skip = strcmp(argv[1], "help") == 0 ? 2 : 1;
    int words = 0;
    const command_t *command = s_find(argc - skip, argv + skip, &words);
    if (!command) {
        fprintf(stderr, "sinergi: no command '%s'; `sinergi help` lists them\n", argv[skip]);
        return EXIT_TROUBLE;
    }
    if (skip == 2) {
        fputs(command->help, stdout);
        return EXIT_OK;
    }
    settings_load(NULL);
    return command->run(argc - 1 - words, argv + 1 + words);
}
