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
        for (const name of ["latitude", "longitude"]) here.querySelector(`[name=${name}]`).value = coords[name].toFixed(5);
        here.querySelector("details").open = true;
        filled.hidden = false;
      },
      () => { failed.hidden = false; },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
}
