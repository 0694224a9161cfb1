/* chain - the certificates this node knows at its start: its own chain in DIR/certificates, and those in the database */
#ifndef CHAIN_H
#define CHAIN_H

#include "intake.h"
#include "relay.h"

/* A small text file whole; exits with a sentence if it cannot be read. The caller frees. */
char *chain_file(const char *path);

/* Read the node's own chain; exits with a sentence unless it ends in a certificate of this node and its signing key. */
void chain_of_folder(relay_t *relay);

/* Take the rows of the statement certificates. One counts once its issuer's does, so they are gone through until nothing is added any more. */
void chain_of_rows(certificates_t *certificates, const PGresult *result);

/* Parameters of certificate_add for all of them from `first` on; the columns are the intake's. */
void chain_columns(const certificates_t *certificates, size_t first, intake_t *intake,
                   db_parameters_t *parameters);

#endif
