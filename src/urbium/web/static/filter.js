// Filter: narrows a table while the reader types. Without this script the same form asks the server.
for (const form of document.querySelectorAll("form[data-filter]")) {
  const rows = [...document.querySelectorAll(`${form.dataset.filter} tbody tr[data-words]`)];
  const count = form.querySelector("[data-count]");
  const { q, province } = form.elements;
  const narrowed = new URLSearchParams(location.search);
  if (narrowed.get("q") || narrowed.get("province")) continue; // the server left rows out: let it answer

  const show = () => {
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.dataset.words.toLowerCase();
      const fits = words.every((word) => text.includes(word)) && (!province.value || row.dataset.province === province.value);
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown;
  };
  q.addEventListener("input", show);
  province.addEventListener("change", show);
  form.elements.order.addEventListener("change", () => form.requestSubmit());
  if (q.value || province.value) show(); // the browser kept what was typed
}
