// Ctrl K, "/" or the search link open the palette in place of the search page: records, then pages, as the server finds them.
// The focus stays in the field; aria-activedescendant says which option the arrows are on.
const TYPING_PAUSE_MS = 120;

export function startPalette() {
  const palette = document.querySelector("#palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const list = palette.querySelector('[role="listbox"]');
  let timer;
  let asked = 0;
  let isWaiting = false; // what is listed is not yet for what is typed
  let isChosen = false; // Enter came meanwhile

  const options = () => [...list.querySelectorAll("a[role=option]")];

  function open() {
    if (palette.open) return;
    isChosen = false;
    input.value = "";
    palette.showModal();
    input.focus();
    fill();
  }

  async function fill() {
    const mine = ++asked;
    isWaiting = true;
    const url = new URL(palette.dataset.from, location.href);
    url.search = new URLSearchParams({ part: "1", q: input.value });
    const answer = await fetch(url).catch(() => null);
    const found = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null;
    if (mine !== asked) return;
    if (found === null) return goToPage(); // no answer, or signed out meanwhile: the page says so
    list.innerHTML = found;
    list.scrollTop = 0;
    isWaiting = false;
    select(options()[0]);
    if (isChosen) follow();
  }

  function goToPage() {
    palette.close();
    location.assign(`${palette.dataset.from}?${new URLSearchParams({ q: input.value })}`);
  }

  function selected() {
    return list.querySelector('[aria-selected="true"]');
  }

  function select(option) {
    selected()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const all = options();
    if (all.length) select(all[(all.indexOf(selected()) + step + all.length) % all.length]);
  }

  function follow() {
    isChosen = isWaiting;
    if (!isWaiting) selected()?.click();
  }

  input.addEventListener("input", () => {
    isWaiting = true;
    isChosen = false;
    clearTimeout(timer);
    timer = setTimeout(fill, TYPING_PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // these keys belong to the input method
    const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: follow }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  palette.addEventListener("click", (event) => {
    // Beside the palette, or an option: the page may come back from the browser's memory, and then without it.
    if (event.target === palette || event.target.closest("a")) palette.close();
  });
  palette.addEventListener("close", () => {
    if (palette.open) return; // it was opened again before this was told
    clearTimeout(timer);
    asked++;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}
