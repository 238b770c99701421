/**
 * The language of the step loop: loops over lanes, the real type, multiply-add with equal bits on every machine, and
 * elementary functions that compile to vector code.  Every file of this folder is compiled for each vector width
 * (ENG_WIDTH = avx512, avx2, neon, plain), and once more (ENG_WIDTH = avx512_mixed ..., with ENG_MIXED) for tiles whose lanes
 * belong to several points; LANE_FUNCTION keeps the builds apart.  ENG_VECTOR: this build has vectors and fused multiply-add.
 */
#ifndef ENG_MODEL_LANES_LANES_H
#define ENG_MODEL_LANES_LANES_H

#include "base/math.h"
#include "model/plan.h"
#include "model/rates.h"
#include "model/tile.h"

#ifndef ENG_WIDTH
#error "ENG_WIDTH (avx512, avx2, neon, plain and the same with _mixed) is set by the Makefile for this folder"
#endif

/*
 * What files of this folder have of one another carries the build in its symbol: LANE_FUNCTION(void, eng_kill, (...)); declares
 * eng_kill, which the linker knows as eng_kill_avx2.  That declaration is all; a name without it is in several builds and does not link.
 */
#define LANE_TEXT2(word) #word
#define LANE_TEXT(word) LANE_TEXT2(word)
#define LANE_WIDTH LANE_TEXT(ENG_WIDTH)
#define LANE_SYMBOL(name) __asm__(LANE_TEXT(__USER_LABEL_PREFIX__) #name "_" LANE_WIDTH)
#define LANE_FUNCTION(type, name, arguments) type name arguments LANE_SYMBOL(name)
#define LANE_TABLE(type, name) extern const type name LANE_SYMBOL(name)

typedef eng_real_t real;

/* Constants of a point: LANE(r->transit) is one number for the whole tile, or in a mixed tile that of lane l's point. */
#ifdef ENG_MIXED
typedef eng_rate_rows_t rates_t;
typedef eng_step_rows_t step_rates_t;
#define RATES(c) ((c)->rate_rows)
#define LANE(constant) ((constant)[l])
#define PARAMS(c, l) ((c)->rate_rows->params[l])
#else
typedef eng_rates_t rates_t;
typedef eng_step_rates_t step_rates_t;
#define RATES(c) ((c)->rates)
#define LANE(constant) (constant)
#define PARAMS(c, l) (&(c)->rates->params)
#endif
/* A loop that stores before it reads them takes them as a restrict parameter, so that they are read before the loop and not in every iteration. */
#define STEP_RATES(c) (&RATES(c)->step[(c)->row->ladder])
#define POOL_RATES(c) (&RATES(c)->step[(c)->row->pool_ladder])

/* Iterations are independent: lanes never look at one another.  The plain build uses no vectors at all. */
#ifdef ENG_VECTOR
#define LANE_PRAGMA(text) _Pragma(#text)
#else
#define LANE_PRAGMA(text)
#endif
#define LANE_SIMD LANE_PRAGMA(omp simd)
#define FOR_LANES LANE_SIMD for (int l = 0; l < ENG_LANES; l++)
#define FOR_SPAN LANE_SIMD for (int l = first; l < end; l++)

#define LANE_INLINE static inline __attribute__((always_inline))

#include "model/lanes/fma.h"
#include "model/lanes/numerics.h"
#include "model/lanes/real_math.h"

LANE_INLINE real max0(real x)
{
    return x > 0 ? x : 0;
}

LANE_INLINE real at_most(real x, real limit)
{
    return x < limit ? x : limit;
}

/** v' = source + net v over a step, exact for constant source and net while |net dt| is small (< 0.3: 1e-4 of the change). */
LANE_INLINE real grow(real v, real net, real source, real dt)
{
    return fma_real(dt * phi_small(net * dt), fma_real(net, v, source), v);
}

/**
 * v' = source + net v where net and source fall as v rises: slope = -d(source + net v)/dv + net.  Exponential step about
 * the tangent (Rosenbrock-Euler), second order.
 */
LANE_INLINE real grow_limited(real v, real net, real slope, real source, real dt)
{
    return fma_real(dt * phi_small((net - slope) * dt), fma_real(net, v, source), v);
}

/** v' = k (target - v) over a step; share = 1 - exp(-k dt). */
LANE_INLINE real relax(real v, real target, real share)
{
    return fma_real(share, target - v, v);
}

LANE_INLINE real mean(real a, real b)
{
    return (real)0.5 * (a + b);
}

/** The same as grow where |net dt| may reach 1. */
LANE_INLINE real grow_fast(real v, real net, real source, real dt)
{
    return fma_real(dt * phi_wide(net * dt), fma_real(net, v, source), v);
}

/** phi_wide for any x: drugs may kill faster than a step. */
LANE_INLINE real phi_any(real x)
{
    const real e = real_exp(x);
    return x * x > (real)0.25 ? (e - 1) / x : phi_wide(x);
}

/** The same as grow for any net dt. */
LANE_INLINE real grow_any(real v, real net, real source, real dt)
{
    return max0(fma_real(dt * phi_any(net * dt), fma_real(net, v, source), v)); /* next to nothing may round to less */
}

#endif
