/* verify_trust - the root's key, and every certificate and revocation that the node holds */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "log.h"
#include "verify.h"

enum { TEXT, SIGNATURE, KEY, COLUMNS };

static status_t s_add(verify_t *self, const copy_value_t *row, bool revocation, problem_t *problem)
{
    signature_t signature;
    if (row[SIGNATURE].length != SIGNATURE_BYTES)
        return problem_set(problem, ST_INVALID, "signature", "", "its signature is not as long as one");
    memcpy(signature.bytes, row[SIGNATURE].bytes, SIGNATURE_BYTES);
    return revocation ? certificates_revoke(self->certificates, row[TEXT].bytes, (size_t)row[TEXT].length,
                                            &signature, problem)
                      : certificates_add(self->certificates, row[TEXT].bytes, (size_t)row[TEXT].length,
                                         &signature, problem);
}

/* Certificates stand in any order: those whose issuer is not known yet are tried again while any was taken. */
static void s_certificates(verify_t *self)
{
    size_t before, waiting;
    char key[UUID_TEXT], first[UUID_TEXT];
    do {
        before = certificates_count(self->certificates);
        waiting = 0;
        copy_rows_t *rows = copy_rows_new(
            self->connection,
            "SELECT text, signature, certificate::text FROM audit.certificate ORDER BY valid_from");
        copy_value_t row[COLUMNS];
        while (copy_rows_next(rows, row, COLUMNS)) {
            problem_t problem;
            status_t status = s_add(self, row, false, &problem);
            copy_text(&row[KEY], key, sizeof key);
            if (status == ST_MISSING && waiting++ == 0)
                memcpy(first, key, sizeof first);
            else if (status != ST_OK && status != ST_MISSING)
                verify_wrong(self, "journal.certificate", key, "it does not count: %s", problem.why);
        }
        copy_rows_destroy(&rows);
    } while (certificates_count(self->certificates) > before);
    if (waiting > 0)
        verify_wrong(self, "journal.certificate", first, "its issuer's certificate is not here");
}

/* In the order in which they came here: the time in them is a claim, and who is revoked would revoke with an earlier one. */
static void s_revocations(verify_t *self)
{
    copy_rows_t *rows = copy_rows_new(
        self->connection, "SELECT r.text, r.signature, r.certificate::text FROM audit.revocation r"
                          " LEFT JOIN audit.leaf l ON l.id = r.event LEFT JOIN audit.had h ON h.id = r.event"
                          " ORDER BY coalesce(l.leaf, h.leaf), r.place");
    copy_value_t row[COLUMNS];
    char key[UUID_TEXT];
    while (copy_rows_next(rows, row, COLUMNS)) {
        problem_t problem;
        if (s_add(self, row, true, &problem) != ST_OK)
            verify_wrong(self, "journal.revocation", copy_text(&row[KEY], key, sizeof key),
                         "it does not count: %s", problem.why);
    }
    copy_rows_destroy(&rows);
}

void verify_trust(verify_t *self, const char *dir)
{
    char path[1024];
    problem_t problem;
    snprintf(path, sizeof path, "%s/tree.json", dir);
    if (tree_load(path, &self->tree, &problem) != ST_OK)
        fatal("verify: %s", problem.why);
    self->certificates = certificates_new(self->tree.root, self->tree.drill);
    s_certificates(self);
    s_revocations(self);
}
