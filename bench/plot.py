# SPDX-License-Identifier: BSL-1.0
"""Draws the results of the benchmarks: kernels.svg and models.svg from bench_*.json (bars; the lines are the measured
peaks), roofline.svg (rates against the work a byte of weights and activations brings), compile.svg from compile_*.json.

usage: plot.py <results folder>
Needs matplotlib (Debian: python3-matplotlib).
"""

import glob
import json
import os
import re
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

COLORS = ["#8d99ae", "#2a6f97", "#e07a5f", "#3d405b", "#81b29a", "#f2cc8f"]
plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "quantype"})


NAMES = ("quantype", "quantype pairs", "oneDNN", "XNNPACK")
SHOWN = dict(zip(NAMES, ("#2a6f97", "#61a5c2", "#e07a5f", "#c9ada7")))


def read_rates(path):
    """GMAC/s by (case, name): median and standard deviation; peaks by name; cases in order; the level."""
    with open(path) as file:
        record = json.load(file)
    rates, peaks, cases = {}, {}, []
    for run in sorted(record["benchmarks"], key=lambda run: run["family_index"]):
        if run.get("aggregate_name") not in ("median", "stddev") or run.get("error_occurred"):
            continue
        case, name = run["run_name"].split("/")[:2]
        if case == "peak":
            if run["aggregate_name"] == "median":
                peaks[name] = run.get("macs", run.get("bytes")) / 1e9
            continue
        cases += [case] if case not in cases else []
        rates[case, name, run["aggregate_name"]] = run["macs"] / 1e9
    return rates, peaks, cases, record["context"].get("vector arch")


def bars(folder, program, title):
    """Bars of the medians, with the spread of the repeats, one group a case."""
    path = os.path.join(folder, "bench_%s.json" % program)
    if not os.path.exists(path):
        return None
    rates, peaks, cases, level = read_rates(path)
    names = [name for name in NAMES if any((case, name, "median") in rates for case in cases)]
    figure, axes = plt.subplots(figsize=(8.5, (0.17 * len(names) + 0.12) * len(cases) + 1.3))
    height = 0.84 / len(names)
    for i, name in enumerate(names):
        rows = [row for row, case in enumerate(cases) if (case, name, "median") in rates]
        at = [row + (i - (len(names) - 1) / 2) * height for row in rows]
        values = [rates[cases[row], name, "median"] for row in rows]
        spread = [rates.get((cases[row], name, "stddev"), 0) for row in rows]
        axes.barh(at, values, height * 0.94, xerr=spread, color=SHOWN[name], label=name,
                  error_kw={"lw": 0.7, "ecolor": "#444"})
        for y, value, margin in zip(at, values, spread):
            axes.text(value + margin, y, " %.0f" % value, va="center", fontsize=6.5, color="#333",
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})
    for name, label, style in (("multiply", "exact products", "--"), ("pairs", "pairs", ":")):
        if name in peaks:
            axes.axvline(peaks[name], color="black", lw=0.9, ls=style, zorder=0)
            axes.text(peaks[name], -0.62, "%s %.0f" % (label, peaks[name]), ha="center", va="bottom", fontsize=7)
    axes.set_yticks(range(len(cases)), cases)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(cases) - 0.45, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("10⁹ multiply-adds a second, one thread; median and standard deviation of the repeats.\n"
                    "Lines: the most that registers alone allow, measured in the same run.", fontsize=8)
    axes.set_title("%s, %s" % (title, level), loc="left", weight="bold", pad=22)
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1.01), ncols=len(names), fontsize=8)
    return save(figure, folder, program + ".svg")


