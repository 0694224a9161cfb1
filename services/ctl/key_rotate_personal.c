/* key_rotate_personal - a new personal key at once: a key file was lost or seen, nobody waits for the 30 days */
#include <stdio.h>

#include "clock.h"
#include "ctl.h"
#include "log.h"
#include "node.h"
#include "vault.h"

static int s_run(int argc, char **argv)
{
    const char *dir = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {0}};
    if (options_take(&command_key_rotate_personal, argc, argv, options) > 0)
        fatal("key rotate-personal: takes no word beside --dir");
    dir = node_folder(dir);
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    char path[1024], now[CLOCK_TEXT];
    problem_t problem;
    vault_t *vault;
    clock_text(clock_now(), now);
    snprintf(path, sizeof path, "%s/keys/personal.json", dir);
    /* only to a file that holds keys: a node whose file is lost needs it back, not another one */
    if (vault_load(path, &vault, &problem) != ST_OK)
        fatal("key rotate-personal: %s", problem.why);
    int version = vault_version(vault) + 1;
    vault_destroy(&vault);
    if (vault_renew(path, now, &problem) != ST_OK)
        fatal("key rotate-personal: %s", problem.why);
    printf("key rotate-personal: version %d; the registry wraps all fields by it now, and destroys the one "
           "before in 5 days\n",
           version);
    node_config_destroy(&node);
    return EXIT_OK;
}

const command_t command_key_rotate_personal = {
    "key rotate-personal", "replace the key of personal fields at once",
    "sinergi key rotate-personal [--dir DIR]\n\n"
    "Adds a new key to DIR/keys/personal.json. The registry sees it within a second, wraps the keys of all "
    "persons by it, and 5 days later\n"
    "destroys the old one in the file. It does the same by itself every 30 days; this is for a key that "
    "others may have seen. Copies of the\n"
    "file from before open what is in dumps of the database from before: destroy them too.\n",
    s_run};
