# SPDX-License-Identifier: Apache-2.0
"""Posts a second through the reader and through language identification, on one core.

    python benchmarks/read.py [FILE.jsonl]

The posts are those of the shipped test set, read again and again for two seconds each.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from ascolto.text.language import identify
from sentiment import load_analyzer
from sentiment.evaluation import load_posts, shipped_posts

_SECONDS = 2.0


def rate(work: Callable[[], object], posts: int) -> float:
    """Posts a second of processor time, after one round to warm up."""
    work()
    begun = time.process_time()
    rounds = 0
    while time.process_time() - begun < _SECONDS:
        work()
        rounds += 1
    return rounds * posts / (time.process_time() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    file = parser.parse_args().file
    posts = shipped_posts() if file is None else load_posts(file)

    begun = time.perf_counter()
    identify("la carta non funziona")
    print(f"language model loaded in {time.perf_counter() - begun:.2f} s")
    begun = time.perf_counter()
    analyzer = load_analyzer()
    print(f"analyzer loaded in {time.perf_counter() - begun:.2f} s")

    mentions = [post.mention() for post in posts]
    letters = sum(len(post.text) for post in posts) / len(posts)
    print(f"{len(posts)} posts of {letters:.0f} characters on average")
    read = rate(lambda: analyzer.read(mentions), len(posts))
    print(f"{analyzer.model.name}: {read:,.0f} posts/s")
    told = rate(lambda: [identify(post.text) for post in posts], len(posts))
    print(f"language: {told:,.0f} posts/s")


if __name__ == "__main__":
    main()
