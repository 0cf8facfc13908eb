// Unsaved: before the page is left, the browser asks whether what was typed into a form and not sent may go. A
// step beside the form, a file that is attached, or a link would lose it. Without this script nobody asks.
let typed = null;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.closest(".case, .broad-form") && event.target.type !== "file") typed ??= form;
});
document.addEventListener("submit", (event) => {
  if (event.target === typed) typed = null;
});
addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});
