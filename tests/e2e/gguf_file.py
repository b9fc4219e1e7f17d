#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small GGUF files (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) with weights of random bytes.

    gguf_file.py PATH [--bytes N] [--seed N] [--part K/N] [--cut N]     --cut leaves out the last N bytes
"""
import argparse
import random
import struct


def text(value):
    encoded = value.encode("utf-8")
    return struct.pack("<Q", len(encoded)) + encoded


def pair(key, value):
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    return text(key) + struct.pack("<II", 4, value)


def make(size=4096, seed=1, part=None):
    """About `size` bytes; `part` (2, 3): the second of three parts."""
    pairs = [("general.architecture", "llama"), ("general.file_type", 15), ("llama.context_length", 4096),
             ("llama.block_count", 4), ("llama.embedding_length", 256), ("llama.attention.head_count", 8),
             ("llama.attention.head_count_kv", 2), ("tokenizer.ggml.model", "gpt2"),
             ("tokenizer.chat_template", "{{ messages }}")]
    if part:
        pairs += [("split.no", part[0] - 1), ("split.count", part[1])]
    floats = max(32, size // 4 // 32 * 32)
    tensor = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 32, floats // 32, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs)) + b"".join(pair(*p) for p in pairs) + tensor
    header += bytes(-len(header) % 32)
    return header + random.Random(seed).randbytes(4 * floats)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="")
    parser.add_argument("--cut", type=int, default=0)
    args = parser.parse_args()
    part = tuple(int(n) for n in args.part.split("/")) if args.part else None
    data = make(args.bytes, args.seed, part)
    with open(args.path, "wb") as out:
        out.write(data[:len(data) - args.cut])


if __name__ == "__main__":
    main()
