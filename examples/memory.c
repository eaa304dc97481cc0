/* An allocator of your own: all memory of the library comes from it. */
#include <stdio.h>
#include <stdlib.h>
#include <tutti.h>

static long live;       /* atomic in a program with threads */

static void *get(void *user, size_t align, size_t bytes)
{
    (void)user;
    size_t step = align < 16 ? 16 : align;              /* aligned_alloc wants a multiple of it */
    void *block = aligned_alloc(step, (bytes + step - 1) / step * step);
    live += block != NULL;
    return block;
}

static void *resize(void *user, void *block, size_t bytes)
{
    (void)user;
    return realloc(block, bytes);
}

static void release(void *user, void *block)
{
    (void)user;
    free(block);
    live--;
}

int main(void)
{
    TT_MUST(tt_set_allocator(&(tt_allocator){ .size = sizeof(tt_allocator), .alloc = get, .resize = resize,
                                              .release = release }));
    tt_value text = tt_str("a text that is too long to be kept in the sixteen bytes of a value");
    printf("blocks in use: %ld\n", live);
    tt_drop(text);
    printf("blocks in use: %ld\n", live);
}
/* prints:
blocks in use: 1
blocks in use: 0
*/
