/* walk.h - going down into a value without recursion: a stack of frames, the first few in place. */
#ifndef TUTTI_VALUE_WALK_H
#define TUTTI_VALUE_WALK_H

#include "value/object.h"

struct tt_frame_ {
    const struct tt_object_ *o, *other; /* other: for walks of two at once */
    size_t pos;                         /* how far we are in o */
    uint64_t acc;                       /* what was gathered in o so far */
};

enum { TT_FRAMES_ = 16 };

struct tt_walk_ {
    struct tt_frame_ *frames;
    size_t count, room;
    struct tt_frame_ first[TT_FRAMES_];
};

static inline void tt_walk_init_(struct tt_walk_ *w)
{
    w->frames = w->first;
    w->count = 0;
    w->room = TT_FRAMES_;
}

static inline void tt_walk_end_(struct tt_walk_ *w)
{
    if (w->frames != w->first) tt_free_(w->frames);
}

static inline struct tt_frame_ *tt_walk_top_(struct tt_walk_ *w)
{
    return w->count ? &w->frames[w->count - 1] : NULL;
}

/* A new top, at the start of o; moves the frames. 0 or -ENOMEM. */
int tt_walk_push_(struct tt_walk_ *w, const struct tt_object_ *o, const struct tt_object_ *other);

#endif
