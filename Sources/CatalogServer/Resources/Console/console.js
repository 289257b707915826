// Everything works without this script: it only saves pressing a button. It writes no text into pages but what the same
// server has made.
"use strict";

(() => {
  // How long an answer is waited for, in milliseconds.
  const patience = 10_000;
  const login = "/console/login";
  // What is said while the server does not answer.
  const { away } = document.body.dataset;

  // The page at an address as a document, with the address from which it came in the end and whether it is what was asked
  // for; fails when it cannot be had.
  async function load(address, signal) {
    const response = await fetch(address, { signal, headers: { accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { page, source: new URL(response.url), isFine: response.ok };
  }

  // Takes a region over from another page, with the foot that says which version it is of; false where it has none.
  function renew(region, page) {
    const fresh = page.getElementById(region.id);
    if (!fresh) return false;
    region.replaceChildren(...fresh.childNodes);
    const foot = page.getElementById("foot");
    if (foot) document.getElementById("foot").replaceChildren(...foot.childNodes);
    region.dispatchEvent(new Event("renew"));
    return true;
  }

  // Says something once, however often it is found to be so.
  function say(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  // Shows the list while somebody types or chooses.
  function searchAsYouType(form) {
    const results = document.getElementById(form.dataset.live);
    const count = document.getElementById("count");
    if (!results) return;
    let timer;
    let running;
    // Whether the list is not of what was asked last, so that the button asks as it does without this script.
    let hasFailed = false;

    async function show() {
      const fields = [...new FormData(form)].filter(([, value]) => value !== "");
      const query = new URLSearchParams(fields).toString();
      const address = form.getAttribute("action") + (query ? "?" + query : "");
      running?.abort();
      const own = new AbortController();
      running = own;
      const limit = setTimeout(() => own.abort(), patience);
      results.setAttribute("aria-busy", "true");
      let page;
      let isFine;
      try {
        ({ page, isFine } = await load(address, own.signal));
      } catch (error) {
        // The server is away, or a newer question has taken the place of this one.
      }
      clearTimeout(limit);
      if (running !== own) return;
      hasFailed = !page || !renew(results, page);
      if (isFine && !hasFailed) history.replaceState(null, "", address);
      results.removeAttribute("aria-busy");
      say(count, page?.getElementById(hasFailed ? "problem" : "count")?.textContent ?? away);
    }

    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 150);
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (hasFailed) return;
      event.preventDefault();
      show();
    });
  }

  // Keeps models ticked while the list changes, and on its other pages, for as long as the tab is open. Those that the
  // list does not show stand above it.
  function keepTicked(form) {
    const results = form.querySelector("#results");
    const others = form.querySelector("#ticked");
    const place = "modelcatalog-ticked";
    let ticked;
    try {
      ticked = new Set(JSON.parse(sessionStorage.getItem(place) ?? "[]"));
    } catch (error) {
      // The browser keeps nothing: then they last as long as the page.
      ticked = new Set();
    }

    function other(key) {
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "model", value: key, checked: true });
      const label = document.createElement("label");
      label.append(box, key);
      return label;
    }

    function show() {
      const boxes = [...results.querySelectorAll("input[name=model]")];
      for (const box of boxes) box.checked = ticked.has(box.value);
      const listed = new Set(boxes.map((box) => box.value));
      others.replaceChildren(...[...ticked].filter((key) => !listed.has(key)).map(other));
    }

    form.addEventListener("change", ({ target }) => {
      if (target.checked) ticked.add(target.value);
      else ticked.delete(target.value);
      try {
        sessionStorage.setItem(place, JSON.stringify([...ticked]));
      } catch (error) {
        // As above.
      }
    });
    results.addEventListener("renew", show);
    show();
  }

  // Keeps numbers current for as long as somebody looks, and says so when it cannot.
  function refresh(region) {
    const pause = Number(region.dataset.refresh);
    const status = document.getElementById(region.id + "-status");

    async function show() {
      if (!document.hidden) {
        let isFresh = false;
        try {
          const { page, source } = await load(location.href, AbortSignal.timeout(patience));
          // The session has ended.
          if (source.pathname === login) return location.assign(login);
          isFresh = renew(region, page);
        } catch (error) {
          // The server is away; the next time it may be back.
        }
        say(status, isFresh ? "" : away);
      }
      setTimeout(show, pause);
    }

    setTimeout(show, pause);
  }

  for (const form of document.querySelectorAll("form[data-live]")) searchAsYouType(form);
  for (const form of document.querySelectorAll("#compare")) keepTicked(form);
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
