// Table: a whole table is ordered by the head that is pressed, and any table is copied as CSV as it is shown.
// A cell is ordered by its data-sort where it has one, otherwise by its words.
const said = (cell) => cell.innerText.trim().replace(/\s+/g, " ");
const key = (cell) => cell.dataset.sort ?? said(cell);

function compare(first, second) {
  if (first === "" || second === "") return (first === "") - (second === ""); // what is not known comes last
  return isNaN(first) || isNaN(second) ? first.localeCompare(second, document.documentElement.lang) : first - second;
}

function sortable(table) {
  const body = table.tBodies[0];
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "head";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") !== "ascending";
      for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => [key(row.cells[at]), row]);
      rows.sort(([first], [second]) => (isUp || first === "" || second === "" ? compare(first, second) : compare(second, first)));
      body.append(...rows.map(([, row]) => row));
    });
  }
}

const quoted = (words) => {
  const text = /^[=+\-@\t\r]/.test(words) && isNaN(words.replace(/[,\s%]/g, "")) ? `'${words}` : words; // runs in no spreadsheet
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

for (const tools of document.querySelectorAll("[data-table-tools]")) {
  const table = document.querySelector(tools.dataset.tableTools);
  if (!table?.tBodies[0]?.rows.length) continue;
  if ("whole" in tools.dataset) sortable(table);
  tools.hidden = false;
  const copy = tools.querySelector("button");
  copy.hidden = !navigator.clipboard; // there is none without TLS
  copy.addEventListener("click", async () => {
    const rows = [...table.rows].filter((row) => !row.hidden);
    await navigator.clipboard.writeText(rows.map((row) => [...row.cells].map((cell) => quoted(said(cell))).join(",")).join("\r\n"));
    tools.querySelector("[role=status]").hidden = false;
  });
}