def intensity(case):
    """Multiply-adds for each byte of input, weights and output that a layer must touch; None where the name does not say."""
    found = re.match(r"linear M(\d+) K(\d+) N(\d+)", case)
    if found:
        m, k, n = map(int, found.groups())
        return m * k * n / (m * k + k * n + m * n)
    found = re.match(r"(?:conv|stem|depthwise) (\d+)x(\d+)(?: s(\d))? (\d+)x(\d+) (\d+)(?:-(\d+))?", case)
    if not found:
        return None
    kh, kw, step, h, w, first, last = (int(x) if x else None for x in found.groups())
    step = step or 1
    depthwise = case.startswith("depthwise")
    out = first if depthwise else last
    pixels = -(-h // step) * -(-w // step)
    depth = kh * kw * (1 if depthwise else first)
    return pixels * out * depth / (h * w * first + out * depth + pixels * out)


def roofline(folder):
    """Each layer at the work a byte brings and the rate it reached, under what the machine allows."""
    path = os.path.join(folder, "bench_kernels.json")
    if not os.path.exists(path):
        return None
    rates, peaks, cases, level = read_rates(path)
    cases = [case for case in cases if intensity(case)]
    figure, axes = plt.subplots(figsize=(8.5, 5.2))
    work = [0.4, 2000]
    top = peaks.get("pairs", peaks["multiply"])
    for name, style in (("read 16 KB", "-"), ("read 256 KB", "--")):
        if name in peaks:
            axes.plot(work, [min(top, w * peaks[name]) for w in work], alpha=0)  # sets the limits
            edge = top / peaks[name]
            axes.plot([work[0], edge], [work[0] * peaks[name], top], color="#555", lw=0.9, ls=style,
                      label="reads from %s" % name[5:])
    for name, label, style in (("multiply", "exact products", "--"), ("pairs", "pairs", ":")):
        if name in peaks:
            axes.axhline(peaks[name], color="black", lw=0.9, ls=style)
            axes.text(work[1], peaks[name] * 1.02, "%s %.0f" % (label, peaks[name]), ha="right", va="bottom", fontsize=7.5)
    for name in NAMES:
        points = [(intensity(case), rates[case, name, "median"]) for case in cases if (case, name, "median") in rates]
        if points:
            axes.scatter(*zip(*points), s=26, color=SHOWN[name], label=name, edgecolor="white", lw=0.5, zorder=3)
    axes.set(xscale="log", yscale="log", xlim=work, ylim=(3, top * 1.6))
    axes.set_xlabel("multiply-adds for each byte of input, weights and output")
    axes.set_ylabel("10⁹ multiply-adds a second, one thread")
    axes.set_title("layers under the roof, %s" % level, loc="left", weight="bold")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return save(figure, folder, "roofline.svg")


def compile_times(folder):
    """Seconds and megabytes against the number of nodes, one panel a compiler."""
    paths = sorted(glob.glob(os.path.join(folder, "compile_*.json")))
    if not paths:
        return None
    figure, panels = plt.subplots(2, len(paths), figsize=(3.2 * len(paths) + 1, 5.4), sharex=True, sharey="row",
                                  squeeze=False)
    for column, path in enumerate(paths):
        with open(path) as file:
            rows = json.load(file)
        for row, (key, label) in enumerate((("user_s", "user CPU, s"), ("mb", "peak memory, MB"))):
            axes = panels[row][column]
            for i, stage in enumerate(("validate", "plan", "scalar", "simd")):
                points = [(int(r["model"]), r[key]) for r in rows if r["stage"] == stage and r["model"].isdigit()]
                axes.plot(*zip(*points), color=COLORS[i], marker="o", ms=3, label=stage)
            if column == 0:
                axes.set_ylabel(label)
            if row == 1:
                axes.set_xlabel("nodes of the generated model")
        panels[0][column].set_title(os.path.basename(path)[len("compile_") : -len(".json")], loc="left", weight="bold")
    for row in panels:
        row[0].set_ylim(bottom=0)  # last: the limits are shared along a row
    panels[0][0].legend(frameon=False)
    return save(figure, folder, "compile.svg")


def save(figure, folder, name):
    path = os.path.join(folder, name)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


if __name__ == "__main__":
    pictures = (bars(sys.argv[1], "kernels", "layers"), bars(sys.argv[1], "models", "whole models"),
                roofline(sys.argv[1]), compile_times(sys.argv[1]))
    for drawn in pictures:
        if drawn:
            print("drew " + drawn)
