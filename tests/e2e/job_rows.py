# SPDX-License-Identifier: Apache-2.0
"""What a job wrote."""
import json
import os


def rows_of(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
