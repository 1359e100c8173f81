# SPDX-License-Identifier: BSL-1.0
"""Compile time and memory of the library: user CPU seconds (minimum of the runs) and peak memory of one compiler run.

usage: measure.py table <results folder> <compiler>... -- <flags>...   every case, five runs, against the budgets
       measure.py check <compiler>... -- <flags>...                    fails on growth, memory, symbols, debug info
Needs Python's standard library only, and nm and readelf for the symbol checks.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile

import generate

FOLDER = os.path.dirname(os.path.abspath(__file__))
SIZES = ["10", "50", "150", "250", "500"]
GROWTH = 2.2  # linear work gives 2.0, quadratic 4.0
LONGEST_SYMBOL = 2048
DEBUG_BYTES_PER_NODE = 1024
CHECKED_MEMORY = [("empty", "validate"), ("150", "validate"), ("500", "validate"), ("resnet50", "scalar")]
# (seconds, megabytes with g++, megabytes with clang); seconds are reported, never checked
BUDGETS = {
    ("empty", "validate"): (0.3, 60, 120),
    ("150", "validate"): (0.8, 120, 160),
    ("mobilenet_v2", "validate"): (0.8, 120, 160),
    ("500", "validate"): (2.0, 200, 200),
    ("resnet50", "scalar"): (5.0, 400, 400),
    ("resnet50", "simd"): (5.0, 400, 400),
}
# Headers alone differ by the C++ library and the compiler's version; the check allows this much above a budget.
MEMORY_MARGIN = 1.05
# What a backend of 194 patterns may add to a small model: seconds (reported, never checked) and megabytes.
TABLE_SECONDS, TABLE_MEGABYTES = 0.5, 60


def is_clang(compiler):
    return "clang" in os.path.basename(compiler)


class Bench:
    def __init__(self, compiler, flags, folder):
        self.command = [compiler, *flags, "-I" + os.path.dirname(FOLDER)]
        self.clang = is_clang(compiler)
        self.folder = folder

    def compile(self, model, stage, extra=None):
        """One compiler run; returns (user seconds, peak megabytes)."""
        path = os.path.join(self.folder, "unit.cpp")
        with open(path, "w") as file:
            file.write(generate.source(model, stage))
        if extra is None:
            extra = ["-O2", "-c"] if stage in generate.KERNELS else ["-O0", "-c"]
        command = self.command + extra + [path, "-o", os.path.join(self.folder, "unit.o")]
        pid = os.spawnvp(os.P_NOWAIT, command[0], command)
        _, status, usage = os.wait4(pid, 0)
        if status != 0:
            raise SystemExit("FAILED: does not compile: %s %s\n%s" % (model, stage, " ".join(command)))
        return usage.ru_utime, usage.ru_maxrss / 1024

    def best(self, model, stage, runs):
        results = [self.compile(model, stage) for _ in range(runs)]
        return min(r[0] for r in results), min(r[1] for r in results)

    def memory_budget(self, case):
        return BUDGETS[case][2 if self.clang else 1]


def growth_of(bench, stage, least, most):
    """How seconds and megabytes grow from 250 to 500 nodes, an empty use subtracted: from `least` runs, and from more, up
    to `most`, while the ratio of seconds is above its limit. Two estimates, of which the lower counts: from the least
    seconds of all runs, since noise only adds, and the median of the runs' own ratios, since a machine may become slower
    for minutes."""
    best, ratios = {}, []
    for run in range(most):
        now = {model: bench.compile(model, stage) for model in ("empty", "250", "500")}
        best = {model: tuple(map(min, now[model], best.get(model, now[model]))) for model in now}
        ratios.append(ratio(now, 0))
        seconds = min(ratio(best, 0), statistics.median(ratios))
        if run + 1 >= least and seconds <= GROWTH:
            break
    return seconds, ratio(best, 1)


def ratio(measured, number):
    empty, half, whole = (measured[model][number] for model in ("empty", "250", "500"))
    return (whole - empty) / max(half - empty, 0.01)


def cost_of_table(bench, table, runs):
    """Seconds and megabytes that a backend's table adds to a small model, over a backend without rows."""
    with_rows, without = bench.best(table, "validate", runs), bench.best("no_rows", "validate", runs)
    return with_rows[0] - without[0], with_rows[1] - without[1]


