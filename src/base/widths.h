/**
 * The vector widths that this library was built for, the widest first.  The Makefile says which (ENG_HAS_<width>); plain is always there.
 */
#ifndef ENG_BASE_WIDTHS_H
#define ENG_BASE_WIDTHS_H

#ifdef ENG_HAS_avx512
#define ENG_WITH_AVX512(X) X(avx512)
#else
#define ENG_WITH_AVX512(X)
#endif
#ifdef ENG_HAS_avx2
#define ENG_WITH_AVX2(X) X(avx2)
#else
#define ENG_WITH_AVX2(X)
#endif
#ifdef ENG_HAS_neon
#define ENG_WITH_NEON(X) X(neon)
#else
#define ENG_WITH_NEON(X)
#endif

/** Those with vectors; all of them. */
#define ENG_VECTOR_LIST(X) ENG_WITH_AVX512(X) ENG_WITH_AVX2(X) ENG_WITH_NEON(X)
#define ENG_WIDTH_LIST(X) ENG_VECTOR_LIST(X) X(plain)

#endif
