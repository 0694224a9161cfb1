/* principal - keys of a person or script: `sinergi principal new` */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "ctl.h"
#include "log.h"
#include "secret_file.h"

static int s_new(int argc, char **argv)
{
    const char *dir = NULL, *memory = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {"memory", &memory, NULL}, {0}};
    int left = options_take(&command_principal_new, argc, argv, options);
    if (left != 1 || !*argv[0] ||
        strspn(argv[0], "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(argv[0]) || strlen(argv[0]) > 64)
        fatal(
            "principal new: give a name of lower-case letters, digits, - and _: sinergi principal new budi");
    if (!dir)
        dir = getenv("SINERGI_DIR");
    char folder[900], path[1000], key[41], secret[41];
    snprintf(folder, sizeof folder, "%s/principals", dir ? dir : ".");
    if (!dir)
        snprintf(folder, sizeof folder, ".");
    snprintf(path, sizeof path, "%s/%s.json", folder, argv[0]);
    if (access(path, F_OK) == 0)
        fatal("principal new: %s is there already; a key is never made over", path);
    if (zmq_curve_keypair(key, secret) != 0)
        fatal("principal new: this libzmq has no CURVE");
    problem_t problem;
    json_t *document = json_pack("{s:s, s:s, s:s}", "name", argv[0], "key", key, "secret", secret);
    if (secret_file_save(path, document, &problem) != ST_OK)
        fatal("principal new: %s", problem.why);
    secret_file_forget(&document);
    json_t *shown = json_pack("{s:s, s:s, s:s}", "name", argv[0], "key", key, "file", path);
    json_print(shown);
    if (memory)
        memory_keep(memory, argv[0], shown);
    json_decref(shown);
    return EXIT_OK;
}

const command_t command_principal_new = {
    "principal new", "make the keys of a person or script",
    "sinergi principal new [--dir DIR] [--memory FILE] NAME\n\n"
    "Makes a CURVE key pair in DIR/principals/NAME.json (mode 0600; without DIR in this folder) and prints "
    "the public key. The secret never leaves the\n"
    "machine. --memory keeps the public key for requests that say \"${NAME.key}\". An admin then enrols "
    "it:\n\n"
    "  sinergi call principal_enrol key=KEY person=UUID label='Budi Santoso' kind=person "
    "roles:='[\"clerk\"]'\n",
    s_new};
