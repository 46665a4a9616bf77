// SPDX-License-Identifier: Apache-2.0
// Keeps the queue alive: reads the stream from the last id it saw, with its own
// reconnection, and asks the server for the rows of the cases that changed.
"use strict";
(() => {
  const queue = document.getElementById("queue");
  const pane = document.getElementById("pane");
  const side = queue.closest(".side");
  const button = document.getElementById("new-rows");
  const state = document.getElementById("stream-state");
  const voice = document.getElementById("announce");
  const MOST = 500;

  const wanted = new Set(); // cases whose rows are to be fetched
  const held = new Map(); // new rows that wait behind the button
  let last = queue.dataset.seq;
  let pause = 500;
  let fetching = false;
  let ended = false; // the session is over; trying again would not help

  function say(text) {
    voice.textContent = text;
  }

  function show(text, mood) {
    state.hidden = false;
    state.textContent = text;
    state.dataset.mood = mood;
  }

  // --- the stream

  function connect() {
    if (ended) return;
    const stream = new EventSource("/v1/stream?after=" + encodeURIComponent(last));
    stream.addEventListener("open", () => {
      pause = 500;
      show("Live", "good");
      if (wanted.size) soon();
    });
    stream.addEventListener("error", () => {
      // EventSource gives up for ever after some answers, hence our own return.
      stream.close();
      if (ended) return;
      show("Reconnecting…", "bad");
      setTimeout(connect, pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, 15000);
      checkSession();
    });
    // Another store stands behind the address now; nothing here can be continued.
    stream.addEventListener("reset", () => location.reload());
    for (const kind of ["mention", "reading", "alert", "case", "source"]) {
      stream.addEventListener(kind, (event) => {
        last = event.lastEventId || last;
        if (kind !== "case") return;
        wanted.add(JSON.parse(event.data).id);
        soon();
      });
    }
  }

  async function checkSession() {
    try {
      const answer = await fetch("/triage/rows", { headers: { "X-Fragment": "rows" } });
      if (answer.status === 401) loggedOut();
    } catch {
      // The server is away; the stream tries again by itself.
    }
  }

  function loggedOut() {
    ended = true;
    show("Logged out. Reload to log in.", "bad");
  }

  // --- rows

  function soon() {
    if (fetching) return;
    fetching = true;
    setTimeout(fetchRows, 40);
  }

  async function fetchRows() {
    const ids = [...wanted].slice(0, 50);
    for (const id of ids) wanted.delete(id);
    const query = new URLSearchParams(queue.dataset.query);
    for (const id of ids) query.append("id", id);
    let again = 0;
    try {
      const answer = await fetch("/triage/rows?" + query, { headers: { "X-Fragment": "rows" } });
      if (answer.status === 401) return loggedOut();
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = page.querySelector("ol");
      document.getElementById("queue-total").textContent = list.dataset.total;
      for (const row of [...list.children]) take(document.adoptNode(row));
      settle();
    } catch {
      for (const id of ids) wanted.add(id);
      again = 1000 + Math.random() * 1000;
    } finally {
      fetching = false;
    }
    if (wanted.size) setTimeout(soon, again);
  }

  function take(row) {
    const id = row.dataset.case;
    const old = document.getElementById(row.id);
    refreshPane(id, row.dataset.version);
    if (old) {
      replace(old, row);
    } else if ("gone" in row.dataset) {
      held.delete(id);
    } else if (held.has(id) || belongs(row)) {
      held.set(id, row);
    }
  }

  // A claim by somebody else shows at once, in place; focus and mark stay.
  function replace(old, row) {
    const link = old.querySelector("a");
    const focused = document.activeElement === link;
    if (link.hasAttribute("aria-current")) row.querySelector("a").setAttribute("aria-current", "true");
    old.replaceWith(row);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }

  // With further pages, an old case from further down is not pulled up to this one.
  function belongs(row) {
    if (!("more" in queue.dataset) || row.dataset.opened >= queue.dataset.now) return true;
    const end = queue.lastElementChild;
    return !end || before(row, end);
  }

  function before(one, other) {
    const by = Number(other.dataset.value) - Number(one.dataset.value);
    return by ? by < 0 : Date.parse(one.dataset.opened) < Date.parse(other.dataset.opened);
  }

  // Nothing moves under the cursor: only an untouched queue takes new rows by itself.
  function untouched() {
    return side.scrollTop < 8 && scrollY < 8 && !queue.contains(document.activeElement) && !queue.matches(":hover");
  }

  function settle() {
    if (untouched()) flush(false);
    const count = held.size;
    button.hidden = !count;
    button.textContent = count + " new";
    if (count) say(count + (count === 1 ? " new case waits" : " new cases wait"));
    document.dispatchEvent(new CustomEvent("ascolto:rows"));
    document.getElementById("queue-empty").hidden = queue.children.length > 0 || count > 0;
  }

  function flush(asked) {
    if (!held.size && !asked) return;
    for (const row of queue.querySelectorAll("[data-gone]")) {
      if (!row.querySelector("[aria-current]")) row.remove();
    }
    let first = null;
    for (const row of held.values()) {
      const next = [...queue.children].find((other) => before(row, other));
      queue.insertBefore(row, next || null);
      row.classList.add("fresh");
      if (!first || before(row, first)) first = row;
    }
    if (first && !asked) {
      const rest = held.size - 1;
      say("New case: " + first.querySelector(".row-reason").textContent + (rest ? " and " + rest + " more" : ""));
    }
    held.clear();
    while (queue.children.length > MOST) queue.lastElementChild.remove();
    if (asked && first) {
      side.scrollTop = 0;
      first.querySelector("a").focus();
    }
  }

  button.addEventListener("click", () => {
    flush(true);
    settle();
  });

  // --- the open case

  function refreshPane(id, version) {
    const shown = pane.querySelector("article.case");
    if (!shown || shown.dataset.case !== id || Number(version) <= Number(shown.dataset.version)) return;
    const busy = pane.querySelector("details.menu[open]") || [...pane.querySelectorAll("textarea, input:not([type=hidden])")].some((one) => one.value);
    if (busy) pane.querySelector("#changed").hidden = false;
    else window.ascolto.open(id, { push: false, keepScroll: true });
  }

  document.addEventListener("ascolto:changed", (event) => {
    wanted.add(event.detail);
    soon();
  });
  document.addEventListener("ascolto:said", (event) => {
    say(event.detail);
    show(event.detail, "bad");
  });

  // --- clocks, in the words of clock.py

  function words(milliseconds) {
    const minutes = Math.floor(milliseconds / 60000);
    if (minutes < 1) return "under 1 min";
    if (minutes < 60) return minutes + " min";
    return minutes < 48 * 60 ? Math.floor(minutes / 60) + " h" : Math.floor(minutes / 1440) + " d";
  }

  function tick() {
    const now = Date.now() + skew;
    for (const clock of document.querySelectorAll("time[data-due]")) {
      const left = Date.parse(clock.dataset.due) - now;
      clock.textContent = left <= 0 ? words(-left) + " late" : words(left) + " left";
      clock.className = "clock " + (left <= 0 ? "late" : now >= Date.parse(clock.dataset.warn) ? "soon" : "calm");
    }
  }
  const skew = Date.parse(queue.dataset.now) - Date.now();
  setInterval(tick, 15000);

  connect();
})();
