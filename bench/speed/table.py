# SPDX-License-Identifier: BSL-1.0
"""Prints what bench_kernels.json and bench_models.json hold, from the medians of the repeats: rates, shares of the peak
that was measured in the same run, ratios over the best other library, spreads; then the targets with what was reached.

usage: table.py <results folder>
"""

import json
import os
import re
import sys

PEERS = ("oneDNN", "XNNPACK")
VNNI = ("avx512vnni",)
OTHERS = r"autoencoder|DS-CNN|VWW|MobileNetV2|ResNet-18|ResNet-50"
# (what, levels it is asked of, cases, whose rate, "share of" a peak or "over" a library, at least)
TARGETS = [
    ("linear, 1x1: K >= 256, M >= 16", VNNI, r"linear M48 K(256|1024)", "quantype", "multiply", 0.90),
    ("linear K = 64, M >= 16", VNNI, r"linear M48 K64", "quantype", "multiply", 0.75),
    ("linear M = 4, K >= 256", VNNI, r"linear M4 K(256|1024)", "quantype", "multiply", 0.88),
    ("linear M = 1, K N >= 64 KB", VNNI, r"linear M1 K(256|640|1024)", "quantype", "read 256 KB", 0.90),
    ("3x3, C >= 64", VNNI, r"conv 3x3 .* (64-64|256-256)", "quantype", "multiply", 0.90),
    ("3x3, C = 16, 32", VNNI, r"conv 3x3 .* 16-16", "quantype", "multiply", 0.85),
    ("depthwise 3x3, C >= 32", VNNI, r"depthwise 3x3 \d+x\d+ (32|192)", "quantype", "multiply", 0.27),
    ("depthwise 3x3 s2, C >= 32", VNNI, r"depthwise 3x3 s2", "quantype", "multiply", 0.18),
    ("depthwise 3x3, C = 8", VNNI, r"depthwise 3x3 48x48 8", "quantype", "multiply", 0.18),
    ("stem 3x3 s2", VNNI, r"stem 3x3", "quantype", "multiply", 0.54),
    ("stem 7x7 s2", VNNI, r"stem 7x7", "quantype", "multiply", 0.70),
    ("stem 10x4", VNNI, r"stem 10x4", "quantype", "multiply", 0.60),
    ("autoencoder", VNNI, r"autoencoder", "quantype", "over", 1.4),
    ("ResNet8", VNNI, r"ResNet8", "quantype", "over", 2.0),
    ("DS-CNN", VNNI, r"DS-CNN", "quantype", "over", 3.5),
    ("VWW", VNNI, r"VWW", "quantype", "over", 3.0),
    ("MobileNetV2", VNNI, r"MobileNetV2", "quantype", "over", 2.5),
    ("ResNet-18", VNNI, r"ResNet-18", "quantype", "over", 1.25),
    ("ResNet-50", VNNI, r"ResNet-50", "quantype", "over", 1.3),
    ("exact products, K >= 256", ("avx2",), r"linear M48 K(256|1024)|conv 3x3 .*256-256", "quantype", "multiply", 0.85),
    ("pairs, K >= 256", ("avx2",), r"linear M48 K(256|1024)|conv 3x3 .*256-256", "quantype pairs", "pairs", 0.85),
    ("ResNet8, exact", ("avx2",), r"ResNet8", "quantype", "over oneDNN", 1.0),
    ("ResNet8, pairs", ("avx2",), r"ResNet8", "quantype pairs", "over oneDNN", 1.3),
    ("ResNet8", ("avxvnni",), r"ResNet8", "quantype", "over oneDNN", 1.5),
    ("other models, exact", ("avx2", "avxvnni"), OTHERS, "quantype", "over oneDNN", 1.5),
    ("other models, pairs", ("avx2",), OTHERS, "quantype pairs", "over oneDNN", 1.5),
]


