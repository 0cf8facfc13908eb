// Locate: fills the coordinates of a report from the device, when its holder asks for it. Without this script, or where
// the browser does not say where it is, the address is written.
const here = document.querySelector("[data-locate]");
const [button] = here?.getElementsByTagName("button") ?? [];
if (button && navigator.geolocation) {
  const [filled, failed] = ["status", "alert"].map((role) => here.querySelector(`[role=${role}]`));
  button.hidden = false;
  button.addEventListener("click", () => {
    filled.hidden = failed.hidden = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.querySelector("[name=point]").value = [coords.latitude, coords.longitude].map((one) => one.toFixed(5)).join(", ");
        filled.hidden = false;
      },
      () => { failed.hidden = false; },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
}
