# SPDX-License-Identifier: BSL-1.0
"""Draws the results of the benchmarks: kernels.svg from bench_kernels.json (bars; the line is the measured peak), compile.svg from compile_*.json.

usage: plot.py <results folder>
Needs matplotlib (Debian: python3-matplotlib).
"""

import glob
import json
import os
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

COLORS = ["#8d99ae", "#2a6f97", "#e07a5f", "#3d405b", "#81b29a", "#f2cc8f"]
plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "quantype"})


def kernels(folder):
    """Bars of the medians, with the spread of the repeats, one group a shape."""
    path = os.path.join(folder, "bench_kernels.json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        record = json.load(file)
    rates, shapes, sets, peak = {}, [], [], None
    for run in sorted(record["benchmarks"], key=lambda run: run["family_index"]):
        if run.get("aggregate_name") not in ("median", "stddev") or run.get("error_occurred"):
            continue
        shape, name = run["run_name"].split("/")[:2]
        if shape == "peak":
            if name == "multiply" and run["aggregate_name"] == "median":
                peak = run["macs"] / 1e9
            continue
        shapes += [shape] if shape not in shapes else []
        sets += [name] if name not in sets else []
        rates[shape, name, run["aggregate_name"]] = run["macs"] / 1e9
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(shapes) + 1.2))
    height = 0.8 / len(sets)
    for i, name in enumerate(sets):
        y = [row + (i - (len(sets) - 1) / 2) * height for row in range(len(shapes))]
        x = [rates.get((shape, name, "median"), 0) for shape in shapes]
        spread = [rates.get((shape, name, "stddev"), 0) for shape in shapes]
        axes.barh(y, x, height * 0.92, xerr=spread, color=COLORS[i], label=name, error_kw={"lw": 0.8})
        for at, value, margin in zip(y, x, spread):
            axes.text(value + margin, at, "  %.1f" % value, va="center", fontsize=8)
    if peak:
        axes.axvline(peak, color="black", lw=0.8, ls="--")
        axes.text(peak, -0.6, " what the arch multiplies\n on registers alone", va="bottom", fontsize=8)
    axes.set_yticks(range(len(shapes)), shapes)
    axes.invert_yaxis()
    axes.set_xlabel("10⁹ multiply-adds a second, one thread; median and standard deviation of the repeats")
    axes.set_title("int8 kernels", loc="left", weight="bold")
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(sets))
    return save(figure, folder, "kernels.svg")


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
    for drawn in (kernels(sys.argv[1]), compile_times(sys.argv[1])):
        if drawn:
            print("drew " + drawn)
