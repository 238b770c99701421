#!/usr/bin/env python3
"""`rng_stream`, which feeds batteries of tests, writes the engine's words: against NumPy, whose path is another one.

Each word is asked of NumPy by its key and its position (tick x 2^16 + draw).  Status 77 (skipped) without NumPy.
"""

import os
import pathlib
import re
import subprocess
import sys

try:
    from numpy.random import PCG64DXSM, SeedSequence
except ImportError:
    print("SKIPPED the stream for batteries against NumPy: numpy with PCG64DXSM is missing")
    sys.exit(77)

SOURCE = pathlib.Path(os.environ.get("SOURCE", pathlib.Path(__file__).resolve().parent.parent))
PROGRAM = pathlib.Path(os.environ.get("OUT", SOURCE / "build/release")) / "tests/rng_stream"
TRIGGERS, START = 8, (4096 - 30) * 16  # ticks from day -4096 to day -30
CHANNELS = [int(number) for number in re.findall(r"^ +X\([A-Z_]+, (\d+),", (SOURCE / "src/base/channels.h").read_text(), re.M)]
TICKS = {"tick": 1, "day": 16, "ten_days": 160}

CASES = [
    dict(streams=3, draws=2, walk="day", vary="patient", first=0),
    dict(streams=64, draws=1, walk="day", vary="patient", first=4294967290),
    dict(streams=65, draws=3, walk="tick", vary="point", first=7),
    dict(streams=50, draws=1, walk="ten_days", vary="channel", first=5),
    dict(streams=5, draws=4, walk="draw", vary="variant", first=0),
    dict(streams=130, draws=2, walk="day", vary="seed", first=1, steps=3),
]


def key(vary, number):
    seed, patient, channel, point, variant = 20261122, 0, TRIGGERS, 0, 0
    if vary == "patient":
        patient = number
    elif vary == "channel":
        patient, channel = divmod(number, len(CHANNELS))
        channel = CHANNELS[channel]
    elif vary == "point":
        point = number
    elif vary == "variant":
        variant = number
    else:
        seed = number
    return [seed, 0, 0, 0, patient % 2**32, patient >> 32, channel, point, variant]


def expected(num_stops, streams, draws, walk, vary, first, steps=0):
    words = []
    for stop in range(num_stops):
        turn, step = divmod(stop, steps) if steps else (0, stop)
        for k in range(draws):
            for s in range(streams):
                stream = PCG64DXSM(SeedSequence(key(vary, first + turn * streams + s)))
                far = step * draws if walk == "draw" else step * TICKS[walk] << 16
                stream.advance((START << 16) + far + k)
                words.append(int(stream.random_raw()))
    return words


def check(case, num_stops=7):
    want = b"".join(word.to_bytes(8, "little") for word in expected(num_stops, **case))
    with subprocess.Popen([PROGRAM] + [f"{k}={v}" for k, v in case.items()], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
        got = p.stdout.read(len(want))
        p.stdout.close()  # nobody reads any more: a quiet end
        said = p.stderr.read()
        status = p.wait(timeout=60)
    if got != want:
        return "words differ from NumPy's"
    return f"ended with status {status}, said {said!r}" if status != 0 or said else None


def refused(argument):
    done = subprocess.run([PROGRAM, argument], capture_output=True, timeout=60)
    ok = done.returncode == 64 and done.stdout == b"" and argument.encode() in done.stderr
    return None if ok else f"status {done.returncode}, {done.stderr!r}"


def main():
    failed = 0
    checks = [(case, check) for case in CASES]
    checks += [(text, refused) for text in ("streams=0", "streams=65537", "walk=month", "draws=1x", "vary=", "colour=red", "day")]
    for case, function in checks:
        problem = function(case)
        if problem:
            failed += 1
            print(f"failed: {case}: {problem}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
