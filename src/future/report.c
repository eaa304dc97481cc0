/* report.c - errors that nobody collected go to the hook of tt_set_error_hook. */
#include <stdio.h>

#include "base/log.h"
#include "future/future.h"
#include "thread/error_hook.h"

void tt_future_report_(tt_future *f)
{
    char who[192], function[128] = "";
    if (f->job.function) tt_name_of_(f->job.function, function, sizeof function);
    const char *name = f->name[0] ? f->name : function;
    snprintf(who, sizeof who, name[0] ? "future '%.120s'" : "a future%s", name);
    tt_report_error_(who, tt_view_of(f->result));
}
