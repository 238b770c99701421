/** Allocations that fail when a fault test says so; what --wrap of the Makefile asks for.  Included by one file a program. */
#ifndef ENG_FAULT_MEMORY_H
#define ENG_FAULT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

static long allocations_left = -1; /* negative: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool
fails(void)
{
    if (allocations_left == 0) {
        return true;
    }
    allocations_left -= allocations_left > 0;
    return false;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

#endif
