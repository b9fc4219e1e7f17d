#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/inference, embeddings: texts through our embedder and through llama-server's /v1/embeddings.

    bench/inference/embeddings.py [--n 600] [--pairs 5] [--threads 2] [--build build/release] [--json]

One encoder of random weights (12 layers of 384, as small sentence models have), the same texts of 10 to 200 words, batches
of 2,048 tokens for both. The server gets 64 texts a request, four requests in flight and a slot for each text of a batch.
Ends with 1 when the cosine distance of two vectors of one text is above 1e-3. (Single numbers differ by up to about 2e-3: attention
over small batches adds up in 16 bits, over large ones in 32, and the two programs cut their batches differently.)
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from run import CACHE, ROOT, cpu_of, free_port, spread, text_of, wait_until_healthy

SLOTS = 32


def model_file(build):
    out = CACHE / "bench" / "embeddings.gguf"
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists():
        subprocess.run([build / "tests" / "make_model", out, "--vocabulary",
                        CACHE / "llama/models/ggml-vocab-bert-bge.gguf", "--arch", "bert", "--layers", "12", "--embd", "384",
                        "--heads", "12", "--ff", "1536", "--context", "512"], check=True)
    return out


def run_ours(arguments, model, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"model": str(model), "threads": arguments.threads, "batch": 2048, "texts": texts}, file)
        file.flush()
        out = subprocess.run([arguments.build / "bin" / "yk_bench_embeddings", file.name], stdout=subprocess.PIPE, text=True)
    if out.returncode != 0:
        sys.exit("yk_bench_embeddings failed")
    return json.loads(out.stdout)


def run_server(arguments, model, texts):
    port = free_port()
    program = CACHE / "bench" / "llama-server" / "bin" / "llama-server"
    process = subprocess.Popen([program, "-m", model, "--embedding", "--host", "127.0.0.1", "--port", str(port), "-np",
                                str(SLOTS), "-c", str(SLOTS * 512), "-b", "2048", "-ub", "2048", "-t", str(arguments.threads),
                                "-tb", str(arguments.threads)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_healthy(port)
        pieces = [texts[i:i + 64] for i in range(0, len(texts), 64)]

        def ask(piece):
            request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/embeddings", json.dumps({"input": piece}).encode(),
                                             {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=600) as reply:
                data = sorted(json.load(reply)["data"], key=lambda item: item["index"])
            return [item["embedding"] for item in data]

        cpu, start = cpu_of(process.pid), time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            vectors = [vector for piece in pool.map(ask, pieces) for vector in piece]
        return {"seconds": time.monotonic() - start, "cpu_seconds": cpu_of(process.pid) - cpu, "vectors": vectors}
    finally:
        process.terminate()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=600)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    subprocess.run([sys.executable, ROOT / "bench" / "inference" / "build_peer.py"], check=True, stdout=subprocess.DEVNULL)
    model = model_file(arguments.build)
    texts = [text_of(10 + (i * 37) % 190, i) for i in range(arguments.n)]
    ours, peer = [], []
    for _ in range(arguments.pairs):
        a, b = run_ours(arguments, model, texts), run_server(arguments, model, texts)
        worst = max(1 - sum(x * y for x, y in zip(u, v)) for u, v in zip(a["vectors"], b["vectors"]))
        if len(a["vectors"]) != arguments.n or len(b["vectors"]) != arguments.n or worst > 1e-3:
            sys.exit(f"the cosine distance of two vectors of one text is {worst}")
        ours.append(a)
        peer.append(b)
        print(f"ours {arguments.n / a['seconds']:.1f} texts/s, llama-server {arguments.n / b['seconds']:.1f} texts/s, "
              f"largest cosine distance {worst:.1e}", file=sys.stderr if arguments.json else sys.stdout, flush=True)
    ratios = [b["seconds"] / a["seconds"] for a, b in zip(ours, peer)]
    cpu = [a["cpu_seconds"] / b["cpu_seconds"] for a, b in zip(ours, peer)]
    result = {"texts/s ours": spread([arguments.n / a["seconds"] for a in ours]),
              "texts/s llama-server": spread([arguments.n / b["seconds"] for b in peer]),
              "ratio of texts/s": spread(ratios), "ratio of CPU": spread(cpu)}
    print(json.dumps(result) if arguments.json else "\n".join(f"{name}: {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
