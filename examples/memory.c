/* An allocator of your own: all memory of the library comes from it. This one counts. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <tutti.h>

struct counts {
    atomic_size_t blocks, bytes;
};

static void *get(void *user, size_t align, size_t bytes)
{
    struct counts *c = user;
    size_t step = align < 16 ? 16 : align; /* aligned_alloc wants a multiple of it */
    c->blocks++;
    c->bytes += bytes;
    return aligned_alloc(step, (bytes + step - 1) / step * step);
}

static void *resize(void *user, void *block, size_t bytes)
{
    ((struct counts *)user)->bytes += bytes;
    return realloc(block, bytes);
}

static void release(void *user, void *block)
{
    (void)user;
    free(block);
}

int main(void)
{
    struct counts c = { 0, 0 };
    tt_allocator mine = { .size = sizeof mine, .alloc = get, .resize = resize, .release = release, .user = &c };
    TT_MUST(tt_set_allocator(&mine)); /* first of all, before anything of the library is made */

    tt_auto n = tt_int(7);
    printf("an int: %zu blocks\n", c.blocks);
    tt_auto text = tt_str("a text that does not fit the sixteen bytes of a value");
    printf("a text: %zu block, more than 50 bytes: %s\n", c.blocks, c.bytes > 50 ? "yes" : "no");
}
/* prints:
an int: 0 blocks
a text: 1 block, more than 50 bytes: yes
*/
