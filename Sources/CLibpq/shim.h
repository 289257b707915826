#include <libpq-fe.h>

// A macro with a character that Swift does not import: the field of an error that holds its SQLSTATE.
static const int modelcatalog_sqlstate_field = PG_DIAG_SQLSTATE;