class Results:
    """Medians and relative spreads of one program's run."""

    def __init__(self, path):
        with open(path) as file:
            record = json.load(file)
        self.level = record["context"].get("vector arch")
        self.median, self.spread, self.time, self.cases = {}, {}, {}, []
        for run in sorted(record["benchmarks"], key=lambda run: run["family_index"]):
            if run.get("error_occurred") or run.get("aggregate_name") not in ("median", "cv"):
                continue
            case, name = run["run_name"].split("/")[:2]
            value = run.get("macs", run.get("bytes"))
            if run["aggregate_name"] == "cv":
                self.spread[case, name] = value
                continue
            self.median[case, name] = value
            self.time[case, name] = run["real_time"]
            if case != "peak" and case not in self.cases:
                self.cases.append(case)

    def peak(self, name):
        return self.median.get(("peak", name))

    def best_peer(self, case, peers=PEERS):
        return max(self.median.get((case, peer), 0.0) for peer in peers)

    def show(self, title):
        print("%s: level %s" % (title, self.level))
        print("  peaks: %s" % ", ".join(
            "%s %.1f %s" % (name, value / 1e9, "GB/s" if name.startswith("read") else "GMAC/s")
            for (case, name), value in self.median.items() if case == "peak"))
        print("  %-28s %-15s %10s %9s %6s %7s %8s %8s %6s"
              % ("", "", "us", "GMAC/s", "share", "spread", *PEERS, "ratio"))
        for case in self.cases:
            for name in ("quantype", "quantype pairs", "quantype bands"):
                if (case, name) in self.median:
                    self.show_case(case, name)
        print()

    def show_case(self, case, name):
        rate, best = self.median[case, name], self.best_peer(case)
        peak = self.peak("pairs" if name.endswith("pairs") else "multiply")
        print("  %-28s %-15s %10.2f %9.1f %5.0f%% %6.1f%% %8.1f %8.1f %6s"
              % (case, name, self.time[case, name] / 1e3, rate / 1e9, 100 * rate / peak,
                 100 * self.spread.get((case, name), 0), *(self.median.get((case, peer), 0.0) / 1e9 for peer in PEERS),
                 "%.2f" % (rate / best) if best else "-"))


def reached(results, cases, whose, measure):
    """The least of the cases' shares or ratios, and its spread; None where there is none."""
    found = []
    for r in results:
        for case in r.cases:
            if not re.match(cases, case) or (case, whose) not in r.median:
                continue
            if measure.startswith("over"):
                base = r.best_peer(case, (measure.split()[1],) if " " in measure else PEERS)
            else:
                base = r.peak(measure)
            if base:
                found.append((r.median[case, whose] / base, r.spread.get((case, whose), 0), case))
    return min(found) if found else None


def targets(results):
    level = results[0].level
    print("targets; the least of the cases counts, spread is the standard deviation of the repeats")
    print("  %-32s %-12s %-26s %8s %8s %7s" % ("what", "level", "measure", "target", "measured", "spread"))
    for what, levels, cases, whose, measure, least in TARGETS:
        text = ("ratio " + measure if measure.startswith("over") else "share of peak/" + measure)
        line = "  %-32s %-12s %-26s %8.2f " % (what, "/".join(levels), text, least)
        found = reached(results, cases, whose, measure) if level in levels else None
        if level not in levels:
            print(line + "not measured: this run is " + level)
        elif found is None:
            print(line + "not measured: no such case or library in this run")
        else:
            print(line + "%8.2f %6.1f%%  %s (%s)"
                  % (found[0], 100 * found[1], "reached" if found[0] >= least else "NOT reached", found[2]))


def main():
    results = []
    for name in ("kernels", "models"):
        path = os.path.join(sys.argv[1], "bench_%s.json" % name)
        if os.path.exists(path):
            results.append(Results(path))
            results[-1].show(name)
    if not results:
        raise SystemExit("table.py: no bench_kernels.json or bench_models.json in " + sys.argv[1])
    targets(results)


if __name__ == "__main__":
    main()
