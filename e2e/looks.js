// What axe and the ruler find on a page.
import assert from "node:assert/strict";
import axe from "axe-core";
import { settle } from "./helpers.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What another colour scheme can change: all else was looked at in the first. */
export const OF_COLOUR = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/** What axe finds: rule, what is wrong, where. */
export async function violations(page, runOnly = { type: "tag", values: RULES }) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }),
    runOnly,
  );
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

export const WIDTHS = [360, 1280, 2560];

/** Opens a page that answers with a status, 200 when none is said, in a language. */
export async function visit(page, lang, path, status = 200) {
  const answer = await settle(page, path);
  assert.equal(answer.status(), status, path);
  assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
}

/** What a script draws anew by the width stands after two frames. */
const redrawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** What sticks out of an open page at each width, light and dark. */
export async function tooWide(page) {
  const wrong = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await redrawn(page);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const over = await page.evaluate(stickingOut);
      if (over) wrong.push(`${width} ${colorScheme}: ${over}`);
    }
  }
  return wrong;
}

/** How far the page is wider than its window, and the last of what makes it so. */
export function stickingOut() {
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
