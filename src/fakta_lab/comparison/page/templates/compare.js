"use strict";
(() => {
  const filters = document.getElementById("filters");
  if (!filters) return;
  const rows = [...document.querySelectorAll("#examples tbody tr")];
  const shown = document.getElementById("shown");
  const apply = () => {
    const wanted = [...filters.querySelectorAll("select")].filter((select) => select.value);
    let n = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((select) => row.dataset[select.name] === select.value);
      n += !row.hidden;
    }
    shown.textContent = `${n} of ${rows.length}`;
  };
  filters.hidden = false;
  filters.addEventListener("change", apply);
  // Browsers keep what was chosen when a page is loaded again.
  apply();
})();
