// Years: a slider in place of the links of a map by year; it moves the map, the table beside it and its words.
// All counts stand in the map's own data; nothing is asked of the server.
for (const section of document.querySelectorAll("[data-years]")) {
  const box = section.querySelector("#map");
  const data = box?.nextElementSibling;
  if (!data) continue;
  const cities = new Map(JSON.parse(data.textContent).data[0].values.map((city) => [city.code, city]));
  const first = Number(section.dataset.years);
  const factor = Number(section.querySelector("[data-factor]")?.dataset.factor ?? 1);
  const rows = [...section.querySelectorAll("tbody tr[data-city]")];
  const chooser = section.querySelector("[data-chooser]");
  const slider = chooser.querySelector("input");
  const links = section.querySelector("[data-links]");
  let view = null;

  const write = (name, value) => {
    for (const place of section.querySelectorAll(`[data-said=${name}]`)) place.textContent = value.toLocaleString(document.documentElement.lang);
  };

  const show = () => {
    const year = Number(slider.value);
    const sums = { building: 0, cities: 0, finished: 0, done: 0 };
    for (const city of cities.values()) {
      const [now, finished] = [city.building[year - first], city.finished[year - first]];
      sums.building += now;
      sums.cities += now > 0;
      sums.finished += finished;
      sums.done += city.projects > 0 && finished === city.projects;
    }
    for (const [name, value] of Object.entries(sums)) write(name, value);
    for (const place of section.querySelectorAll("[data-said=year]")) place.textContent = year;
    for (const row of rows) {
      const city = cities.get(row.dataset.city);
      if (!city) continue;
      const spent = city.capital[year - first] * factor;
      row.querySelector("[data-building]").textContent = city.building[year - first];
      row.querySelector("[data-finished]").textContent = city.finished[year - first];
      row.querySelector("[data-capital]").textContent = spent.toLocaleString(document.documentElement.lang, { maximumFractionDigits: spent < 10 ? 1 : 0 });
    }
    chooser.querySelector("output").textContent = year;
    view?.signal("year", year).runAsync();
  };

  const keep = () => {
    const query = new URLSearchParams(location.search);
    query.set("year", slider.value);
    history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
  };

  links.hidden = true;
  chooser.hidden = false;
  slider.addEventListener("input", show);
  slider.addEventListener("change", keep);
  box.addEventListener("live", (event) => {
    view = event.detail;
    if (view.signal("year") !== Number(slider.value)) show();
  });
}
