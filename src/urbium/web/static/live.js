// Live: swaps each picture drawn by the server for the same chart drawn here, so that it answers the pointer.
// Nothing is fetched but our own module; if anything fails, the picture stays.
const charts = [...document.querySelectorAll("[data-chart]")];
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "tooltip");
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
    label.textContent = `${name}: `;
    line.append(label, String(figure));
    tip.append(line);
  }
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4))}px`;
  tip.style.top = `${event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18}px`;
}

const heightOfMap = (width) => Math.round(width < 480 ? width * 1.3 : Math.min(width * 0.9, 700)); // narrow: room below for the legend

async function enliven(box, { vega, expressionInterpreter }) {
  const spec = box.dataset.spec
    ? await (await fetch(box.dataset.spec)).json()
    : JSON.parse(box.nextElementSibling.textContent);
  const isMap = box.id === "map";
  const width = Math.floor(box.clientWidth);
  const runtime = vega.parse(spec, null, { ast: true });
  const stage = document.createElement("div");
  const view = new vega.View(runtime, { expr: expressionInterpreter, renderer: "canvas", hover: true });
  view.tooltip(showTip).width(width);
  if (isMap) view.height(heightOfMap(width));
  await view.initialize(stage).runAsync();
  box.replaceChildren(stage);
  box.dispatchEvent(new CustomEvent("live", { detail: view, bubbles: true }));
  if (isMap) control(box, view);
  new ResizeObserver(() => {
    const now = Math.floor(box.clientWidth);
    if (!now || Math.abs(now - view.width()) < 2) return;
    view.width(now);
    if (isMap) view.height(heightOfMap(now));
    view.runAsync();
  }).observe(box);
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
