#!/usr/bin/env python3
"""Streams of random keys against NumPy: state, increment, words, and words after jumps, bit for bit.

base/rng.c is built as a shared object with the C compiler of $CC (or cc).  Status 77 (skipped) without NumPy.
"""

import ctypes
import os
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    from numpy.random import PCG64DXSM, SeedSequence
except ImportError:
    print("SKIPPED streams against NumPy: numpy with PCG64DXSM is missing")
    sys.exit(77)

SOURCE = pathlib.Path(os.environ.get("SOURCE", pathlib.Path(__file__).resolve().parent.parent))
MASK = 2**64 - 1


class Stream(ctypes.Structure):
    """eng_rng_t: two 128-bit integers, little end first."""

    _fields_ = [("words", ctypes.c_uint64 * 4)]

    def state(self):
        return self.words[0] | self.words[1] << 64, self.words[2] | self.words[3] << 64


def load(directory):
    path = os.path.join(directory, "librng.so")
    subprocess.run(
        [os.environ.get("CC", "cc"), "-std=c11", "-O2", "-shared", "-fPIC", f"-I{SOURCE}/src", f"-I{SOURCE}/include"]
        + ["-o", path, f"{SOURCE}/src/base/rng.c"],
        check=True,
    )
    library = ctypes.CDLL(path)
    library.eng_rng_next.restype = ctypes.c_uint64
    library.eng_rng_at.restype = Stream
    return library


def random_key(source):
    small = source.random() < 0.3  # NumPy drops leading zeros of integers: words of zero must count all the same
    word = lambda: source.choice([0, 1, 2**32 - 1]) if small else source.getrandbits(32)
    return [word() for _ in range(9)]


def differs(library, key, source):
    ours = Stream()
    library.eng_rng_open(
        ctypes.byref(ours), (ctypes.c_uint32 * 4)(*key[:4]), ctypes.c_uint64(key[4] | key[5] << 32),
        ctypes.c_int(ctypes.c_int32(key[6]).value), ctypes.c_uint32(key[7]), ctypes.c_uint32(key[8]),
    )
    theirs = PCG64DXSM(SeedSequence(key))
    spawned = PCG64DXSM(SeedSequence(key[:4], spawn_key=tuple(key[4:])))
    state = theirs.state["state"]
    if spawned.state["state"] != state or ours.state() != (state["state"], state["inc"]):
        return "state"
    tick, k = source.getrandbits(source.choice([4, 20, 64])), source.getrandbits(16)
    later = library.eng_rng_at(ctypes.byref(ours), ctypes.c_uint64(tick), ctypes.c_uint32(k))
    if [library.eng_rng_next(ctypes.byref(ours)) for _ in range(20)] != [int(x) for x in theirs.random_raw(20)]:
        return "words"
    spawned.advance((tick << 16) + k)
    if [library.eng_rng_next(ctypes.byref(later)) for _ in range(20)] != [int(x) for x in spawned.random_raw(20)]:
        return f"words after the jump to draw {k} of tick {tick}"
    return None


def main():
    source = random.Random(20261122)
    count = 3000
    with tempfile.TemporaryDirectory() as directory:
        library = load(directory)
        for _ in range(count):
            key = random_key(source)
            problem = differs(library, key, source)
            if problem:
                print(f"key {key}: {problem} differ")
                return 1
    print(f"{count} keys: the same state and words as NumPy")
    return 0


sys.exit(main())
