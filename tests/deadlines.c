/* deadlines.c - every public function that takes a deadline, through every way its wait can end. How to add a row:
 * tests/deadlines.h. */
#include "deadlines.h"

#include "deadlines/future.h"
#include "deadlines/strand.h"
#include "deadlines/sync.h"
#include "deadlines/thread.h"
