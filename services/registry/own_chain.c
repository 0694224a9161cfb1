/* own_chain - the certificates of this node's own chain, as they stand in DIR/certificates
 *
 * Read anew each time: certificates are made known a few times a year, and a renewed chain then needs no restart.
 */
#include <stdio.h>
#include <stdlib.h>

#include "enrolment.h"
#include "registry.h"

certificates_t *own_chain(const char *dir, problem_t *ret_problem)
{
    char path[NODE_DIR_TEXT + 32], *items = NULL;
    tree_t tree;
    problem_t problem;
    snprintf(path, sizeof path, "%s/tree.json", dir);
    if (tree_load(path, &tree, ret_problem) != ST_OK ||
        enrolment_chain_read(dir, &items, ret_problem) != ST_OK)
        return NULL;
    certificates_t *certificates = certificates_new(tree.root, tree.drill);
    keys_wipe(&tree, sizeof tree);
    if (enrolment_chain_add(certificates, items, &problem) != ST_OK) {
        problem_set(ret_problem, ST_BROKEN, "certificate.unreadable", "", "%s/certificates/chain.txt: %s",
                    dir, problem.why);
        certificates_destroy(&certificates);
    }
    free(items);
    return certificates;
}
