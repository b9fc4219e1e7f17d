#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds llama-server, the peer of the embedded model, from the source that our own llama.cpp is built from.

    build_peer.py [--jobs N] [-D...]

The program is .cache/bench/llama-server/bin/llama-server, the log beside it in build.log. With the program there and
source and options unchanged it does nothing. Options as in our own build: Release, native, ggml's own threads instead of OpenMP (which
is the faster choice for both on a machine with other work). Further -D options, such as -DGGML_VULKAN=ON, go to CMake.
"""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / os.environ.get("YAKAN_CACHE", ".cache")
OPTIONS = ["-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DGGML_OPENMP=OFF", "-DLLAMA_OPENSSL=OFF",
           "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_APP=OFF", "-DLLAMA_BUILD_UI=OFF",
           "-DLLAMA_USE_PREBUILT_UI=OFF", "-DLLAMA_BUILD_NUMBER=0", "-DLLAMA_BUILD_COMMIT=yakan"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--source", type=pathlib.Path, default=CACHE / "llama")
    arguments, options = parser.parse_known_args()
    wrong = [option for option in options if not option.startswith("-D")]
    if wrong:
        parser.error(f"unknown: {' '.join(wrong)}")
    if not (arguments.source / "tools" / "server").is_dir():
        sys.exit(f"{arguments.source} holds no source of llama.cpp; run ./setup.")

    build = CACHE / "bench" / "llama-server"
    program, receipt, log = build / "bin" / "llama-server", build / "built-from", build / "build.log"
    commit = subprocess.run(["git", "-C", arguments.source, "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    wanted = "\n".join([str(arguments.source.resolve()), commit.strip(), *OPTIONS, *options])
    if program.exists() and receipt.exists() and receipt.read_text() == wanted:
        print(program)
        return
    build.mkdir(parents=True, exist_ok=True)
    print(f"building llama-server (the log is {log})", file=sys.stderr)
    with open(log, "w") as out:
        for command in (["cmake", "-S", arguments.source, "-B", build, "-G", "Ninja", *OPTIONS, *options],
                        ["cmake", "--build", build, "--target", "llama-server", "--", f"-j{arguments.jobs}"]):
            if subprocess.run(command, stdout=out, stderr=subprocess.STDOUT).returncode != 0:
                sys.exit(f"llama-server could not be built; the log is {log}.")
    receipt.write_text(wanted)
    print(program)


if __name__ == "__main__":
    main()
