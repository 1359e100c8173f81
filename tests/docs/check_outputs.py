#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""usage: check_outputs.py SOURCE_FOLDER FOLDER

Holds the outputs shown in README.md and docs/ to what is printed:
  <!-- output of PROGRAM -->      the lines of the next ```text block stand in FOLDER/PROGRAM.txt, where the program's
                                  test has put what it printed, in this order; "..." stands for any lines
  <!-- output of the command -->  the same for what the command of the ```sh block before prints

Words are compared, spaces are not. A number with a decimal point may be one off in its last digit, and one before "s" or
"ms" is a time and may be any. Every ```text block has such a mark, or "<!-- printed by FILE -->", which check_blocks.sh
holds.
"""
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = re.compile(r"^<!-- (?:output of (?P<program>.+)|printed by \S+) -->$")
DECIMAL = re.compile(r"-?\d+\.\d+(e[-+]\d+)?")
TIMES = ("s", "ms")


def same_word(have: str, want: str, next_word: str) -> bool:
    if have == want:
        return True
    if not (DECIMAL.fullmatch(have.rstrip(",:%")) and DECIMAL.fullmatch(want.rstrip(",:%"))):
        return False
    have, want = have.rstrip(",:%"), want.rstrip(",:%")
    if next_word.rstrip(",.;)") in TIMES:
        return True
    digits = len(want.split("e")[0].split(".")[1])
    unit = float("1e" + (want.split("e")[1] if "e" in want else "0")) * 10.0**-digits
    return abs(float(have) - float(want)) <= 1.001 * unit


def same_line(have: str, want: str) -> bool:
    a, b = have.split(), want.split()
    return len(a) == len(b) and all(map(same_word, a, b, [*b[1:], ""]))


def first_missing(printed: list[str], block: list[str]) -> str | None:
    """The first line of the block that does not follow where it should; lines between two neighbours need a "..."."""
    at, free = 0, True
    for want in block:
        if want.strip() == "...":
            free = True
            continue
        found = next((i for i in range(at, len(printed)) if same_line(printed[i], want)), None)
        if found is None or (found != at and not free):
            return want
        at, free = found + 1, False
    return None


class Outputs:
    """What programs printed and commands print."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source = source
        self.folder = folder

    def of_program(self, name: str) -> list[str]:
        path = self.folder / f"{name}.txt"
        if not path.exists():
            raise SystemExit(f"check_outputs: there is no {path}; run the test {name} first")
        return path.read_text(encoding="utf-8").splitlines()

    def of_command(self, command: str) -> list[str] | None:
        """None without python3-torch, which the commands need."""
        words = shlex.split(command)
        if words[0] == "python3":
            sys.path.insert(0, str(self.source / "tests" / "export"))
            from run_models import python_with_torch

            python = python_with_torch()
            if python is None:
                return None
            words[:1] = [python, "-B"]
        with tempfile.TemporaryDirectory() as out:
            words = [out if w == "out" else w for w in words]
            done = subprocess.run(words, cwd=self.source, capture_output=True, text=True)
        return (done.stdout + done.stderr).splitlines()


def blocks(page: Path) -> list[tuple[int, str, str, list[str]]]:
    """Line, language, the line before and the text of every fenced block."""
    found = []
    lines = page.read_text(encoding="utf-8").splitlines()
    start = None
    for i, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = i
            continue
        found.append((start + 1, lines[start][3:], lines[start - 1] if start else "", lines[start + 1 : i]))
        start = None
    return found


def check_page(page: Path, outputs: Outputs) -> tuple[int, int]:
    """Number of blocks compared, and of those that are not what is printed."""
    compared = failed = 0
    command = ""
    for line, language, before, text in blocks(page):
        if language == "sh":
            command = " ".join(text)
        if language != "text":
            continue
        mark = MARK.match(before)
        if mark is None:
            print(f"{page}:{line}: a text block without a mark that says where it comes from")
            failed += 1
        if mark is None or mark["program"] is None:
            continue
        name = mark["program"]
        printed = outputs.of_command(command) if name == "the command" else outputs.of_program(name)
        if printed is None:
            print(f"{page}:{line}: SKIPPED, there is no python3-torch")
            continue
        compared += 1
        missing = first_missing(printed, text)
        if missing is not None:
            failed += 1
            print(f"{page}:{line}: {name} does not print this line there:\n    {missing}")
    return compared, failed


def main(source: Path, folder: Path) -> int:
    outputs = Outputs(source, folder)
    compared = failed = 0
    for page in [source / "README.md", *sorted((source / "docs").rglob("*.md"))]:
        counts = check_page(page, outputs)
        compared += counts[0]
        failed += counts[1]
    print(f"{compared} outputs compared, {failed} differ")
    return 1 if failed or compared == 0 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
