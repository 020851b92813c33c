// Buttons with data-theme-set="light | dark | auto". The choice stays on this device.
const root = document.documentElement;

export function startThemeSwitch() {
  mark();
  document.addEventListener("htmx:after:swap", mark);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    apply(button.dataset.themeSet);
    mark();
  });
}

function apply(choice) {
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  else delete root.dataset.theme;
  try {
    if (root.dataset.theme) localStorage.setItem("theme", choice);
    else localStorage.removeItem("theme");
  } catch {
    // Storage may be forbidden; the choice then lasts for this page.
  }
  document.dispatchEvent(new CustomEvent("clinch:theme"));
}

function mark() {
  const choice = root.dataset.theme ?? "auto";
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
  }
}
