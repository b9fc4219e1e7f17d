#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/inference: rows that share a long beginning, through the embedded model and through llama-server.

    bench/inference/run.py [--pairs 5] [--prefix-tokens 1360] [--row-tokens 100] [--cold 16] [--warm 32] [--parallel 16]
                           [--threads 2] [--schema fields|enums] [--inside] [--streams] [--build build/release] [--json]

Both run the same model file (random weights that write one given JSON text, 204 million parameters) from the same source
of llama.cpp, with the same prompts and the same schema, greedily. Each run starts afresh: `cold` rows at once, then
`warm` rows; "whole" is all of them from the first question, "steady" the warm ones. Runs go A B A B …. The server gets
one slot for each row in flight and its prompt cache on, which is its best setting here. Ends with 1 when an answer is
not the expected JSON.

`--worst` measures ours alone: the cost of a token when the schema refuses every proposal of the model, beside free text.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / os.environ.get("YAKAN_CACHE", ".cache")

FIELDS = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["complaint", "praise", "question", "other"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "urgent": {"type": "boolean"},
        "product": {"type": "string", "maxLength": 40},
        "language": {"type": "string", "enum": ["en", "ja", "de", "fr"]},
        "summary": {"type": "string", "maxLength": 80},
    },
    "required": ["category", "score", "urgent", "product", "language", "summary"],
    "additionalProperties": False,
}
FIELDS_ANSWER = ('{"category": "complaint", "score": 2, "urgent": true, "product": "kettle", "language": "en", '
                 '"summary": "The lid does not close."}')
ENUM_VALUES = {"kind": ["complaint", "praise", "question"], "urgency": ["high", "medium", "low"],
               "mood": ["angry", "calm", "happy"], "channel": ["mail", "phone", "shop"], "topic": ["delivery", "price", "quality"],
               "customer": ["new", "known", "vip"], "refund": ["asked", "paid", "none"], "language": ["en", "ja", "de"],
               "answer": ["needed", "sent", "useless"]}
ENUMS = {
    "type": "object",
    "properties": {name: {"type": "string", "enum": values} for name, values in ENUM_VALUES.items()},
    "required": list(ENUM_VALUES),
    "additionalProperties": False,
}
ENUMS_ANSWER = json.dumps({name: values[i % 3] for i, (name, values) in enumerate(ENUM_VALUES.items())})
# What the model never writes: every one of its proposals is refused.
REFUSED = {"type": "object", "properties": {"z": {"type": "string", "pattern": "^[QXZJ]{400}$"}}, "required": ["z"]}

WORDS = ("the a to of and in customer order kettle parcel broken late again please thank you email phone number "
         "delivered refund invoice blue lid handle water price review shop week day told never always very good bad "
         "why when how nothing works box return support answer waiting money back new old").split()


def text_of(tokens, seed):
    """About so many tokens: a common word is one."""
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(tokens))


def model_file(build, schema):
    """The model that writes the schema's answer; made once."""
    answer = FIELDS_ANSWER if schema == "fields" else ENUMS_ANSWER
    out = CACHE / "bench" / f"inference-{schema}.gguf"
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists():
        subprocess.run([build / "tests" / "make_model", out, "--vocabulary", CACHE / "llama/models/ggml-vocab-qwen2.gguf",
                        "--answer", answer, "--layers", "16", "--embd", "512", "--heads", "8", "--kv-heads", "2", "--ff",
                        "1536", "--context", "8192"], check=True)
    return out


def schema_text(schema):
    return ("\n\nAnswer with one JSON object that satisfies this JSON Schema, and with nothing else:\n"
            + json.dumps(schema, separators=(",", ":"), ensure_ascii=False))


def run_ours(arguments, model, plan):
    plan = dict(plan, model=str(model), parallel=arguments.parallel, threads=arguments.threads, worker=not arguments.inside,
                streams=arguments.streams)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        out = subprocess.run([arguments.build / "bin" / "yk_bench_inference", file.name], stdout=subprocess.PIPE, text=True)
    if out.returncode != 0:
        sys.exit("yk_bench_inference failed")
    return json.loads(out.stdout)


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(port):
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    sys.exit("llama-server did not start")


