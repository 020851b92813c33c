// A form with data-autosave saves itself while one types; the element it names tells when. What the server does not have is kept in this
// browser, by page, and offered when the page is opened again.
const TYPING_PAUSE_MS = 800;
const RETRY_MS = 5000;
const key = () => `clinch:${location.pathname}`;

export function startAutosave() {
  const form = document.querySelector("form[data-autosave]");
  if (form) autosave(form);
  // Nothing is written here any more.
  else store.drop();
}

// A browser may have no room, or no storage at all: then nothing is kept.
const store = {
  read() {
    try {
      return JSON.parse(localStorage.getItem(key()));
    } catch {
      return null;
    }
  },
  keep(kept) {
    try {
      localStorage.setItem(key(), JSON.stringify(kept));
    } catch {
      // Saving goes on without it.
    }
  },
  drop() {
    try {
      localStorage.removeItem(key());
    } catch {
      // There is nothing to drop.
    }
  },
};

function autosave(form) {
  const status = document.getElementById(form.dataset.autosave);
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
  const body = () => new URLSearchParams([...values(), ["version", version.value], ["step", "autosave"]]);

  async function send() {
    const now = changes;
    tell(status.dataset.saving);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: body(), redirect: "manual" });
    } catch {
      tell(status.dataset.lost, true);
      timer = setTimeout(save, RETRY_MS);
      return;
    }
    // To the page where one signs in.
    if (answer.type === "opaqueredirect") return tell(status.dataset.signedOut, true);
    const told = await answer.json().catch(() => ({ message: status.dataset.lost }));
    const isSaved = answer.ok && Number.isInteger(told.version);
    tell(told.message, !isSaved);
    if (!isSaved) return;
    version.value = told.version;
    saved = now;
    if (saved === changes) store.drop();
    else store.keep(values());
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
    store.keep(values());
    clearTimeout(timer);
    timer = setTimeout(save, TYPING_PAUSE_MS);
  });
  // The copy stays until a page shows that the server has it.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!sending) return;
    event.preventDefault();
    await sending;
    form.requestSubmit(event.submitter);
  });
  // The page that another form leads to has what was written here.
  let leaving = null;
  document.addEventListener("submit", async (event) => {
    const other = event.target;
    if (other === form || event.defaultPrevented || leaving === other || (saved === changes && !leaving)) return;
    event.preventDefault();
    // A second press while the first waits is one too many.
    if (leaving) return;
    leaving = "waits";
    while (sending) await sending;
    await save();
    leaving = other;
    other.requestSubmit(event.submitter);
    leaving = null;
  });
  addEventListener("pagehide", () => {
    if (saved < changes) fetch(form.action, { method: "POST", body: body(), keepalive: true });
  });

  const kept = store.read();
  if (!Array.isArray(kept)) return;
  if (JSON.stringify(kept) === JSON.stringify(values())) return store.drop();
  offer(form, status, {
    putBack() {
      for (const [name, value] of kept) {
        const field = form.elements.namedItem(name);
        if (field) field.value = value;
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
    },
    drop: store.drop,
  });
}

// Words that did not arrive are put back when asked for: somebody may have written since.
function offer(form, status, { putBack, drop }) {
  const box = document.createElement("div");
  box.className = "msg b";
  box.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = status.dataset.kept;
  const press = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      box.remove();
    });
    return button;
  };
  box.append(text, press(status.dataset.putBack, putBack), press(status.dataset.drop, drop));
  form.before(box);
}
