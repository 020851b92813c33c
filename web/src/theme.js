// Runs before the first paint. Without a stored choice the style sheet follows the system by itself.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const choice = localStorage.getItem("theme");
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  } catch {
    // Storage may be forbidden; the system's choice is then right.
  }
})();
