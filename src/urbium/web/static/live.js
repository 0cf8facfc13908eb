// Live: swaps each picture drawn by the server for the same chart drawn here, so that it answers the pointer.
// Nothing is fetched but our own module; if anything fails, the picture stays.
const charts = [...document.querySelectorAll("[data-chart]")];
const colon = /^zh/.test(document.documentElement.lang) ? "：" : ": ";
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "tooltip");
tip.setAttribute("aria-live", "polite");
document.body.append(tip);

function showTip(_handler, event, _item, value) {
  if (value === null || value === undefined || value === "") {
    tip.hidden = true;
    return;
  }
  const { title, ...rest } = typeof value === "object" ? value : { title: value };
  tip.replaceChildren();
  if (title !== undefined) {
    const head = document.createElement("b");
    head.textContent = title;
    tip.append(head);
  }
  for (const [name, figure] of Object.entries(rest)) {
    const line = document.createElement("div");
    const label = document.createElement("span");
    label.textContent = `${name}${colon}`;
    line.append(label, String(figure));
    tip.append(line);
  }
  put(event.clientX, event.clientY);
}

function put(x, y) {
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
  tip.style.top = `${Math.max(4, y + 18 + height > innerHeight ? y - height - 10 : y + 18)}px`;
}

const heightOfMap = (width) => Math.round(width < 480 ? width * 1.3 : Math.min(width * 0.9, 700)); // narrow: room below for the legend

// Pictures and specifications are laid out for these widths; the widest that fits its frame is taken.
const layoutFor = (width) => (width < 480 ? 340 : width < 700 ? 560 : 820);

async function enliven(box, module) {
  const { vega, expressionInterpreter } = module;
  const isMap = box.id === "map";
  const width = Math.floor(box.clientWidth);
  const layout = layoutFor(width);
  const inside = box.nextElementSibling;
  const spec = inside?.matches("script[type='application/json']")
    ? JSON.parse(inside.textContent)
    : await (await fetch(`${box.dataset.chart}-${layout}.json`)).json();
  const runtime = vega.parse(spec, null, { ast: true });
  const stage = document.createElement("div");
  const view = new vega.View(runtime, { expr: expressionInterpreter, renderer: "canvas", hover: true });
  view.description(box.getAttribute("aria-label") ?? box.querySelector("img")?.alt ?? "");
  const reading = spec.usermeta?.reading;
  view.tooltip(reading ? () => {} : showTip).width(width);
  if (isMap) view.height(heightOfMap(width));
  await view.initialize(stage).runAsync();
  box.replaceChildren(stage);
  box.dispatchEvent(new CustomEvent("live", { detail: view, bubbles: true }));
  if (isMap) control(box, view);
  const stop = new AbortController();
  if (reading) read(box, stage, view, reading, stop.signal);
  const resized = new ResizeObserver(() => {
    const now = Math.floor(box.clientWidth);
    if (!now || Math.abs(now - view.width()) < 2) return;
    if (!isMap && layoutFor(now) !== layout) {
      resized.disconnect();
      stop.abort();
      enliven(box, module).then(() => view.finalize());
      return;
    }
    view.width(now);
    if (isMap) view.height(heightOfMap(now));
    view.runAsync();
  });
  resized.observe(box);
}

