# SPDX-License-Identifier: BSL-1.0
"""Prints the layers' medians from bench_kernels.json: share of the peak measured in the same run, ratio over the best
other library, spread of the repeats.

usage: table.py <bench_kernels.json>
"""

import json
import sys


def main():
    with open(sys.argv[1]) as file:
        record = json.load(file)
    rates, order = {}, []
    for run in record["benchmarks"]:
        if run.get("error_occurred") or run.get("aggregate_name") not in ("median", "cv"):
            continue
        shape, name = run["run_name"].split("/")[:2]
        value = run.get("macs", run.get("bytes"))
        rates[shape, name, run["aggregate_name"]] = value
        if shape not in order:
            order.append(shape)
    peak = rates["peak", "multiply", "median"]
    print("arch %s; peak %.1f GMAC/s; reads %s" % (
        record["context"].get("vector arch"), peak / 1e9,
        ", ".join("%s %.0f GB/s" % (name[5:], value / 1e9) for (shape, name, kind), value in sorted(rates.items())
                  if shape == "peak" and name.startswith("read") and kind == "median")))
    print("%-28s %8s %6s %7s %8s %8s %6s" % ("layer", "GMAC/s", "share", "spread", "oneDNN", "XNNPACK", "ratio"))
    for shape in order:
        if shape == "peak":
            continue
        ours = rates[shape, "quantype", "median"]
        peers = [rates.get((shape, name, "median"), 0.0) for name in ("oneDNN", "XNNPACK")]
        best = max(peers)
        print("%-28s %8.1f %5.0f%% %6.1f%% %8.1f %8.1f %6s" % (
            shape, ours / 1e9, 100 * ours / peak, 100 * rates[shape, "quantype", "cv"], peers[0] / 1e9, peers[1] / 1e9,
            "%.2f" % (ours / best) if best else "-"))


if __name__ == "__main__":
    main()
