// Job: follows a job, and loads its page again when it has ended. Without this script a link does.
const box = document.querySelector("[data-job]");
if (box) {
  const bar = box.querySelector("progress");
  const source = new EventSource(box.dataset.events);
  source.addEventListener("changed", (event) => {
    const { share } = JSON.parse(event.data).progress;
    if (share) bar.value = share;
  });
  source.addEventListener("ended", () => location.reload());
}
