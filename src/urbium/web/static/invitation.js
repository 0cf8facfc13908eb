// Invitation: takes the secret from behind # in the link, which no browser sends, into the form, and out of the
// address. Without this script it is copied there.
const field = document.querySelector("[data-from-link]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
