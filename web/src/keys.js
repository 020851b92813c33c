// "/" goes to the search, "g" then a letter follows the link with that data-key.
// html[data-keys=off] (a person's choice) turns single keys off, as WCAG 2.1.4 asks.
const SECOND_KEY_MS = 1200;

export function startKeys() {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.documentElement.dataset.keys === "off") return;
    const isSecond = event.timeStamp < goUntil;
    goUntil = 0;
    if (isSecond) return follow(event);
    if (event.key === "g") goUntil = event.timeStamp + SECOND_KEY_MS;
    if (event.key === "/") openSearch(event);
  });
}

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function follow(event) {
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
}

function openSearch(event) {
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.click();
}
