#!/usr/bin/env python3
"""The progress bar on a terminal: a pseudo-terminal of a given width, under mpirun (EXTENT=all: without it too), resized while a run goes on.

A line that is as wide as the terminal makes it scroll, four times a second.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

from testlib import check, finish

STUDY = """\
study: terminal
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 6400}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
design: {lhs: {points: 20000}}
parameters: {thymus.export_at_20y: prior}
outcomes: [relapse]
"""
WANTED = 6     # lines of the display
LONGEST = 60   # seconds
SETTLED = 1.5  # seconds after a resize: what was written before it is still on its way


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def watch(command, first, then):
    """[(seconds, bytes)] of what a terminal of `first` columns gets, of `then` columns when it has shown some lines; when that was, and when
    the command was told to stop, as the narrower one had shown some too; the status."""
    terminal, inside = pty.openpty()
    resize(terminal, first)
    process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, start_new_session=True)
    os.close(inside)
    began, changed, stopped, pieces = time.monotonic(), None, None, []
    while True:
        ready = select.select([terminal], [], [], 0.1)[0]
        now = time.monotonic() - began
        if changed is None and len(bars(pieces, 0, now)) >= WANTED:
            resize(terminal, then)
            changed = now
        if stopped is None and (now > LONGEST or changed is not None and len(bars(pieces, changed + SETTLED, now)) >= WANTED):
            process.send_signal(signal.SIGUSR1)  # a launcher passes it on
            stopped = now
        try:
            data = os.read(terminal, 65536) if ready else None
        except OSError:  # nobody has the other end any more
            break
        if data == b"":
            break
        if data:
            pieces.append((now, data))
    os.close(terminal)
    return pieces, changed or now, stopped or now, process.wait()


def bars(pieces, begin, end):
    """The lines of the display that were written whole in that time; a log line is no bar."""
    text = b"".join(data for when, data in pieces if begin <= when < end).decode("utf-8", "replace")
    lines = [line for line in re.split(r"[\r\n]+", text)[1:-1] if "engraft:" not in line]
    return [line for line in lines if "%" in line]


def look(what, command):
    pieces, changed, stopped, status = watch(command, 80, 44)
    before, after = bars(pieces, 0, changed), bars(pieces, changed + SETTLED, stopped)
    check(len(before) > 4 and len(after) > 4, f"{what}: a bar is shown, before a resize and after it: {len(before)} and {len(after)} lines")
    check(all(len(line) < 80 for line in before), f"{what}: 80 columns: {max(before, key=len, default='')!r}")
    check(any("courses/s" in line and "[" in line for line in before), f"{what}: it says what there is room for: {before[-1:]}")
    check(all(len(line) < 44 for line in after), f"{what}: 44 columns after a resize: {max(after, key=len, default='')!r}")
    check(any("left" in line and "[" in line for line in after), f"{what}: it says what there is room for then: {after[-1:]}")
    return status


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("study.yaml", "w") as file:
        file.write(STUDY)
    run = [os.environ["ENGRAFT"], "run", "study.yaml", "-o"]
    look("mpirun", os.environ["MPIEXEC"].split() + ["-n", "2"] + run + ["b.h5"])
    if os.environ.get("EXTENT") == "all":
        check(look("one process", run + ["a.h5"]) == 75, "one process: stopped with everything saved")
finish()
