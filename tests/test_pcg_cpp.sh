#!/bin/bash
# pcg32 and pcg64 against the C++ library of their author (Debian: libpcg-cpp-dev); skipped where that is missing.
set -eu
SOURCE=${SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
CXX=${CXX:-g++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! echo '#include <pcg_random.hpp>' | "$CXX" -std=c++11 -x c++ -fsyntax-only - 2>/dev/null; then
    echo "SKIPPED pcg against the C++ library: $CXX with pcg_random.hpp is missing"
    exit 77
fi
"${CC:-cc}" -std=c11 -O2 -I"$SOURCE/src" -I"$SOURCE/include" -c -o "$work/rng.o" "$SOURCE/src/base/rng.c"
"$CXX" -std=c++11 -O2 -I"$SOURCE/src" -I"$SOURCE/include" -o "$work/oracle" "$SOURCE/tests/pcg_oracle.cpp" "$work/rng.o"
"$work/oracle"
