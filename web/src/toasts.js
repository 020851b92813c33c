// A toast stays ten seconds, longer while it is hovered or has the focus. Ctrl Z presses the newest undo.
const STAY_MS = 10_000;

export function startToasts() {
  scan();
  document.addEventListener("htmx:after:swap", scan);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest(".toastx")?.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const undo = [...document.querySelectorAll(".toastx [data-undo]")].at(-1);
    if (!undo) return;
    event.preventDefault();
    undo.click();
  });
}

function scan() {
  for (const toast of document.querySelectorAll(".toasts > .toastx:not([data-timed])")) {
    toast.dataset.timed = "";
    leaveLater(toast);
  }
}

function leaveLater(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, STAY_MS);
}
