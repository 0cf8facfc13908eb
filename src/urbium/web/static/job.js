// Job: follows a job, and loads its page again when it has begun or ended. Without this script the browser does
// every few seconds.
const box = document.querySelector("[data-job]");
if (box) {
  const bar = box.querySelector("progress");
  const source = new EventSource(box.dataset.events);
  source.addEventListener("changed", (event) => {
    const { state, progress } = JSON.parse(event.data);
    if (state !== box.dataset.state || (progress.share >= 0.995 && !box.dataset.searched)) location.reload();
    else if (progress.share) bar.value = progress.share;
  });
  source.addEventListener("ended", () => location.reload());
}
