/**
 * Allocations that fail when a fault test says so, and a list of those that have not been given back; what --wrap of the Makefile asks for.
 * Only what engraft itself allocates comes by here, not what shared libraries do.  Included by one file a program.
 */
#ifndef ENG_FAULT_MEMORY_H
#define ENG_FAULT_MEMORY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static long allocations_left = -1; /* negative: none fails; else all fail after so many */
static bool fail_only_one;         /* but one alone */

static long allocations_live;      /* not freed yet */

enum { LIVE_SLOTS = 1 << 18 };
static uintptr_t live[LIVE_SLOTS]; /* open addressing; 0: empty */
static pthread_mutex_t live_mutex = PTHREAD_MUTEX_INITIALIZER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static bool
fails(void)
{
    if (allocations_left == 0) {
        allocations_left -= fail_only_one;
        return true;
    }
    allocations_left -= allocations_left > 0;
    return false;
}

static size_t
slot_of(uintptr_t memory)
{
    return (size_t)((uint64_t)memory * UINT64_C(0x9E3779B97F4A7C15) >> 46);
}

static void *
note(void *memory)
{
    if (memory != NULL) {
        pthread_mutex_lock(&live_mutex);
        size_t j = slot_of((uintptr_t)memory);
        while (live[j] != 0) {
            j = (j + 1) % LIVE_SLOTS;
        }
        live[j] = (uintptr_t)memory;
        allocations_live++;
        pthread_mutex_unlock(&live_mutex);
    }
    return memory;
}

/* Memory that is not in the list came from a library. */
static void
forget(uintptr_t memory)
{
    pthread_mutex_lock(&live_mutex);
    size_t j = slot_of(memory), k;

    while (live[j] != 0 && live[j] != memory) {
        j = (j + 1) % LIVE_SLOTS;
    }
    if (live[j] != 0) {
        allocations_live--;
        /* What stands behind it and was put there because this place was taken moves up. */
        for (k = (j + 1) % LIVE_SLOTS; live[k] != 0; k = (k + 1) % LIVE_SLOTS) {
            const size_t home = slot_of(live[k]);
            if ((k - home) % LIVE_SLOTS >= (k - j) % LIVE_SLOTS) {
                live[j] = live[k];
                j = k;
            }
        }
        live[j] = 0;
    }
    pthread_mutex_unlock(&live_mutex);
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : note(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : note(__real_calloc(count, size));
}

void *
__wrap_realloc(void *memory, size_t size)
{
    const uintptr_t before = (uintptr_t)memory;
    void *after = fails() ? NULL : __real_realloc(memory, size);

    if (after != NULL && before != 0) {
        forget(before);
    }
    return note(after);
}

void
__wrap_free(void *memory)
{
    forget((uintptr_t)memory);
    __real_free(memory);
}

#endif
