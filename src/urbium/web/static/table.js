// Table: a list is copied as the CSV that its link leads to: the same rows, with the rights of their reader.
for (const copy of document.querySelectorAll("[data-copy]")) {
  copy.hidden = !navigator.clipboard; // there is none without TLS
  copy.addEventListener("click", async () => {
    const text = fetch(copy.dataset.copy).then((answer) => answer.text()).then((words) => new Blob([words], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    copy.nextElementSibling.hidden = false;
  });
}
