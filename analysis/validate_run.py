"""Runs studies of a folder; a result that is complete and of the same study and program is used again."""
import os
import re
import subprocess
import sys

import result as reader


class Failed(Exception):
    """A study could not be run."""


class Runner:
    """engraft: the command; folder: of studies; results: of results; patients: so many in each instead, or None."""

    def __init__(self, engraft, folder, results, patients, ranks):
        self.engraft, self.folder, self.results, self.patients, self.ranks = engraft, folder, results, patients, ranks
        os.makedirs(results, exist_ok=True)
        self.version = subprocess.run([engraft, "--version"], capture_output=True, text=True, check=True).stdout

    def text(self, name):
        with open(os.path.join(self.folder, name + ".yaml"), encoding="utf-8") as file:
            text = file.read()
        return re.sub(r"(?m)^  patients: \d+$", f"  patients: {self.patients}", text) if self.patients else text

    def is_of(self, path, text):
        """Is there a complete result of this very study, from this program?"""
        try:
            with reader.Result(path) as result:
                return result.text("/provenance/study_text") == text and f"revision {result.text('/provenance/revision')}\n" in self.version
        except reader.Unreadable:
            return False

    def result(self, name):
        """The open result of a study; an interrupted run goes on."""
        text, out = self.text(name), os.path.join(self.results, name + ".h5")
        if not self.is_of(out, text):
            study = os.path.join(self.results, name + ".yaml")
            with open(study, "w", encoding="utf-8") as file:
                file.write(text)
            if os.path.exists(out):
                os.unlink(out)  # of another study or program
            print(f"run {name}", file=sys.stderr)
            launcher = os.environ.get("MPIEXEC", "mpirun --oversubscribe").split() + ["-n", str(self.ranks)] if self.ranks > 1 else []
            done = subprocess.run(launcher + [self.engraft, "run", study, "-o", out, "--resume", "auto", "--progress", "none"],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                print(done.stderr, end="", file=sys.stderr)
                raise Failed(f"{name} ended with status {done.returncode}")
        return reader.Result(out)
