#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""contracts_figures.py EVAL.json PRECISION_MIN RECALL_MIN: 1 when a field of `yakan eval --json` falls below either."""

import json
import sys


def main(argv):
    with open(argv[1], encoding="utf-8") as file:
        report = json.load(file)
    minimum = {"precision": float(argv[2]), "recall": float(argv[3])}
    low = [f"{field['field']}: {name} {field[name]} is below {least}" for field in report["fields"]
           for name, least in minimum.items() if (field[name] or 0) < least]
    low += [f"no prediction for {key}" for key in report["rows"]["without_prediction"]]
    print(*low, sep="\n", end="\n" if low else "")
    for miss in report["misses"]:
        print(f"miss: {miss['key']} {miss['field']} ({miss['kind']}): expected {miss['gold']}, found {miss['predicted']}")
    print(f"{len(report['fields'])} fields, {len(low)} below precision {argv[2]} or recall {argv[3]}")
    return 1 if low or not report["fields"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
