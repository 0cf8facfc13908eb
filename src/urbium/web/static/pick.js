// Pick: of a long list of ticks those are shown whose words hold what is typed, in the groups that are open for them.
// Without this script the groups are opened by hand.
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
for (const search of document.querySelectorAll("[data-pick]")) {
  const list = search.closest("details");
  const groups = [...list.querySelectorAll("details.group")].map((group) => [group, group.open]);
  search.closest("[hidden]").hidden = false;
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing is typed into the form
    const words = plain(search.value);
    for (const tick of list.querySelectorAll("label.tick")) {
      const group = tick.closest("details.group")?.querySelector("summary")?.textContent ?? "";
      tick.hidden = !plain(`${tick.textContent} ${group}`).includes(words);
    }
    for (const [group, isOpen] of groups) {
      group.hidden = !group.querySelector("label.tick:not([hidden])");
      group.open = words ? !group.hidden : isOpen;
    }
  });
}
