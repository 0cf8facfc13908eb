// Table: a list is copied as the CSV that its link leads to: the same rows, with the rights of their reader; code, as it stands.
for (const copy of document.querySelectorAll("[data-copy]")) {
  copy.hidden = !navigator.clipboard; // there is none without TLS
  copy.addEventListener("click", async () => {
    const words = copy.dataset.copy ? fetch(copy.dataset.copy).then((answer) => answer.text()) : Promise.resolve(copy.previousElementSibling.textContent);
    const text = words.then((words) => new Blob([words], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    copy.nextElementSibling.hidden = false;
  });
}

// A frame is reached by keys while its content is wider or higher than it, and is called what its content is called.
const nameOf = (frame) => (frame.querySelector("caption, figcaption, .finding") ?? frame.closest("details")?.querySelector("summary") ?? frame.closest("section")?.querySelector("h2, h3, h1"))?.textContent.trim();
const reach = (frame) => {
  const isCut = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
  frame.toggleAttribute("tabindex", isCut);
  if (!isCut) return;
  frame.tabIndex = 0;
  if (frame.matches("div")) frame.role = "group";
  frame.ariaLabel = nameOf(frame) ?? null;
};
const resized = new ResizeObserver((changes) => changes.forEach(({ target }) => reach(target.closest("[data-cut]"))));
for (const frame of document.querySelectorAll(".scroll:not([tabindex]), figure.broad, figure.measured")) {
  frame.dataset.cut = "";
  reach(frame); // at once: what asks for the page when it is loaded finds it so
  for (const part of [frame, ...frame.children]) resized.observe(part);
  frame.addEventListener("live", () => reach(frame)); // a picture has made way for a chart of another size
}
