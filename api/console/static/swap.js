// SPDX-License-Identifier: Apache-2.0
// Opens cases and sends forms without loading the page anew. What comes back is
// HTML that our own server rendered and escaped; without this file the same links
// and forms work by full page loads.
"use strict";
(() => {
  const pane = document.getElementById("pane");
  const desk = document.getElementById("main");
  let latest = 0;

  document.documentElement.classList.add("scripting");

  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent("ascolto:" + name, { detail }));
  }

  function isNarrow() {
    return matchMedia("(max-width: 52rem)").matches;
  }

  function marked(caseId) {
    for (const link of document.querySelectorAll("#queue a[aria-current]")) link.removeAttribute("aria-current");
    const row = caseId && document.getElementById("case-" + caseId);
    if (row) row.querySelector("a").setAttribute("aria-current", "true");
  }

  // Replaces the pane unless something newer was asked for meanwhile.
  async function fill(address, options, turn) {
    const answer = await fetch(address, { ...options, headers: { "X-Fragment": "pane" }, redirect: "manual" });
    if (turn !== latest) return null;
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
      return null;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return null;
    pane.replaceChildren(...page.body.childNodes);
    desk.classList.add("has-case");
    const shown = pane.querySelector("article.case");
    if (shown) {
      marked(shown.dataset.case);
      tell("shown", shown.dataset.case);
    }
    return answer;
  }

  async function open(caseId, { push = true, focus = false, keepScroll = false } = {}) {
    const turn = ++latest;
    const scroll = pane.scrollTop;
    const query = new URLSearchParams(document.getElementById("queue").dataset.query);
    const address = "/triage/pane/" + encodeURIComponent(caseId) + "?" + query;
    query.set("case", caseId);
    const here = "/triage?" + query;
    try {
      if (!(await fill(address, {}, turn))) return false;
    } catch {
      location.assign(here);
      return false;
    }
    if (push && location.pathname + location.search !== here) history.pushState({ case: caseId }, "", here);
    pane.scrollTop = keepScroll ? scroll : 0;
    if (isNarrow() && !keepScroll) scrollTo(0, 0);
    if (focus || (isNarrow() && !keepScroll)) pane.querySelector("h2")?.focus({ preventScroll: true });
    return true;
  }

  function close(push) {
    latest += 1;
    const link = pane.querySelector("a[data-back]");
    const row = document.querySelector("#queue a[aria-current]");
    desk.classList.remove("has-case");
    marked(null);
    if (push && link) history.pushState({}, "", link.href);
    if (row) row.focus();
  }

  async function send(form, button) {
    const turn = ++latest;
    const inPane = pane.contains(document.activeElement);
    const body = new URLSearchParams(new FormData(form, button));
    for (const one of pane.querySelectorAll("form button")) one.disabled = true;
    try {
      const answer = await fill(form.action, { method: "POST", body }, turn);
      if (!answer) return;
      const shown = pane.querySelector("article.case");
      if (shown) tell("changed", shown.dataset.case);
      if (inPane) pane.querySelector("h2")?.focus({ preventScroll: true });
    } catch {
      for (const one of pane.querySelectorAll("form button")) one.disabled = false;
      tell("said", "The service did not answer. Nothing was changed; try again.");
    }
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[data-open], a[data-back]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.open) open(link.dataset.open);
    else close(true);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-swap]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.filters");
    if (form) form.requestSubmit();
  });

  // Empty choices would only lengthen the address.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form.filters")) return;
    for (const [name, value] of [...event.formData]) if (!value || value === "open") event.formData.delete(name);
  });

  addEventListener("popstate", () => {
    const caseId = new URLSearchParams(location.search).get("case");
    if (caseId) open(caseId, { push: false });
    else close(false);
  });

  window.ascolto = { open };
})();
