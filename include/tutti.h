/* tutti.h - all of tutti: Python's concurrency toolkit for C. */
#ifndef TUTTI_H
#define TUTTI_H

#include <tutti/core.h>
#include <tutti/error.h>
#include <tutti/log.h>
#include <tutti/memory.h>
#include <tutti/str.h>
#include <tutti/value.h>

#endif
