/* serve_batch_run - the calls of the database for the requests of a segment: one for each, or one for all of a type that follow one another */
#include <stdlib.h>

#include "serve_batch.h"

static void s_clear(call_t *call)
{
    json_decref(call->outcome);
    call->outcome = call->data = NULL;
    call->status = ST_OK;
    call->problem_count = 0;
}

static bool s_is_many(const batch_t *self, const batch_statement_t *statement)
{
    return self->run[statement->first]->route && self->run[statement->first]->route->flags & ROUTE_MANY;
}

static void s_parameters_of_many(batch_t *self, const batch_statement_t *statement)
{
    array_clear(self->bodies);
    array_clear(self->regions);
    array_clear(self->contexts);
    for (size_t i = 0; i < statement->count; i++) {
        const call_t *call = self->run[statement->first + i];
        array_bytes(self->bodies, call->body_bytes->bytes, call->body_bytes->length);
        array_text(self->regions, call->region);
        array_bytes(self->contexts, call->context->bytes, call->context->length);
    }
    db_array(self->parameters, self->bodies);
    db_array(self->parameters, self->regions);
    db_array(self->parameters, self->contexts);
}

static void s_parameters_of_one(batch_t *self, const call_t *call)
{
    db_text(self->parameters, call->body_bytes->bytes);
    db_text(self->parameters, call->region);
    db_text(self->parameters, call->context->bytes);
}

void batch_run(batch_t *self, db_result_fn *handler)
{
    for (size_t i = 0; i < self->run_count; i++)
        s_clear(self->run[i]);
    for (size_t i = 0; i < self->statement_count; i++) {
        const batch_statement_t *statement = &self->statements[i];
        db_parameters_clear(self->parameters);
        if (s_is_many(self, statement))
            s_parameters_of_many(self, statement);
        else
            s_parameters_of_one(self, self->run[statement->first]);
        db_run(self->serve->db, self->run[statement->first]->contract->stem, self->parameters, handler, self);
    }
}

/* Rows come in any order; each place has at most one. A request that is refused among several might not be if it saw those before it: it runs again by itself. */
static bool s_outcomes_of_many(batch_t *self, const batch_statement_t *statement, const PGresult *result)
{
    int rows[LIMIT_BATCH_MESSAGES] = {0}, row_of[LIMIT_BATCH_MESSAGES] = {0};
    bool good = true;
    for (int row = 0; row < PQntuples(result); row++) {
        unsigned long place = strtoul(PQgetvalue(result, row, 0), NULL, 10);
        if (place < 1 || place > statement->count)
            continue;
        rows[place - 1]++;
        row_of[place - 1] = row;
    }
    for (size_t i = 0; i < statement->count; i++) {
        call_t *call = self->run[statement->first + i];
        answer_outcome(call, result, rows[i], row_of[i], 1);
        good = good && !call->decided;
        if (statement->count > 1 && call->status != ST_OK)
            call->single = self->apart = true;
    }
    return good;
}

bool batch_outcomes(batch_t *self, const batch_statement_t *statement, const PGresult *result)
{
    if (s_is_many(self, statement))
        return s_outcomes_of_many(self, statement, result);
    call_t *call = self->run[statement->first];
    answer_outcome(call, result, PQntuples(result), 0, 0);
    return !call->decided;
}
