// Again: a page that waits for something is asked for every few seconds, and loaded once that is there; a
// page that waits for a file, or that is shown as it was before a change, then shows the link to what is new.
// Without this script the browser loads the first each time, and the last says to reload it.
const hint = document.querySelector("[data-hint]");
if (hint) hint.hidden = false;
const again = document.querySelector("meta[name=again]");
const ask = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const ready = document.querySelector("[data-ready]");
  const isReady = answer && !(await answer.text()).includes('<meta name="again"');
  if (isReady && ready) {
    document.querySelector("[data-waiting]").hidden = true;
    ready.hidden = false;
  } else if (isReady) location.reload();
  else setTimeout(ask, again.content * 1000);
};
if (again) setTimeout(ask, again.content * 1000);
