/* random.c - SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
#include "base/random.h"

#include <tutti/core.h>

uint32_t tt_random_(void)
{
    static __thread uint64_t state;
    if (state == 0) state = (uint64_t)(uintptr_t)&state ^ (uint64_t)tt_clock();
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}