def longest_symbol(path):
    names = subprocess.run(["nm", path], stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    return max([len(line.split()[-1]) for line in names.splitlines()] + [0])


def debug_bytes(path):
    text = subprocess.run(
        ["readelf", "-SW", path], stdout=subprocess.PIPE, universal_newlines=True, check=True
    ).stdout
    sections = re.findall(r"\] \.debug_\S+\s+\S+\s+[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)", text)
    return sum(int(size, 16) for size in sections)


def debug_per_node(bench):
    """Bytes of debug info that a node adds, and the longest symbol of a debug build of the executor."""
    sizes = []
    for nodes in ("50", "150"):
        bench.compile(nodes, "scalar", ["-O0", "-g", "-c"])
        sizes.append(debug_bytes(os.path.join(bench.folder, "unit.o")))
    return (sizes[1] - sizes[0]) / 100, longest_symbol(os.path.join(bench.folder, "unit.o"))


def check(bench, name):
    failed = []

    def line(what, value, limit, unit):
        good = value <= limit
        print("%s %-34s %8.1f %-3s limit %.1f%s" % (name, what, value, unit, limit, "" if good else "  FAILED"))
        sys.stdout.flush()
        if not good:
            failed.append(what)

    for case in CHECKED_MEMORY:
        megabytes = bench.compile(*case)[1]
        line("memory of %s %s" % case, megabytes, MEMORY_MARGIN * bench.memory_budget(case), "MB")
    for stage in ("validate", "plan"):
        seconds, megabytes = growth_of(bench, stage, 2, 8)
        line("growth 250 to 500, %s" % stage, seconds, GROWTH, "x")
        line("growth of memory, %s" % stage, megabytes, GROWTH, "x")
    for backend in ("native", "own_rows"):
        seconds, megabytes = cost_of_table(bench, backend, 2)
        line("194 patterns, %s (%.2f s)" % (backend, seconds), megabytes, TABLE_MEGABYTES, "MB")
    per_node, symbol = debug_per_node(bench)
    line("debug info per node", per_node, DEBUG_BYTES_PER_NODE, "B")
    line("longest symbol, 150 nodes", symbol, LONGEST_SYMBOL, "B")
    return failed


def table(bench, name, results):
    rows = []
    cases = [(m, s) for s in ("validate", "plan", "scalar", "simd") for m in ["empty"] + SIZES]
    cases += [(m, s) for m in ("mobilenet_v2", "resnet50") for s in ("validate", "plan", "scalar", "simd")]
    print("%-12s %-13s %-9s %8s %8s   budget" % ("compiler", "model", "stage", "seconds", "MB"))
    for case in cases:
        seconds, megabytes = bench.best(*case, 5)
        budget = ""
        if case in BUDGETS:
            budget = "%.1f s, %d MB" % (BUDGETS[case][0], bench.memory_budget(case))
        print("%-12s %-13s %-9s %8.2f %8.0f   %s" % (name, *case, seconds, megabytes, budget))
        sys.stdout.flush()
        rows.append('  {"compiler": "%s", "model": "%s", "stage": "%s", "user_s": %.3f, "mb": %.1f}'
                    % (name, *case, seconds, megabytes))
    for stage in ("validate", "plan", "scalar"):
        print("%-12s growth 250 to 500, %s: seconds %.2f, memory %.2f (limit %.1f)"
              % (name, stage, *growth_of(bench, stage, 5, 5), GROWTH))
    for backend in ("native", "own_rows"):
        print("%-12s 194 patterns over none, %s: %.2f s, %.0f MB (budget %.1f s, %d MB)"
              % (name, backend, *cost_of_table(bench, backend, 5), TABLE_SECONDS, TABLE_MEGABYTES))
    per_node, symbol = debug_per_node(bench)
    print("%-12s debug info per node: %.0f bytes (budget %d); longest symbol: %d bytes (budget %d)"
          % (name, per_node, DEBUG_BYTES_PER_NODE, symbol, LONGEST_SYMBOL))
    with open(os.path.join(results, "compile_%s.json" % name), "w") as file:
        file.write("[\n%s\n]\n" % ",\n".join(rows))


def main(arguments):
    split = arguments.index("--")
    mode, rest, flags = arguments[0], arguments[1:split], arguments[split + 1 :]
    results = rest.pop(0) if mode == "table" else None
    failed = []
    for compiler in rest:
        name = os.path.basename(compiler)
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(compiler, flags, folder)
            if mode == "table":
                table(bench, name, results)
            else:
                failed += ["%s: %s" % (name, what) for what in check(bench, name)]
    for what in failed:
        print("FAILED " + what)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
