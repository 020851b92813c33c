// A form with data-autosave saves itself while one types; the element it names tells when. What could not be sent is kept in this
// browser, and put back when the page is opened again.
const TYPING_PAUSE_MS = 800;
const RETRY_MS = 5000;

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
}

function autosave(form) {
  const status = document.getElementById(form.dataset.autosave);
  const key = `clinch:${new URL(form.action).pathname}`;
  const version = form.elements.namedItem("version");
  let timer;
  let sending = null;
  let changes = 0; // since the page came
  let saved = 0; // so many of them

  const tell = (text, isBad = false) => {
    status.textContent = text;
    status.classList.toggle("bad", isBad);
  };
  const values = () => [...new FormData(form)].filter(([name]) => name !== "version");
  const keep = () => localStorage.setItem(key, JSON.stringify({ version: version.value, values: values() }));
  const body = () => new URLSearchParams([...values(), ["version", version.value], ["step", "autosave"]]);

  async function send() {
    const now = changes;
    tell(status.dataset.saving);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: body(), headers: { Accept: "application/json" } });
    } catch {
      tell(status.dataset.lost, true);
      timer = setTimeout(save, RETRY_MS);
      return;
    }
    const told = await answer.json().catch(() => ({ message: status.dataset.lost }));
    tell(told.message, !answer.ok);
    if (!answer.ok) return;
    version.value = told.version;
    saved = now;
    if (saved === changes) localStorage.removeItem(key);
    else keep();
  }

  // One at a time: each rests on the version that the one before brought.
  async function save() {
    clearTimeout(timer);
    if (sending) return;
    while (saved < changes) {
      const before = saved;
      sending = send();
      await sending;
      sending = null;
      if (saved === before) return;
    }
  }

  form.addEventListener("input", () => {
    changes += 1;
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, TYPING_PAUSE_MS);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!sending) return localStorage.removeItem(key);
    event.preventDefault();
    await sending;
    localStorage.removeItem(key);
    form.requestSubmit(event.submitter);
  });
  addEventListener("pagehide", () => {
    if (saved < changes && !sending) fetch(form.action, { method: "POST", body: body(), keepalive: true });
  });

  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept) return;
  // Another version: what was typed has arrived, or somebody wrote since.
  if (kept.version !== version.value) return localStorage.removeItem(key);
  for (const [name, value] of kept.values) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  changes += 1;
  save().then(() => !status.classList.contains("bad") && tell(status.dataset.restored));
}
