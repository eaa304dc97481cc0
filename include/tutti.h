/* tutti.h - Python's concurrency toolkit for C: all of it. Made by scripts/umbrella. */
#ifndef TUTTI_H
#define TUTTI_H

#include <tutti/core.h>
#include <tutti/error.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/memory.h>
#include <tutti/scope.h>
#include <tutti/str.h>
#include <tutti/strand.h>
#include <tutti/value.h>

#endif
