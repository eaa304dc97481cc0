/* dump.h - seeing inside: every strand, what it does and what it waits for. Python: faulthandler, asyncio ps. */
#ifndef TUTTI_DUMP_H
#define TUTTI_DUMP_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_dump - writes a line for every worker and every strand of the process to the descriptor: its name or function, the
 * kind and name of the object it waits for (see tt_name), who holds it where that is known, and whether a cancel would
 * end the wait. Others go on meanwhile, so lines may be a moment apart.
 * Returns   the number of strands, or the -errno of write
 * Strands   any; allocates nothing, waits for nothing but the descriptor     Cost   about a microsecond a strand */
TT_API int tt_dump(int fd);

#ifdef __cplusplus
}
#endif
#endif
