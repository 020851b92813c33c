// Every page in three languages, three widths, light and dark: nothing sticks out sideways, the browser is content.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, everyPage, settle, withPage } from "./helpers.js";

const WIDTHS = [360, 1280, 2560];

/** How far the page is wider than its window, and the last of what makes it so. */
function stickingOut() {
  const width = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - width;
  if (over <= 0) return null;
  const scrolls = (node) =>
    node && node !== document.body && (getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  const wide = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const range = document.createRange();
    range.selectNode(node);
    const parent = node.parentElement;
    const sticks = range.getBoundingClientRect().right > width + 0.5 && !scrolls(parent);
    if (sticks) wide.push(`<${parent.localName} class="${parent.className}"> ${node.textContent.trim().slice(0, 60)}`);
  }
  return `${over} px: ${wide.slice(-3).join("; ")}`;
}

for (const lang of ["en", "th", "ja"]) {
  for (const { name, who, path, status = 200 } of await everyPage()) {
    test(`the ${name} fits every width, light and dark, in ${lang}`, () =>
      withPage(who, { lang }, async (page) => {
        const found = complaints(page);
        const wrong = [];
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const answer = await settle(page, path);
          assert.equal(answer.status(), status, path);
          assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme });
            const over = await page.evaluate(stickingOut);
            if (over) wrong.push(`${width} ${colorScheme}: ${over}`);
          }
        }
        assert.deepEqual({ wrong, found }, { wrong: [], found: [] });
      }));
  }
}
