#!/usr/bin/env python3
"""Results that an earlier version wrote (tests/data/results/*.h5) are read as that version read them: `show`, `compare`,
`export` and the report say what is kept in *.txt beside them, also where the model's version is not the one of this build.

    ENGRAFT=OLD ANALYSIS=OLD/analysis tests/test_kept_results.py --write    keeps what that version says
"""
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = os.environ.get("SOURCE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEPT = os.path.join(SOURCE, "tests", "data", "results")
ANALYSIS = os.environ.get("ANALYSIS") or os.path.join(SOURCE, "analysis")
ENGRAFT = os.environ["ENGRAFT"]
SHOWN = ("relapse", "efs", "arr", "edss")  # an outcome of each kind
OTHER = "0123456789abcdef" * 2  # the identity that another version of the model would have given
try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED kept results: {error}")
    sys.exit(77)
passed = failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("failed:", what)


def engraft(folder, *arguments, status=0):
    done = subprocess.run([ENGRAFT, *arguments], cwd=folder, capture_output=True, text=True)
    check(done.returncode == status, f"engraft {' '.join(arguments)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout if status == 0 else done.stderr


def page_text(html):
    """What a reader sees of the report, without the figures, whose points depend on Matplotlib."""
    html = re.sub(r"<(svg|style|head).*?</\1>", "", html, flags=re.S)
    lines = re.sub(r"<[^>]*>", "\n", html).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"


def report(folder, name):
    """The page that analysis/report writes; its figures are laid out but not drawn, which would take most of the time."""
    sys.path.insert(0, ANALYSIS)
    import figures
    import page
    import result
    figures.Canvas.svg = lambda canvas, *unused: "<svg></svg>"
    with result.Result(os.path.join(folder, f"{name}.h5")) as opened:
        return page_text(page.build(opened))


def everything_said(folder, name):
    """All that is printed of folder/NAME.h5, command by command; tables for other programs as their hashes."""
    with h5py.File(os.path.join(folder, f"{name}.h5")) as file:
        identity = file["/study/identity"][()].decode()
        outcomes = sorted(key for key in file["/outcomes"] if key not in ("courses", "cause_of_death"))
        last = str(len(file["/point"]) - 1)
    commands = [("show",), ("show", "--point", "0"), ("show", "--point", last, "--outcome", outcomes[0]), ("compare",)]
    commands += [(command, "--outcome", outcome) for outcome in SHOWN if outcome in outcomes for command in ("show", "compare")]
    parts = []
    for command, *options in commands:
        parts.append(f"$ engraft {' '.join([command, name + '.h5', *options])}\n" + engraft(folder, command, f"{name}.h5", *options))
    check("complete" in engraft(folder, "status", f"{name}.h5"), "its status is told")
    parts.append(f"$ engraft export {name}.h5 --csv csv\n" + engraft(folder, "export", f"{name}.h5", "--csv", "csv"))
    for path in sorted(glob.glob(os.path.join(folder, "csv", "*.csv"))):
        with open(path, encoding="utf-8") as file:
            text = file.read().replace(OTHER, ORIGINAL.get(name, identity))
        parts.append(f"{hashlib.sha256(text.encode()).hexdigest()[:16]} {os.path.basename(path)}\n")
    shutil.rmtree(os.path.join(folder, "csv"))
    try:
        parts.append(f"$ analysis/report {name}.h5\n" + report(folder, name))
    except ImportError as error:
        print(f"SKIPPED report of kept results: {error}")
    return "".join(parts).replace(OTHER, ORIGINAL.get(name, identity))


ORIGINAL = {}  # identities of the kept files by name


def compare_texts(name, said, kept, what):
    if "$ analysis/report" not in said:
        kept = kept[:kept.index("$ analysis/report")]
    said, kept = said.splitlines(), kept.splitlines()
    differ = [f"{a!r} is not {b!r}" for a, b in zip(said, kept) if a != b]
    check(said == kept, f"{name}, {what}: {len(differ)} lines differ, {len(said)} are not {len(kept)}: {differ[:3]}")


def replace(path, dataset, value):
    """Another value of the same type and shape, attributes kept."""
    with h5py.File(path, "r+") as file:
        file[dataset][()] = value


def check_other_reasons(folder, name):
    """A version that knew one reason of failure more: the file says its name."""
    path = os.path.join(folder, f"{name}.h5")
    with h5py.File(path, "r+") as file:
        names = list(file["/failure"][()]) + [b"struck_by_lightning"]
        counts = file["/outcomes/courses/failures"][()]
        more = np.concatenate((counts, np.zeros_like(counts[..., :1])), axis=2)
        more[..., -1], more[..., -2] = counts[..., -1], 0
        for axis, value in (("/failure", np.array(names, dtype=h5py.string_dtype("utf-8", 40))), ("/outcomes/courses/failures", more)):
            attributes = {key: file[axis].attrs[key] for key in ("unit", "long_name")}
            del file[axis]
            file[axis] = value
            file[axis].attrs.update(attributes)
    for options in ((), ("--point", "0")):
        text = engraft(folder, "show", f"{name}.h5", *options)
        check("failed (struck_by_lightning 20)" in text, f"another version's reason is told: {text.splitlines()[1:2]}")
        check("edss, mean at 100 d" in text, "and all else as ever")


def check_other_steps(folder, name):
    """A version that kept an outcome in other steps, or at other landmarks: one line, no number that means something else."""
    path = os.path.join(folder, f"{name}.h5")
    with h5py.File(path, "r+") as file:
        attributes = file["/outcomes/edss/sum"].attrs
        before = attributes["long_name"]
        attributes.modify("long_name", np.bytes_(before.replace(b"0.001", b"0.002")))
        check(attributes["long_name"] != before, f"the step is told in {before}")
    told = engraft(folder, "show", f"{name}.h5", "--point", "0", status=66)
    check(told.count("\n") == 1 and "/outcomes/edss/sum otherwise" in told, f"other steps: {told}")
    with h5py.File(path, "r+") as file:
        file["/outcomes/edss/sum"].attrs.modify("long_name", before)
        days = file["/landmark"][()]
        days[1] += 1
        file["/landmark"][()] = days
    told = engraft(folder, "show", f"{name}.h5", "--point", "0", status=66)
    check(told.count("\n") == 1 and "landmark otherwise" in told, f"other landmarks: {told}")


def check_insists(folder, name):
    """Going on, and adding up, need the model that made it."""
    with h5py.File(os.path.join(folder, f"{name}.h5")) as file:
        text = file["/provenance/study_text"][()].decode()
    with open(os.path.join(folder, "study.yaml"), "w", encoding="utf-8") as file:
        file.write(text)
    told = engraft(folder, "run", "study.yaml", "-o", f"{name}.h5", "--progress", "none", status=73)
    check("is the result of another study" in told, f"run: {told}")
    with open(os.path.join(folder, "parts.yaml"), "w", encoding="utf-8") as file:
        file.write("study: parts\nseed: 1\nhorizon: 30 d\ncohort: {disease: ms, patients: 128}\nprotocols: {dmt: [{at: 0 d, drug: dmt_standard}]}\n")
    for k in (1, 2):
        engraft(folder, "run", "parts.yaml", "-o", f"part{k}.h5", "--shard", f"{k}/2", "--progress", "none")
        replace(os.path.join(folder, f"part{k}.h5"), "/study/identity", np.bytes_(OTHER))
    told = engraft(folder, "merge", "part1.h5", "part2.h5", "-o", "whole.h5", status=66)
    check("made by another version of the model" in told, f"merge: {told}")


def write(names):
    folder = tempfile.mkdtemp()
    for name in names:
        shutil.copy(os.path.join(KEPT, f"{name}.h5"), folder)
        with open(os.path.join(KEPT, f"{name}.txt"), "w", encoding="utf-8") as file:
            file.write(everything_said(folder, name))
    shutil.rmtree(folder)


def main():
    names = sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(KEPT, "*.h5")))
    if sys.argv[1:] == ["--write"]:
        return write(names)
    check(len(names) >= 3, f"there are results: {names}")
    folder = tempfile.mkdtemp()
    try:
        for name in names:
            path = os.path.join(folder, f"{name}.h5")
            shutil.copy(os.path.join(KEPT, f"{name}.h5"), path)
            with open(os.path.join(KEPT, f"{name}.txt"), encoding="utf-8") as file:
                kept = file.read()
            compare_texts(name, everything_said(folder, name), kept, "as it was written")
            with h5py.File(path) as file:
                ORIGINAL[name] = file["/study/identity"][()].decode()
            replace(path, "/study/identity", np.bytes_(OTHER))
            compare_texts(name, everything_said(folder, name), kept, "by another version of the model")
            engraft(folder, "diff", f"{name}.h5", os.path.join(KEPT, f"{name}.h5"), status=1)
        check_insists(folder, "families")
        check_other_reasons(folder, "failed")
        check_other_steps(folder, "small")
    finally:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