class Server:
    def __init__(self, arguments, model):
        self.port = free_port()
        program = CACHE / "bench" / "llama-server" / "bin" / "llama-server"
        cells = arguments.parallel * 2048
        self.process = subprocess.Popen(
            [program, "-m", model, "--host", "127.0.0.1", "--port", str(self.port), "-np", str(arguments.parallel), "-c",
             str(cells), "-t", str(arguments.threads), "-tb", str(arguments.threads), "--cache-ram", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_healthy(self.port)

    def ask(self, plan, row):
        body = {
            "messages": [{"role": "system", "content": plan["prefix"] + schema_text(plan["schema"])},
                         {"role": "user", "content": f'\n<data name="text">\n{row}\n</data>\n'}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": plan["schema"]}},
            "temperature": 0, "max_tokens": plan["tokens_max"],
        }
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as reply:
            return json.load(reply)["choices"][0]["message"]["content"]

    def phase(self, plan, rows, parallel):
        cpu, start = cpu_of(self.process.pid), time.monotonic()
        with ThreadPoolExecutor(parallel) as pool:
            answers = list(pool.map(lambda row: self.ask(plan, row), rows))
        return answers, {"seconds": time.monotonic() - start, "cpu_seconds": cpu_of(self.process.pid) - cpu}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def run_server(arguments, model, plan):
    server = Server(arguments, model)
    try:
        cold, first = server.phase(plan, plan["rows"][:arguments.cold], arguments.parallel)
        warm, rest = server.phase(plan, plan["rows"][arguments.cold:], arguments.parallel)
    finally:
        server.stop()
    return {"cold": first, "warm": rest, "answers": cold + warm}


def figures(run, cold, warm):
    whole = {key: run["cold"][key] + run["warm"][key] for key in run["cold"]}
    return {"whole rows/s": (cold + warm) / whole["seconds"], "steady rows/s": warm / run["warm"]["seconds"],
            "whole CPU ms/row": 1000 * whole["cpu_seconds"] / (cold + warm),
            "steady CPU ms/row": 1000 * run["warm"]["cpu_seconds"] / warm}


def spread(values):
    return f"{statistics.median(values):.3g} [{min(values):.3g}-{max(values):.3g}]"


def worst(arguments, model, plan):
    """CPU per answer token with every proposal refused, beside free text of as many tokens."""
    tokens = 40
    ratios = []
    for _ in range(arguments.pairs):
        costs = []
        for schema in (None, REFUSED):
            run = run_ours(arguments, model, dict(plan, schema=schema, tokens_max=tokens, any_finish=True, forced=False))
            costs.append(run["warm"]["cpu_seconds"])
        ratios.append(costs[1] / costs[0])
        print(f"free {costs[0]:.2f} s, refused {costs[1]:.2f} s CPU")
    print(f"every proposal refused: {spread(ratios)} of the free-text cost")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--prefix-tokens", type=int, default=1360, help="of the instruction; the schema comes on top")
    parser.add_argument("--row-tokens", type=int, default=100)
    parser.add_argument("--cold", type=int, default=16)
    parser.add_argument("--warm", type=int, default=32)
    parser.add_argument("--parallel", type=int, default=16)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--schema", choices=["fields", "enums"], default="fields")
    parser.add_argument("--inside", action="store_true", help="ours inside the asking process, not in one of its own")
    parser.add_argument("--streams", action="store_true", help="ours with a cache of its own for each row")
    parser.add_argument("--worst", action="store_true")
    parser.add_argument("--ours", action="store_true", help="without the server")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()

    model = model_file(arguments.build, arguments.schema)
    schema, answer = (FIELDS, FIELDS_ANSWER) if arguments.schema == "fields" else (ENUMS, ENUMS_ANSWER)
    plan = {"prefix": "Read what a customer wrote. " + text_of(arguments.prefix_tokens, 1),
            "rows": [text_of(arguments.row_tokens, 100 + i) for i in range(arguments.cold + arguments.warm)],
            "cold": arguments.cold, "schema": schema, "tokens_max": 128}
    if arguments.worst:
        return worst(arguments, model, plan)
    if not arguments.ours:
        subprocess.run([sys.executable, ROOT / "bench" / "inference" / "build_peer.py"], check=True, stdout=subprocess.DEVNULL)
    expected = json.loads(answer)
    ours, peer = [], []
    for _ in range(arguments.pairs):
        for name, run, keep in (("ours", run_ours, ours), ("llama-server", run_server, peer)):
            if name != "ours" and arguments.ours:
                continue
            result = run(arguments, model, plan)
            wrong = [text for text in result["answers"] if json.loads(text) != expected]
            if wrong or len(result["answers"]) != arguments.cold + arguments.warm:
                sys.exit(f"{name}: {len(wrong)} answers are not the expected JSON: {wrong[:1]}")
            keep.append(dict(figures(result, arguments.cold, arguments.warm), counters=result.get("counters")))
            print(f"{name:13}", "  ".join(f"{key} {value:.2f}" for key, value in keep[-1].items() if key != "counters"),
                  file=sys.stderr if arguments.json else sys.stdout, flush=True)
    summary = {}
    for key in ours[0]:
        if key == "counters":
            continue
        summary[key] = {"ours": spread([run[key] for run in ours])}
        if peer:
            summary[key]["llama-server"] = spread([run[key] for run in peer])
            ratios = [a[key] / b[key] for a, b in zip(ours, peer)]
            summary[key]["ratio"] = spread(ratios)
    summary["counters"] = ours[-1]["counters"]
    if arguments.json:
        print(json.dumps(summary))
        return
    for key, values in summary.items():
        print(f"{key:18} " + "  ".join(f"{name} {value}" for name, value in values.items()))
    counters = ours[-1]["counters"]
    sampled = counters["answer tokens"] - counters["answer tokens forced"]
    print(f"decode calls a row: {counters['answer tokens'] / sampled:.1f} times fewer than one for each token")


if __name__ == "__main__":
    main()
