// Everything works without this script: it only saves pressing a button. It writes no text into pages but what the same
// server has made.
"use strict";

(() => {
  // The page at an address, as a document; nil where it cannot be had.
  async function load(address, signal) {
    const response = await fetch(address, { signal, headers: { accept: "text/html" }, credentials: "same-origin" });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  // Shows the list while somebody types or chooses.
  function searchAsYouType(form) {
    const results = document.getElementById(form.dataset.live);
    const count = document.getElementById("count");
    if (!results) return;
    let timer;
    let running;

    async function show() {
      const fields = [...new FormData(form)].filter(([, value]) => value !== "");
      const query = new URLSearchParams(fields).toString();
      const address = form.getAttribute("action") + (query ? "?" + query : "");
      running?.abort();
      running = new AbortController();
      const { signal } = running;
      results.setAttribute("aria-busy", "true");
      try {
        const page = await load(address, signal);
        const fresh = page.getElementById(results.id);
        if (fresh) {
          results.replaceChildren(...fresh.childNodes);
          history.replaceState(null, "", address);
        }
        const said = page.getElementById(fresh ? "count" : "problem");
        if (count && said && count.textContent !== said.textContent) count.textContent = said.textContent;
        results.removeAttribute("aria-busy");
      } catch (error) {
        // A newer question has taken the place of this one, or the server is away: then the button still works.
        if (!signal.aborted) results.removeAttribute("aria-busy");
      }
    }

    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 150);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      show();
    });
  }

  // Keeps numbers current for as long as somebody looks.
  function refresh(region) {
    const pause = Number(region.dataset.refresh);

    async function show() {
      if (!document.hidden) {
        try {
          const page = await load(location.href);
          const fresh = page.getElementById(region.id);
          // The session has ended.
          if (!fresh) return location.reload();
          region.replaceChildren(...fresh.childNodes);
        } catch (error) {
          // The server is away; the next time it may be back.
        }
      }
      setTimeout(show, pause);
    }

    setTimeout(show, pause);
  }

  for (const form of document.querySelectorAll("form[data-live]")) searchAsYouType(form);
  for (const region of document.querySelectorAll("[data-refresh]")) refresh(region);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const field = document.getElementById("q") ?? document.querySelector("[data-focus]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
