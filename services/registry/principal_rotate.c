/* principal_rotate - a principal replaces its key over the one that is in use, never over one that was replaced already
 *
 * A key that was stolen and replaced is valid until its overlap ends; it must not be able to choose the next key. The statement compares the key again, under the principal's lock: what
 * is in memory here may be older than a rotation of a moment ago.
 */
#include "check.h"
#include "registry.h"

status_t principal_rotate_check(serve_t *serve, call_t *call)
{
    (void)serve;
    if (call->principal.key_to)
        return call_refuse(call, ST_DENIED, "principal.key_replaced", "",
                           "the key was replaced already: only the one in use replaces itself");
    if (!call->added)
        call->added = json_object();
    CHECK(call->added);
    json_object_set_new(call->added, "key", json_string(call->principal.fingerprint));
    return ST_OK;
}
