// SPDX-License-Identifier: Apache-2.0
// The queue by keyboard. A key does what its button in the pane does.
"use strict";
(() => {
  const queue = document.getElementById("queue");
  const pane = document.getElementById("pane");
  const help = document.getElementById("help");
  const find = document.getElementById("find");

  function links() {
    return [...queue.querySelectorAll("li:not([hidden]) > a")];
  }

  // The row in hand: the focused one, else the one that is open.
  function current() {
    const focused = document.activeElement.closest?.("#queue > li");
    return focused || queue.querySelector("a[aria-current]")?.parentElement || null;
  }

  function move(step) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(current()?.querySelector("a"));
    const next = at < 0 ? all[0] : all[Math.min(all.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  // Opens the row in hand if it is not open yet, then hands over its control.
  async function control(key) {
    const row = current();
    const shown = pane.querySelector("article.case");
    const caseId = row ? row.dataset.case : shown?.dataset.case;
    if (!caseId) return null;
    if (shown?.dataset.case !== caseId && !(await window.ascolto.open(caseId))) return null;
    return pane.querySelector('[data-key="' + key + '"]');
  }

  async function press(key) {
    const found = await control(key);
    if (!found) return;
    if (found.matches("details")) {
      found.open = true;
      found.querySelector("button").focus();
    } else if (found.querySelector("textarea")) {
      found.querySelector("textarea").focus();
    } else {
      found.requestSubmit(found.querySelector("button"));
    }
  }

  const does = {
    j: () => move(1),
    k: () => move(-1),
    c: () => press("c"),
    r: () => press("r"),
    x: () => press("x"),
    o: () => press("o"),
    n: () => press("n"),
    "/": () => find.focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "Escape") {
      const menu = pane.querySelector("details.menu[open]");
      if (menu) menu.open = false;
      if (typing || menu) {
        event.target.blur();
        current()?.querySelector("a").focus();
      }
      return;
    }
    if (typing || !Object.hasOwn(does, event.key)) return;
    event.preventDefault();
    does[event.key]();
  });

  // In a note, Enter makes a line; with Control or Command it sends.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  document.getElementById("help-button").addEventListener("click", () => help.showModal());

  function sift() {
    const wanted = find.value.trim().toLocaleLowerCase();
    for (const row of queue.children) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  }
  find.addEventListener("input", sift);
  document.addEventListener("ascolto:rows", sift);
})();
