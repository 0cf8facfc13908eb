// Map: enlarges a map of places, moves it, says what a circle is in a card, and marks its row in the table and back.
// Without it the map stays as the server drew it: circles lead to their cities, and the address marks one.
const box = document.querySelector(".place-map");
const svg = box?.querySelector("svg");
if (svg) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const steps = [1, 2, 5, 10];
  const levels = [0.42, 0.67, 1, 2, 5]; // as names are placed: those of the largest that is not larger than what is shown
  const view = { x: 0, y: 0, step: 0 };
  const card = document.createElement("div");
  card.className = "map-card";
  card.hidden = true;
  card.setAttribute("role", "status");
  box.append(card);

  const rowOf = (code) => document.querySelector(`tr[data-city="${CSS.escape(code)}"]`);
  const circles = new Map([...svg.querySelectorAll("circle")].map((circle) => [codeOf(circle), circle]));
  function codeOf(circle) {
    const to = circle.parentNode.getAttribute("href");
    return to ? decodeURIComponent(to.split("/").pop()) : "";
  }

  const show = () => {
    const [w, h] = [width / steps[view.step], height / steps[view.step]];
    view.x = Math.max(0, Math.min(width - w, view.x));
    view.y = Math.max(0, Math.min(height - h, view.y));
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    const shown = (svg.clientWidth / width) * steps[view.step];
    box.dataset.level = Math.max(0, levels.findLastIndex((level) => level <= shown * 1.02));
    svg.style.setProperty("--shown", Math.max(shown, levels[0]));
    svg.style.setProperty("--grown", Math.min(1.8, Math.max(0.75, shown ** 0.35)));
    box.classList.toggle("is-moved", view.step > 0);
    card.hidden = true;
  };
  const place = (event) => {
    const frame = svg.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  };
  const zoom = (by, [across, down] = [0.5, 0.5]) => {
    const before = steps[view.step];
    view.step = by === 0 ? 0 : Math.max(0, Math.min(steps.length - 1, view.step + by));
    const after = steps[view.step];
    view.x += across * width * (1 / before - 1 / after);
    view.y += down * height * (1 / before - 1 / after);
    show();
  };

  const mark = (code) => {
    for (const marked of document.querySelectorAll(".is-picked")) marked.classList.remove("is-picked");
    circles.get(code)?.classList.add("is-picked");
    rowOf(code)?.classList.add("is-picked");
  };
  const tell = (circle) => {
    const [name, ...lines] = circle.querySelector("title").textContent.split("\n");
    const head = document.createElement("b");
    head.textContent = name;
    const words = document.createElement("span");
    words.textContent = lines.join(" ");
    card.replaceChildren(head, words);
    const to = circle.parentNode.getAttribute("href");
    if (to) {
      const link = document.createElement("a");
      link.href = to;
      link.textContent = box.dataset.label;
      card.append(link);
    }
    card.hidden = false;
    const [frame, at] = [box.getBoundingClientRect(), circle.getBoundingClientRect()];
    const left = at.left - frame.left + at.width / 2 - card.offsetWidth / 2;
    const above = at.top - frame.top - card.offsetHeight - 6;
    card.style.left = `${Math.max(4, Math.min(frame.width - card.offsetWidth - 4, left))}px`;
    card.style.top = `${above > 4 ? above : at.bottom - frame.top + 6}px`;
  };

  let held = null;
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    held = view.step ? { at: place(event), x: view.x, y: view.y } : null;
    moved = false;
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const [across, down] = place(event);
    moved ||= Math.hypot(across - held.at[0], down - held.at[1]) > 0.01;
    view.x = held.x - ((across - held.at[0]) * width) / steps[view.step];
    view.y = held.y - ((down - held.at[1]) * height) / steps[view.step];
    if (moved) show();
  });
  addEventListener("pointerup", () => (held = null));
  addEventListener("pointercancel", () => (held = null));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const circle = event.target.closest("circle");
    if (circle || moved) event.preventDefault();
    if (moved) return;
    if (!circle) card.hidden = true;
    else {
      mark(codeOf(circle));
      const row = rowOf(codeOf(circle));
      const pane = row?.closest(".tall"); // the table moves, and the page with the map does not
      if (pane) pane.scrollTop = row.offsetTop - pane.clientHeight / 2;
      tell(circle);
    }
  });
  addEventListener("keydown", (event) => event.key === "Escape" && (card.hidden = true));
  const go = (dx, dy) => {
    view.x += (dx * width) / steps[view.step];
    view.y += (dy * height) / steps[view.step];
    show();
  };
  box.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    const keys = {
      "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), 0: () => zoom(0),
      ArrowLeft: () => go(-0.1, 0), ArrowRight: () => go(0.1, 0), ArrowUp: () => go(0, -0.1), ArrowDown: () => go(0, 0.1),
    };
    const isMove = event.key.startsWith("Arrow");
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey || (isMove && !view.step)) return;
    event.preventDefault();
    keys[event.key]();
  });

  for (const row of document.querySelectorAll("tr[data-city]")) {
    const circle = circles.get(row.dataset.city);
    for (const [kind, isOn] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
      row.addEventListener(kind, () => circle?.classList.toggle("is-near", isOn));
    }
    row.querySelector(".locate")?.addEventListener("click", (event) => {
      if (!circle) return; // a dot: the server draws it as a circle
      event.preventDefault();
      mark(row.dataset.city);
      tell(circle);
    });
  }

  const buttons = box.parentNode.querySelector(".map-buttons");
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const by = Number(event.target.closest("button")?.dataset.zoom);
    if (!Number.isNaN(by)) zoom(by === 0 ? 0 : by > 1 ? 1 : -1);
  });
  svg.addEventListener("dblclick", (event) => zoom(1, place(event)));
  new ResizeObserver(show).observe(svg);
  box.dataset.live = "";
}
