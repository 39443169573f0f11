"use strict";
(() => {
  const percent = (share, digits) => {
    if (share === null || share === undefined) return "–";
    const step = 10 ** -digits;
    if (share < 1 && 100 * share > 100 - step / 2) return `>\u00a0${(100 - step).toFixed(digits)}\u00a0%`;
    if (share > 0 && 100 * share < step / 2) return `<\u00a0${step.toFixed(digits)}\u00a0%`;
    return share === 0 || share === 1 ? `${100 * share}\u00a0%` : `${(100 * share).toFixed(digits)}\u00a0%`;
  };

  const data = document.getElementById("sweep-data");
  if (data) {
    const rows = JSON.parse(data.textContent);
    const input = document.getElementById("target");
    const line = (place, own) => {
      place.querySelector(".fill").style.width = `${100 * (own.accepted_share || 0)}%`;
      place.querySelector(".share").textContent = percent(own.accepted_share, 1);
      place.querySelector(".seen").textContent = percent(own.seen_precision, 2);
    };
    const show = () => {
      const row = rows[Number(input.value)];
      const target = `${+(100 * row.target).toFixed(4)}\u00a0%`;
      input.setAttribute("aria-valuetext", target);
      document.getElementById("sweep-target").textContent = target;
      document.getElementById("sweep-share").textContent = percent(row.overall.accepted_share, 1);
      for (const place of document.querySelectorAll("#sweep tr[data-field]")) {
        line(place, row.fields[place.dataset.field] || {});
      }
      for (const place of document.querySelectorAll("#sweep tr[data-whole]")) {
        line(place, row[place.dataset.whole] || {});
      }
    };
    // Browsers keep a slider's place when a page is loaded again; the page begins at what was asked for.
    input.value = input.getAttribute("value");
    input.addEventListener("input", show);
    document.getElementById("slider").hidden = false;
    show();
  }
})();
