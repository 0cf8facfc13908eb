// What if: asks the server what changed weights and rules do, and moves the rows of the ranking.
// Without this script the same form asks for the same page. Nothing is computed here but shares.
const PAUSE = 120;

for (const form of document.querySelectorAll("form[data-what-if]")) {
  const body = document.querySelector(`${form.dataset.table} tbody`);
  const rows = new Map([...body.rows].map((row) => [row.dataset.city, row]));
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const said = form.querySelector("[data-said]");
  const link = form.querySelector("[data-link]");
  const others = [...new URLSearchParams(location.search)].filter(([name]) => name === "show" || name === "city");
  let waiting = 0;
  let asking = null;

  // A figure is asked about once its city is named in full and its indicator chosen.
  const isFigure = () =>
    form.elements.figure.value && [...form.elements.of.list.options].some((city) => city.value === form.elements.of.value);

  const wanted = () => {
    const query = new URLSearchParams();
    for (const slider of sliders) if (slider.value !== slider.dataset.declared) query.set(slider.name, slider.value);
    const names = isFigure() ? ["way", "mean", "of", "figure", "value"] : ["way", "mean"];
    for (const name of names) if (form.elements[name].value) query.set(name, form.elements[name].value);
    return query;
  };

  const share = () => {
    const whole = sliders.reduce((sum, slider) => sum + Number(slider.value), 0);
    for (const slider of sliders) {
      const output = slider.parentElement.querySelector("output");
      output.textContent = whole ? `${Math.round((100 * slider.value) / whole)}%` : "–";
    }
  };

  const figure = (value, digits) =>
    value === null ? "–" : value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

  const show = (answer) => {
    const order = answer.cities.map((city) => {
      const row = rows.get(city.city);
      if (!row) return null;
      const moves = answer.is_changed ? city.change ?? 0 : 0;
      const move = row.querySelector("[data-move]");
      row.querySelector("[data-rank]").textContent = figure(city.rank, 0);
      row.querySelector("[data-score]").textContent = figure(city.score, 1);
      move.textContent = moves > 0 ? `▲ ${moves}` : moves < 0 ? `▼ ${-moves}` : "";
      move.className = moves > 0 ? "up" : moves < 0 ? "down" : "";
      return row;
    });
    body.parentElement.toggleAttribute("data-changed", answer.is_changed);
    body.append(...order.filter(Boolean));
    said.classList.remove("refused");
    said.textContent = answer.is_changed ? answer.said : said.dataset.unchanged;
  };

  const refuse = (problem) => {
    const told = (problem.faults ?? []).map((fault) => [fault.message, fault.remedy].filter(Boolean).join("; "));
    said.classList.add("refused");
    said.textContent = [problem.detail, ...(told.length ? told : [problem.remedy])].filter(Boolean).join(". ");
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const query = wanted();
    const address = new URLSearchParams([...query, ...others]).toString();
    const page = `${location.pathname}${address ? `?${address}` : ""}`;
    history.replaceState(null, "", page);
    link.href = `${page}#what-if`;
    try {
      const answer = await fetch(`${form.dataset.whatIf}?${query}`, { signal: asking.signal });
      const content = await answer.json();
      if (answer.ok) show(content);
      else refuse(content);
    } catch (reason) {
      if (reason.name !== "AbortError") refuse({ detail: said.dataset.unanswered });
    }
  };

  const later = () => {
    share();
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    ask();
  });
  share();
}
