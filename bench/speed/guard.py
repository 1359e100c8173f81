# SPDX-License-Identifier: BSL-1.0
"""Compares this run's shares of the peak with the stored ones of the same level, or stores them.

usage: guard.py check <results folder>   fails when a share is lost, a case is gone, or nothing is stored for the level
       guard.py store <results folder>
       guard.py self-test                a share that falls by more than is allowed must be refused, noise must not

A share may fall by LEAST of itself, or, where the repeats differ by more, by three standard deviations of the stored and
of this run together: the median of five repeats of a normal spread stays within that. LEAST is there because a peak and
a kernel are measured at different moments; it is chosen, not measured.
"""

import json
import math
import os
import statistics
import sys

import table

STORED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shares.json")
LEAST = 0.07
# A run that shows less than this is refused, for storing and for comparing: its shares would say nothing.
MOST_SPREAD = 0.05  # median over the cases of their repeats' relative standard deviation
MOST_SHARE = 1.05  # above the peak, the peak is wrong
OURS = ("quantype", "quantype pairs")


def measured(results_folder):
    """(level, {"<case>/<name>": [share, relative standard deviation]})."""
    shares, level = {}, None
    for name in ("kernels", "models"):
        path = os.path.join(results_folder, "bench_%s.json" % name)
        if not os.path.exists(path):
            raise SystemExit("guard.py: there is no " + path)
        r = table.Results(path)
        level = r.level
        for case in r.cases:
            for whose in OURS:
                if (case, whose) in r.median:
                    peak = r.peak("pairs" if whose.endswith("pairs") else "multiply")
                    share, spread = r.median[case, whose] / peak, r.spread.get((case, whose), 0.0)
                    shares[case + "/" + whose] = [round(share, 4), round(spread, 4)]
    return level, shares


def doubts(now):
    """Why a run is not to be relied on, as sentences."""
    found = ["%s: %.0f %% of the peak; the peak was measured too low" % (case, 100 * share)
             for case, (share, _) in now.items() if share > MOST_SHARE]
    spread = statistics.median(spread for _, spread in now.values())
    if spread > MOST_SPREAD:
        found.append("the repeats differ by %.1f %% (median), at most %.0f %% may be: something else runs on this machine"
                     % (100 * spread, 100 * MOST_SPREAD))
    return found


def losses(stored, now):
    """What is worse than stored, as sentences."""
    found = []
    for case, (share, spread) in stored.items():
        if case not in now:
            found.append("%s: stored, but not in this run" % case)
            continue
        allowed = max(LEAST, 3 * math.hypot(spread, now[case][1]))
        if now[case][0] < share * (1 - allowed):
            found.append("%s: share %.3f, stored %.3f, at most %.0f %% may be lost"
                         % (case, now[case][0], share, 100 * allowed))
    return found


def self_test():
    stored = {"a/quantype": [0.80, 0.01], "b/quantype": [0.50, 0.05]}
    good = {"a/quantype": [0.76, 0.01], "b/quantype": [0.43, 0.01]}
    assert losses(stored, good) == []
    assert len(losses(stored, {**good, "a/quantype": [0.74, 0.01]})) == 1
    assert len(losses(stored, {**good, "b/quantype": [0.40, 0.01]})) == 1
    assert len(losses(stored, {"a/quantype": [0.80, 0.01]})) == 1
    assert doubts(good) == []
    assert len(doubts({"a/quantype": [1.21, 0.01]})) == 1
    assert len(doubts({"a/quantype": [0.80, 0.06]})) == 1
    print("guard.py: self-test passed")


def read_stored():
    if not os.path.exists(STORED):
        return {}
    with open(STORED) as file:
        return json.load(file)


def write_stored(levels):
    """One case a line, so that a change is read easily."""
    blocks = []
    for level in sorted(levels):
        lines = ['    "%s": [%.4f, %.4f]' % (case, *levels[level][case]) for case in sorted(levels[level])]
        blocks.append('  "%s": {\n%s\n  }' % (level, ",\n".join(lines)))
    with open(STORED, "w") as file:
        file.write("{\n%s\n}\n" % ",\n".join(blocks))


def main(arguments):
    if arguments[0] == "self-test":
        return self_test()
    level, now = measured(arguments[1])
    levels, doubt = read_stored(), doubts(now)
    for sentence in doubt:
        print("guard: FAILED: " + sentence)
    if doubt:
        return 1
    if arguments[0] == "store":
        levels[level] = now
        write_stored(levels)
        print("guard: stored %d shares of level %s" % (len(now), level))
        return 0
    if level not in levels:
        raise SystemExit("guard: FAILED: nothing is stored for level %s; ./dev bench --store does" % level)
    found = losses(levels[level], now)
    for sentence in found:
        print("guard: FAILED: " + sentence)
    for case in sorted(set(now) - set(levels[level])):
        print("guard: not stored: " + case)
    print("guard: %d shares of level %s compared, %d lost" % (len(levels[level]), level, len(found)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
