"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const list = document.getElementById("cards");
  const cards = [...list.children];
  const facets = ["field", "kind", "layout", "supplier"];
  const output = form.querySelector("output");
  const nothing = document.querySelector(".nothing");
  const texts = new Map();
  const collator = new Intl.Collator("sv", { numeric: true });
  const shownAs = (name, value) => value === "" ? "(not stated)" : name === "field" ? value.replaceAll("_", " ") : value;
  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase().replace(/\s+/g, " "));
    return texts.get(card);
  };

  // A value that is chosen but "not stated" has to differ from no choice at all.
  const ANY = "*";
  for (const name of facets) {
    const select = form.elements[name];
    const values = [...new Set(cards.map((card) => card.dataset[name]))].sort(collator.compare);
    select.append(new Option("all", ANY), ...values.map((value) => new Option(shownAs(name, value), value)));
    if (values.length < 2) select.parentElement.hidden = true;
  }
  if (!cards.some((card) => card.dataset.accepted)) form.elements.accepted.parentElement.hidden = true;

  const state = () => ({
    words: form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean),
    accepted: form.elements.accepted.checked,
    ...Object.fromEntries(facets.map((name) => [name, form.elements[name].value])),
  });
  const passes = (card, now, but) =>
    facets.every((name) => name === but || now[name] === ANY || card.dataset[name] === now[name]) &&
    (!now.accepted || but === "accepted" || card.dataset.accepted === "1") &&
    now.words.every((word) => textOf(card).includes(word));

  const show = () => {
    const now = state();
    let count = 0;
    const documents = new Set();
    for (const card of cards) {
      card.hidden = !passes(card, now);
      if (!card.hidden) {
        count += 1;
        documents.add(card.dataset.document);
      }
    }
    // What each choice would show, the other choices being as they are.
    for (const name of facets) {
      const counts = new Map();
      for (const card of cards) {
        if (passes(card, now, name)) counts.set(card.dataset[name], (counts.get(card.dataset[name]) || 0) + 1);
      }
      for (const option of form.elements[name].options) {
        if (option.value !== ANY) option.textContent = `${shownAs(name, option.value)} (${counts.get(option.value) || 0})`;
      }
    }
    const noun = count === 1 ? "error" : "errors";
    const among = count === cards.length ? "" : ` of ${cards.length}`;
    output.textContent = `${count}${among} ${noun} in ${documents.size} ${documents.size === 1 ? "document" : "documents"}`;
    nothing.hidden = count > 0;
  };

  const order = () => {
    const by = form.elements.sort.value;
    const sorted = [...cards];
    if (by === "confidence") {
      const sure = (card) => (card.dataset.confidence === "" ? -1 : Number(card.dataset.confidence));
      sorted.sort((a, b) => sure(b) - sure(a));
    } else if (by) {
      sorted.sort((a, b) => collator.compare(a.dataset[by], b.dataset[by]));
    }
    list.append(...sorted);
  };

  const write = () => {
    const told = new URLSearchParams();
    if (form.elements.q.value) told.set("q", form.elements.q.value);
    for (const name of facets) if (form.elements[name].value !== ANY) told.set(name, form.elements[name].value);
    if (form.elements.accepted.checked) told.set("accepted", "1");
    if (form.elements.sort.value) told.set("sort", form.elements.sort.value);
    const hash = told.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const choose = (select, value) => {
    select.value = value;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  };
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return false;
    const told = new URLSearchParams(hash);
    form.elements.q.value = told.get("q") || "";
    for (const name of facets) choose(form.elements[name], told.has(name) ? told.get(name) : ANY);
    form.elements.accepted.checked = told.get("accepted") === "1";
    choose(form.elements.sort, told.get("sort") || "");
    order();
    show();
    return hash !== "";
  };

  const change = (event) => {
    if (event.target === form.elements.sort) order();
    show();
    write();
  };
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  const clear = () => {
    form.elements.q.value = form.elements.sort.value = "";
    form.elements.accepted.checked = false;
    for (const name of facets) form.elements[name].value = ANY;
    order();
    show();
    write();
  };
  // Instead of the browser's reset, which would choose nothing where "all" is to be chosen.
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
  });
  nothing.querySelector("button").addEventListener("click", clear);
  addEventListener("hashchange", () => {
    if (read()) document.getElementById("errors").scrollIntoView();
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === form.elements.q && event.key === "Escape") {
      form.elements.q.value = "";
      show();
      write();
      return;
    }
    if (event.target.closest("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      form.elements.q.focus();
      return;
    }
    if (event.key !== "j" && event.key !== "k") return;
    const shown = [...list.children].filter((card) => !card.hidden);
    const at = shown.indexOf(document.activeElement.closest(".card"));
    const next = event.key === "j" ? shown[at + 1] : shown[Math.max(at - 1, 0)];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    }
  });

  form.hidden = false;
  document.querySelector(".keys").hidden = false;
  if (read()) document.getElementById("errors").scrollIntoView();
  else show();
})();
