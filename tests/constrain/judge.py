#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Answers written under random schemas are valid for Python's jsonschema too.

    judge.py YK_RANDOM_ANSWERS [--seed N] [--answers N]

Ends 77 (skipped) where that package is not installed.
"""
import argparse
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: Python's jsonschema is not installed (Debian: python3-jsonschema)")
    sys.exit(77)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--answers", default="2000")
    options = arguments.parse_args()
    lines = subprocess.run([options.program, options.seed, options.answers], check=True, stdout=subprocess.PIPE).stdout
    count = 0
    for line in lines.decode("utf-8").rstrip("\n").split("\n"):
        pair = json.loads(line)
        value = json.loads(pair["answer"])
        try:
            jsonschema.Draft202012Validator(pair["schema"]).validate(value)
        except jsonschema.ValidationError as error:
            sys.exit(f"seed {options.seed}: {error.message}\nschema: {json.dumps(pair['schema'], ensure_ascii=False)}\n"
                     f"answer: {pair['answer']}")
        count += 1
    if count != int(options.answers):
        sys.exit(f"{count} answers instead of {options.answers}")
    print(f"{count} answers are valid for jsonschema")


if __name__ == "__main__":
    main()
