#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""usage: check_rows.py rows.txt

Fails unless every pair of values of two columns stands in some row, and there are at most 24 rows.
"""
import itertools
import sys


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [[cell.strip() for cell in line.split("|")] for line in file if not line.startswith("#")]
    columns = [sorted(set(column)) for column in zip(*rows)]
    missing = [
        (a, b)
        for i, j in itertools.combinations(range(len(columns)), 2)
        for a in columns[i]
        for b in columns[j]
        if not any(row[i] == a and row[j] == b for row in rows)
    ]
    for pair in missing:
        print("no row has %s with %s" % pair)
    print("matrix: %d rows, columns of %s values, %d pairs missing"
          % (len(rows), ", ".join(str(len(c)) for c in columns), len(missing)))
    return 1 if missing or len(rows) > 24 else 0


if __name__ == "__main__":
    sys.exit(main())
