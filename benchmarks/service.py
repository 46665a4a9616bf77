# SPDX-License-Identifier: Apache-2.0
"""The service as a person meets it: start, memory, and a pushed post as a row in a real browser.

    python benchmarks/service.py [SECONDS] [POSTS_PER_SECOND]

Starts `ascolto serve` in an empty folder, opens the console in Chromium (Playwright, extra `dev`),
pushes posts one by one, and prints one JSON line:

- first_page_s: from the start of the process to the first answered page
- push_to_row_ms: from before the push to the row in the page, p50 and p95, n
- memory_mb: resident memory of the service after the first page and at the end
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import sync_playwright

COMMAND = str(Path(sys.executable).parent / "ascolto")
OBSERVE = """() => {
  window.seen = {};
  const note = () => document.querySelectorAll('[data-case]').forEach((row) => {
    const mark = /n\\d+e/.exec(row.textContent);
    if (mark && !(mark[0] in window.seen)) window.seen[mark[0]] = Date.now();
  });
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
}"""


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), seconds, rate)))


def measure(place: Path, seconds: float, rate: float) -> dict[str, object]:
    call(place, "init", "--brand", "Banca Aurora")
    link = json.loads(call(place, "user", "add", "ada", "--json"))
    key = json.loads(call(place, "key", "add", "b", "--scope", "ingest", "--json"))[0]["secret"]
    port = 18473
    base = f"http://127.0.0.1:{port}"
    start = time.perf_counter()
    with subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)], cwd=place, stderr=subprocess.DEVNULL
    ) as service:
        try:
            first_page = wait_for(base + "/login", start)
            memory_first = memory(service.pid)
            token = link[0]["log_in"].rpartition("/")[2]
            rows = push_and_watch(base, token, key, int(seconds * rate), rate)
            memory_last = memory(service.pid)
        finally:
            service.terminate()
    ordered = sorted(rows)
    return {
        "first_page_s": round(first_page, 2),
        "push_to_row_ms": {
            "n": len(rows),
            "p50": round(statistics.median(ordered)),
            "p95": round(ordered[int(len(ordered) * 0.95)]),
        },
        "memory_mb": {"first_page": memory_first, "end": memory_last},
    }


def call(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        [COMMAND, *arguments], cwd=place, check=True, capture_output=True, text=True
    )
    return done.stdout


def wait_for(url: str, start: float) -> float:
    while time.perf_counter() - start < 60:
        try:
            if httpx.get(url).status_code == 200:
                return time.perf_counter() - start
        except httpx.TransportError:
            time.sleep(0.02)
    raise TimeoutError(url)


def push_and_watch(base: str, token: str, key: str, posts: int, rate: float) -> list[float]:
    pushed: dict[str, float] = {}
    client = httpx.Client(headers={"Authorization": f"Bearer {key}"})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(f"{base}/{token}")
        page.wait_for_url("**/triage**")
        page.wait_for_timeout(1000)
        page.evaluate(OBSERVE)
        for number in range(posts):
            mark = f"n{number}e"
            due = time.time() + 1 / rate
            pushed[mark] = time.time() * 1000
            post = {"id": mark, "text": f"{mark} app down, help!", "private": True, "author": mark}
            client.post(base + "/v1/mentions", json=[post]).raise_for_status()
            time.sleep(max(0.0, due - time.time()))
        page.wait_for_timeout(4000)
        seen: dict[str, float] = page.evaluate("() => window.seen")
        browser.close()
    return [at - pushed[mark] for mark, at in seen.items()]


def memory(pid: int) -> int:
    return round(psutil.Process(pid).memory_info().rss / 1e6)


if __name__ == "__main__":
    main()
