# SPDX-License-Identifier: Apache-2.0
"""Posts per second of `ascolto import`, whole process: parse, identify, store, read, judge.

    python benchmarks/import_posts.py [POSTS]

Prints one JSON line. The posts are the evaluation posts with a number added, so that no two are
equal; reading them is the fallback reader's work.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    command = str(Path(sys.executable).parent / "ascolto")
    texts = [
        json.loads(line)["text"]
        for line in (ROOT / "sentiment/evaluation/posts.jsonl").read_text("utf-8").splitlines()
    ]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run([command, "init", "--brand", "Banca Aurora"], cwd=place, check=True)
        with (place / "posts.ndjson").open("w", encoding="utf-8") as stream:
            for number, text in zip(range(posts), cycle(texts), strict=False):
                stream.write(json.dumps({"id": number, "text": f"{text} {number}"}) + "\n")
        start = time.perf_counter()
        subprocess.run([command, "import", "posts.ndjson"], cwd=place, check=True)
        seconds = time.perf_counter() - start
        size = (place / "ascolto.db").stat().st_size
    figures = {
        "posts": posts,
        "seconds": round(seconds, 1),
        "posts_per_second": round(posts / seconds),
        "gigabytes_per_million": round(size / posts / 1000, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
