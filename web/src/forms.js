// Forms with data-autosubmit send themselves when a control changes (their button is .no-js).
const TYPING_PAUSE_MS = 700;

export function startForms() {
  let timer;
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.hasAttribute("data-autosubmit")) return;
    clearTimeout(timer);
    if (event.target.type !== "date") return form.requestSubmit();
    // A date typed by hand is valid already at year 0002: wait until it is whole and the hand has paused.
    if (event.target.value === "" || event.target.value >= "1900") {
      timer = setTimeout(() => form.requestSubmit(), TYPING_PAUSE_MS);
    }
  });
  // The first field with an error takes the focus after a failed save.
  const focusError = () => document.querySelector('form [aria-invalid="true"]')?.focus();
  focusError();
  document.addEventListener("htmx:after:swap", focusError);
}
