// pcg32 and pcg64 of base/rng.h against M. O'Neill's C++ library: outputs, and jumps forth and back, for many seeds.
// Built and run by test_pcg_cpp.sh.  Prints the number of comparisons and of differences; status 1 if there is any.
extern "C" {
#include "base/rng.h"
}

#include <cstdint>
#include <cstdio>
#include <pcg_random.hpp>

int main()
{
    long differences = 0, comparisons = 0;
    pcg64 source(2026, 1122);

    for (int seed = 0; seed < 2000; seed++) {
        const std::uint64_t a = source(), b = source(), c = source(), d = source(), distance = source();
        const eng_u128_t state = (eng_u128_t)a << 64 | b, stream = ((eng_u128_t)c << 64 | d) >> 1;
        eng_pcg32_t ours32;
        eng_pcg64_t ours64;
        pcg32 theirs32(a, b >> 1);
        pcg64 theirs64(state, stream);

        eng_pcg32_seed(&ours32, a, b >> 1);
        eng_pcg64_seed(&ours64, state, stream);
        for (int turn = 0; turn < 3; turn++) {
            for (int n = 0; n < 20; n++) {
                differences += eng_pcg32_next(&ours32) != theirs32();
                differences += eng_pcg64_next(&ours64) != theirs64();
                comparisons += 2;
            }
            if (turn == 0) {
                eng_pcg32_advance(&ours32, distance);
                eng_pcg64_advance(&ours64, (eng_u128_t)distance << 60);
                theirs32.advance(distance);
                theirs64.advance((eng_u128_t)distance << 60);
            } else {
                eng_pcg32_advance(&ours32, -distance);
                eng_pcg64_advance(&ours64, -(eng_u128_t)distance);
                theirs32.backstep(distance);
                theirs64.backstep(distance);
            }
        }
    }
    std::printf("%ld words compared, %ld differ\n", comparisons, differences);
    return differences != 0 || comparisons == 0;
}
