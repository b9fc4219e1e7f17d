#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The peer of bench/orchestrate: what a careful engineer writes with asyncio and aiohttp.

    orchestrate_aiohttp.py --url http://127.0.0.1:PORT/v1 --rows rows.jsonl --schema schema.json --prompt prompt.md
                           --out out.jsonl [--in-flight 1000] [--validator jsonschema|fastjsonschema]

One session, one TCPConnector(limit=1000), 1,000 workers over one iterator (no task per row), the schema validator
made once, three tries a row, one JSON line out per row. No durable state: a kill loses the run.
"""
import argparse
import asyncio
import json
import time

import aiohttp


def make_check(kind, schema):
    if kind == "fastjsonschema":
        import fastjsonschema
        return fastjsonschema.compile(schema)
    import jsonschema
    validator = jsonschema.Draft202012Validator(schema)
    return validator.validate


async def ask(session, url, prompt, schema, row):
    text = prompt.replace("{{text}}", row["text"])
    body = {
        "model": "fake-1",
        "messages": [{"role": "user", "content": text}],
        "temperature": 0,
        "max_tokens": 1024,
        "response_format": {"type": "json_schema", "json_schema": {"name": "row", "strict": True, "schema": schema}},
    }
    async with session.post(url, json=body) as response:
        response.raise_for_status()
        answer = await response.json()
    return json.loads(answer["choices"][0]["message"]["content"])


async def run(args):
    with open(args.schema, encoding="utf-8") as f:
        schema = json.load(f)
    with open(args.prompt, encoding="utf-8") as f:
        prompt = f.read()
    check = make_check(args.validator, schema)
    url = args.url + "/chat/completions"
    counts = {"ok": 0, "failed": 0}
    first = None
    start = time.monotonic()

    with open(args.rows, encoding="utf-8") as source, open(args.out, "w", encoding="utf-8") as sink:
        rows = (json.loads(line) for line in source)

        async def worker(session):
            nonlocal first
            for row in rows:
                for attempt in range(3):
                    try:
                        value = await ask(session, url, prompt, schema, row)
                        check(value)
                        break
                    except Exception as error:  # every failure of a row is tried again, then written down
                        value, problem = None, repr(error)
                        await asyncio.sleep(0.1 * 2**attempt)
                if value is None:
                    counts["failed"] += 1
                    sink.write(json.dumps({"id": row["id"], "error": problem}) + "\n")
                else:
                    counts["ok"] += 1
                    sink.write(json.dumps({"id": row["id"], **value}, ensure_ascii=False) + "\n")
                if first is None:
                    first = time.monotonic() - start

        connector = aiohttp.TCPConnector(limit=args.in_flight)
        timeout = aiohttp.ClientTimeout(total=120)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            await asyncio.gather(*(worker(session) for _ in range(args.in_flight)))
    counts["seconds"] = time.monotonic() - start
    counts["first_row_seconds"] = first
    print(json.dumps(counts))
    return 0 if counts["failed"] == 0 else 1


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "rows", "schema", "prompt", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--in-flight", type=int, default=1000)
    parser.add_argument("--validator", choices=["jsonschema", "fastjsonschema"], default="jsonschema")
    raise SystemExit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
