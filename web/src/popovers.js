// details.pop opens and closes by itself; this adds Escape, a click outside, and one open at a time.
export function startPopovers() {
  document.addEventListener("click", (event) => {
    for (const pop of openPopovers()) if (!pop.contains(event.target)) pop.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const pop of openPopovers()) {
      const hadFocus = pop.contains(document.activeElement);
      pop.open = false;
      if (hadFocus) pop.querySelector("summary").focus();
    }
  });
}

function openPopovers() {
  return document.querySelectorAll("details.pop[open]");
}
