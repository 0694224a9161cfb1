/* chain - the certificates this node knows at its start: its own chain in DIR/certificates, and those in the database */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "check.h"
#include "enrolment.h"
#include "hex.h"
#include "log.h"

char *chain_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fatal("cannot read %s: is SINERGI_SHARE the folder of this release?", path);
    char *text = calloc(1, 65536);
    CHECK(text);
    size_t length = fread(text, 1, 65535, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static int s_by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* DIR/certificates/NAME.txt, root-most first: each holds certificate items. */
void chain_of_folder(relay_t *relay)
{
    char folder[1024], path[2048];
    struct dirent **files;
    snprintf(folder, sizeof folder, "%s/certificates", relay->dir);
    int count = scandir(folder, &files, NULL, s_by_name);
    if (count < 0)
        fatal("cannot read %s: enrol this node first", folder);
    for (int i = 0; i < count; i++) {
        const char *name = files[i]->d_name, *ending = strrchr(name, '.');
        if (ending && strcmp(ending, ".txt") == 0) {
            problem_t problem;
            snprintf(path, sizeof path, "%s/%s", folder, name);
            char *text = chain_file(path);
            if (enrolment_chain_add(relay->certificates, text, &problem) != ST_OK)
                fatal("%s: %s", path, problem.why);
            free(text);
        }
        free(files[i]);
    }
    free(files);
    hash_t fingerprint = signing_fingerprint(relay->signing.public_key);
    if (!certificates_find(relay->certificates, relay->node, &fingerprint, NULL))
        fatal("%s holds no certificate of node %s with the key in keys/signing.json: enrol this node first",
              folder, relay->node);
}

void chain_of_rows(certificates_t *certificates, const PGresult *result)
{
    for (size_t before = SIZE_MAX; before != certificates_count(certificates);) {
        before = certificates_count(certificates);
        for (int row = 0; row < PQntuples(result); row++) {
            signature_t signature;
            if (PQgetisnull(result, row, 2) && PQgetlength(result, row, 1) == 2 * SIGNATURE_BYTES &&
                hex_decode(PQgetvalue(result, row, 1), 2 * SIGNATURE_BYTES, signature.bytes))
                certificates_add(certificates, PQgetvalue(result, row, 0),
                                 (size_t)PQgetlength(result, row, 0), &signature, NULL);
        }
    }
}

void chain_columns(const certificates_t *certificates, size_t first, intake_t *intake,
                   db_parameters_t *parameters)
{
    for (size_t i = first; i < certificates_count(certificates); i++)
        intake_certificate(intake, certificates_at(certificates, i));
    db_parameters_clear(parameters);
    for (int i = 0; i < CERTIFICATE_COLUMNS; i++)
        db_array(parameters, intake->certificates[i]);
}
