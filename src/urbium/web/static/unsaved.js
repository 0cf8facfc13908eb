// Unsaved: what is typed into the form of a case is kept a second after the last key, and the form says so. A step
// beside the form waits for that. What could not be kept, or stands in another form, the browser asks about before
// the page is left, as about a file that was chosen and is not attached. Without this script the form is sent by its
// buttons alone.
const WAIT = 1000;
let typed = null; // the form in which something stands that is not kept
let timer = 0;
let tried = null; // the other form that has waited for it
let isSent = false; // whether a form is on its way
let number = 0; // of the last key, so that an answer knows whether more was typed since

const save = async () => {
  clearTimeout(timer);
  const form = typed;
  const said = form?.querySelector("output");
  if (!form?.dataset.draft || !said) return;
  const mine = number;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.draft, { method: "POST", body }).catch(() => null);
  const isPlain = answer?.headers.get("content-type")?.startsWith("text/plain");
  said.value = isPlain ? await answer.text() : answer ? said.dataset.lost : said.dataset.failed;
  said.classList.toggle("wrong", !(isPlain && answer.ok));
  if (isPlain && answer.ok && mine === number && typed === form) typed = null;
};

const note = (field) => {
  const form = field.form;
  if (!form?.closest(".case, .broad-form") || field.type === "file") return;
  if (typed && typed !== form && typed.dataset.draft) void save();
  typed = form.dataset.draft ? form : (typed ?? form);
  number += 1;
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
};
document.addEventListener("input", (event) => note(event.target));
// What was typed while this script was still on its way.
for (const field of document.querySelectorAll("form[data-draft] :is(textarea, input:not([type]))"))
  if (field.value !== field.defaultValue) note(field);
const chosen = () => [...document.querySelectorAll("[data-unattached]")].find((file) => file.files.length);
document.addEventListener("submit", async (event) => {
  const file = chosen();
  if (file && file.form !== event.target && tried !== event.target && !confirm(file.dataset.unattached)) {
    event.preventDefault();
    file.focus();
    return;
  }
  isSent = true;
  if (event.target === typed) {
    clearTimeout(timer);
    typed = null;
  } else if (typed?.dataset.draft && tried !== event.target) {
    event.preventDefault();
    tried = event.target;
    await save();
    tried.requestSubmit(event.submitter);
  }
});
addEventListener("beforeunload", (event) => {
  if (typed || (chosen() && !isSent)) event.preventDefault();
});
