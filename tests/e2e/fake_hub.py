#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small Hugging Face Hub and Ollama registry for tests: names on one port, bytes on another, and repositories that
misbehave. Prints the address of the first and serves until it is killed.

    fake_hub.py [--log FILE]     the log gets a line for each request: "hub HEAD /path", "storage GET /path bytes=5-"

own/tiny and own/split are fine; own/gated, own/private, own/busy, own/huge, own/damaged, own/page and own/cut are what
they are called; anything else is not there.
"""
import argparse
import hashlib
import http.server
import json
import os
import re
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gguf_file  # noqa: E402

PIECE = 1 << 16


class Hub:
    """What the two servers know. `gate`: bytes of the storage's next answers wait there, see `hold_after`."""

    def __init__(self, log=None):
        self.files = {"own/tiny/m.gguf": gguf_file.make(200_000), "own/gated/m.gguf": gguf_file.make(),
                      "own/damaged/m.gguf": gguf_file.make(), "own/page/m.gguf": b"<!DOCTYPE html>" * 9,
                      "own/cut/m.gguf": gguf_file.make(1_000_000), "own/huge/m.gguf": gguf_file.make()}
        for k in (1, 2, 3):
            self.files[f"own/split/m-0000{k}-of-00003.gguf"] = gguf_file.make(20_000, k, (k, 3))
        self.ollama = {"library/tiny:1b": "own/tiny/m.gguf"}
        self.log_path = log
        self.requests = []
        self.lock = threading.Lock()
        self.cut_once = {"own/cut/m.gguf": 400_000}
        self.hold_after = None  # the storage sends so many bytes of a file and then waits for `gate`
        self.gate = threading.Event()
        self.storage = self.serve(StorageHandler)
        self.names = self.serve(NameHandler)
        self.url = f"http://127.0.0.1:{self.names.server_port}"

    def serve(self, handler):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        server.hub = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def note(self, line):
        with self.lock:
            self.requests.append(line)
            if self.log_path:
                with open(self.log_path, "a", encoding="utf-8") as log:
                    log.write(line + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def note(self, server):
        token = " token" if self.headers["Authorization"] else ""
        ranged = " " + self.headers["Range"] if self.headers["Range"] else ""
        self.server.hub.note(f"{server} {self.command} {self.path}{ranged}{token}")


class NameHandler(Handler):
    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.note("hub")
        if self.path.startswith("/v2/"):
            return self.registry()
        found = re.fullmatch(r"/(\w+/\w+)/resolve/([^/]+)/(.+)", self.path)
        if not found:
            return self.reply(404)
        repo, revision, name = found.groups()
        hub = self.server.hub
        file = f"{repo}/{name}"
        if repo == "own/gated" and not self.headers["Authorization"]:
            return self.reply(401, [("X-Error-Code", "GatedRepo")])
        if repo == "own/busy":
            return self.reply(503, [("Retry-After", "3600")])
        if not any(known.startswith(repo + "/") for known in hub.files):
            return self.reply(401, [("X-Error-Code", "RepoNotFound")])
        if revision not in ("main", "c0ffee"):
            return self.reply(404, [("X-Error-Code", "RevisionNotFound")])
        if file not in hub.files:
            return self.reply(404, [("X-Error-Code", "EntryNotFound")])
        data = hub.files[file]
        digest = hashlib.sha256(data + (b"x" if repo == "own/damaged" else b"")).hexdigest()
        size = 10 ** 15 if repo == "own/huge" else len(data)
        self.reply(302, [("Location", f"http://127.0.0.1:{hub.storage.server_port}/{file}"), ("X-Repo-Commit", "c0ffee"),
                         ("X-Linked-Size", str(size)), ("X-Linked-Etag", f'"{digest}"')])

    def registry(self):
        hub = self.server.hub
        found = re.fullmatch(r"/v2/(\w+/\w+)/manifests/(\w+)", self.path)
        if found and ":".join(found.groups()) in hub.ollama:
            data = hub.files[hub.ollama[":".join(found.groups())]]
            layer = {"mediaType": "application/vnd.ollama.image.model", "size": len(data),
                     "digest": "sha256:" + hashlib.sha256(data).hexdigest()}
            return self.reply(200, body=json.dumps({"schemaVersion": 2, "layers": [layer]}).encode())
        for file in hub.ollama.values():
            if self.path.endswith("/blobs/sha256:" + hashlib.sha256(hub.files[file]).hexdigest()):
                return self.reply(307, [("Location", f"http://127.0.0.1:{hub.storage.server_port}/{file}")])
        self.reply(404, body=b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')


class StorageHandler(Handler):
    def do_GET(self):
        self.note("storage")
        hub = self.server.hub
        file = self.path[1:]
        data = hub.files[file]
        first = int(self.headers["Range"][len("bytes="):-1]) if self.headers["Range"] else 0
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", '"' + hashlib.md5(data).hexdigest() + '"')
        self.send_header("Content-Length", str(len(data) - first))
        self.end_headers()
        cut = hub.cut_once.pop(file, None)
        for at in range(first, len(data), PIECE):
            if cut is not None and at >= cut:
                self.close_connection = True
                return
            if hub.hold_after is not None and at >= hub.hold_after:
                hub.gate.wait()
            try:
                self.wfile.write(data[at:at + PIECE])
            except OSError:
                return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log")
    args = parser.parse_args()
    print(Hub(args.log).url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
