// Buttons with data-copy put the text they stand beside on the clipboard. Where that is not allowed it is selected, for Ctrl C.
export function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.closest(".copy").querySelector("code");
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.copy;
    } catch {
      // Only pages over a safe connection may write to it.
    }
  });
}
