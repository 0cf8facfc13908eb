// Again: a page that waits for something is asked for every few seconds, and loaded once that is there.
// Without this script the browser loads it each time.
const again = document.querySelector("meta[name=again]");
const ask = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer && !(await answer.text()).includes('<meta name="again"')) location.reload();
  else setTimeout(ask, again.content * 1000);
};
setTimeout(ask, again.content * 1000);
