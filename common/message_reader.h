/* message_reader - plain JSON becomes a value quickly; what is not plain is left to jansson */
#ifndef MESSAGE_READER_H
#define MESSAGE_READER_H

#include <jansson.h>
#include <stddef.h>

/* The value these bytes hold, owned, if they are JSON of a plain form: no escapes, integers of at most 18 digits,
   no member twice. NULL otherwise: then they may be JSON of another form, or none, which jansson knows to tell.
   The bytes must be valid UTF-8. `ret_data` (may be NULL): if the value is an object and its member `data` was
   written as compactly as jansson writes, where that member's value stands in the bytes; else untouched. */
json_t *message_read(const char *bytes, size_t length, const char **ret_data, size_t *ret_data_length);

#endif
