# SPDX-License-Identifier: Apache-2.0
"""Celery over Redis doing what bench/queue measures: 500 bytes in, 300 bytes out and kept, per row.

Started by bench/queue/run.py inside its virtual environment. Defaults of Celery (prefetch 4, early acknowledgement),
2 worker processes, results in Redis; Redis with an append-only file synced every second, its documented durable setting.
Prints one JSON object.
"""
import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from celery import Celery

PORT = int(os.environ.get("YAKAN_BENCH_REDIS", "0"))
app = Celery("queue_celery", broker=f"redis://127.0.0.1:{PORT}/0", backend=f"redis://127.0.0.1:{PORT}/1")
app.conf.update(task_serializer="json", result_serializer="json", accept_content=["json"], broker_connection_retry_on_startup=True)


@app.task(name="row")
def row(payload):
    return (payload.split(" ", 1)[0] + " ").ljust(300, "a")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pids):
    total = 0.0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            pass
    return total


def children_of(pid):
    found = [pid]
    for each in found:
        try:
            for task in os.listdir(f"/proc/{each}/task"):
                with open(f"/proc/{each}/task/{task}/children") as children:
                    found += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return found


def wait_for(check, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if check():
                return
        except Exception:  # noqa: BLE001: not up yet
            pass
        time.sleep(0.1)
    sys.exit(f"queue_celery: {what} did not start")


def measure(n):
    """Enqueues n rows, starts the workers' clock when the first result can appear, checks every result."""
    import redis

    client = redis.Redis(port=PORT, db=1)
    start = time.monotonic()
    ids = [row.delay((f"{i} ").ljust(500, "i")).id for i in range(n)]
    enqueued = time.monotonic() - start
    environment = dict(os.environ, PYTHONPATH=os.path.dirname(os.path.abspath(__file__)))
    started = time.monotonic()
    worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "queue_celery", "worker", "--concurrency", "2",
                               "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
                              env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: client.dbsize() > 0, "the worker")
        first, done = time.monotonic(), client.dbsize()
        cpu = cpu_seconds(children_of(worker.pid))
        while client.dbsize() < n:
            time.sleep(0.02)
            if time.monotonic() - first > 600:
                sys.exit("queue_celery: the rows did not finish")
        seconds = time.monotonic() - first
        cpu = cpu_seconds(children_of(worker.pid)) - cpu
        for i, task in enumerate(ids):
            stored = json.loads(client.get(f"celery-task-meta-{task}"))
            if stored["status"] != "SUCCESS" or stored["result"] != (f"{i} ").ljust(300, "a"):
                sys.exit(f"queue_celery: the result of row {i} is wrong")
    finally:
        worker.terminate()
        worker.wait()
    return {"rows_per_s": (n - done) / seconds, "enqueued_per_s": n / enqueued, "cpu_s_per_1000_rows": cpu / n * 1000,
            "startup_s": first - started}


def with_redis(arguments):
    """Runs this program again beside a Redis of its own, so that everything in it has one address from the start."""
    import redis

    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
                                   "--appendonly", "yes", "--appendfsync", "everysec"], stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: redis.Redis(port=port).ping(), "redis-server")
            return subprocess.run([sys.executable, os.path.abspath(__file__), "--n", str(arguments.n)],
                                  env=dict(os.environ, YAKAN_BENCH_REDIS=str(port))).returncode
        finally:
            server.terminate()
            server.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=10000)
    arguments = parser.parse_args()
    if PORT == 0:
        sys.exit(with_redis(arguments))
    print(json.dumps(measure(arguments.n)))


if __name__ == "__main__":
    main()