// A line follows the pointer, or the arrow keys, and reads all that the chart says at its place: a year, or a row.
function read(box, stage, view, { channel, at, lines, unit }, signal) {
  const isAcross = channel === "x";
  const cross = document.createElement("div");
  cross.className = `cross ${isAcross ? "across" : "down"}`;
  cross.hidden = true;
  stage.append(cross);
  let chosen = -1;
  const scaleOf = (name) => {
    try {
      return view.scale(name);
    } catch {
      return null;
    }
  };
  const middle = (scale, value) => scale(value) + (scale.bandwidth ? scale.bandwidth() / 2 : 0);
  const placeOf = (value) => middle(scaleOf(channel), value) + view.origin()[isAcross ? 0 : 1];
  const nearest = (position) => at.reduce((best, value, index) => (Math.abs(placeOf(value) - position) < Math.abs(placeOf(at[best]) - position) ? index : best), 0);

  const show = (index, x, y, pointed) => {
    const frame = stage.getBoundingClientRect();
    const place = placeOf(at[index]);
    cross.style[isAcross ? "left" : "top"] = `${place}px`;
    cross.hidden = false;
    if (index !== chosen || pointed) {
      const colours = scaleOf("color");
      const rows = isAcross ? scaleOf("y") : null;
      const head = document.createElement("b");
      head.textContent = unit && lines[index].length > 1 ? `${at[index]} · ${unit}` : at[index];
      const closest = pointed !== undefined && rows?.bandwidth
        ? lines[index].reduce((best, line) => (Math.abs(middle(rows, line[0]) - pointed) < Math.abs(middle(rows, best[0]) - pointed) ? line : best), lines[index][0])
        : null;
      tip.replaceChildren(head, ...lines[index].map((line) => {
        const [name, words] = line;
        const row = document.createElement("div");
        const label = document.createElement("span");
        label.textContent = `${name}${colon}`;
        if (colours?.domain?.().includes(name)) {
          const swatch = document.createElement("i");
          swatch.style.background = colours(name);
          row.append(swatch);
        }
        row.classList.toggle("pointed", line === closest);
        row.append(label, words);
        return row;
      }));
    }
    chosen = index;
    put(x ?? frame.left + (isAcross ? place : frame.width / 2), y ?? frame.top + (isAcross ? 20 : place));
  };
  const leave = () => {
    cross.hidden = tip.hidden = true;
    chosen = -1;
  };
  const follow = (event) => {
    const frame = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    show(nearest(isAcross ? x : y), event.clientX, event.clientY, y - view.origin()[1]);
  };
  for (const kind of ["pointermove", "pointerdown"]) stage.addEventListener(kind, follow, { signal });
  stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave(), { signal });
  box.addEventListener("blur", leave, { signal });
  box.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    const last = at.length - 1;
    const to = {
      ArrowRight: Math.min(last, chosen + 1), ArrowDown: Math.min(last, chosen + 1), End: last, Home: 0,
      ArrowLeft: chosen < 0 ? last : Math.max(0, chosen - 1), ArrowUp: chosen < 0 ? last : Math.max(0, chosen - 1),
    }[event.key];
    if (event.key === "Escape") leave();
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(to);
  }, { signal });
}

function control(box, view) {
  const figure = box.closest("figure");
  const buttons = figure.querySelector(".map-buttons");
  const turn = (by, x = view.width() / 2, y = view.height() / 2) => view.signal("turn", { x, y, by }).runAsync();
  const move = (dx, dy) => {
    const zoom = view.signal("zoom");
    const [x, y] = view.signal("shift");
    const within = (at, size) => Math.min(0, Math.max(size * (1 - zoom), at));
    view.signal("shift", [within(x + dx, view.width()), within(y + dy, view.height())]).runAsync();
  };
  buttons.hidden = false;
  figure.querySelector("[data-live-hint]").hidden = false;
  buttons.addEventListener("click", (event) => {
    const by = event.target.closest("button")?.dataset.zoom;
    if (by !== undefined) turn(Number(by) || 1e-6);
  });
  view.addSignalListener("zoom", (_name, zoom) => figure.classList.toggle("is-zoomed", zoom > 1));
  box.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    const keys = {
      "+": () => turn(1.6), "=": () => turn(1.6), "-": () => turn(0.625), 0: () => turn(1e-6),
      ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  box.dataset.live = "";
}

if (charts.length) {
  try {
    const module = await import(document.body.dataset.vega);
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((each) => each.isIntersecting)) {
        seen.unobserve(entry.target);
        enliven(entry.target, module).catch((reason) => console.warn("the picture stays:", reason));
      }
    }, { rootMargin: "300px" });
    for (const box of charts) seen.observe(box);
  } catch (reason) {
    console.warn("the pictures stay:", reason);
  }
}
