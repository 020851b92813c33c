// Every page in English: WCAG 2.0 to 2.2, A and AA, and axe's own best practices, in light and in dark; nothing sticks out sideways.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, everyPage, settle, withPage, words } from "./helpers.js";
import { OF_COLOUR, visit, tooWide, violations } from "./looks.js";

for (const { name, who, path, status } of await everyPage()) {
  test(`axe finds nothing on the ${name}, light and dark, and it fits every width`, () =>
    withPage(who, {}, async (page) => {
      const found = complaints(page);
      await visit(page, "en", path, status);
      assert.deepEqual(await violations(page), [], "light");
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual(await violations(page, OF_COLOUR), [], "dark");
      assert.deepEqual({ wrong: await tooWide(page), found }, { wrong: [], found: [] });
    }));
}

test("axe finds nothing on the scorecard of a phone with its menu and its clocks open", () =>
  withPage("hos", { width: 360 }, async (page) => {
    await settle(page, "/scorecard");
    await page.getByRole("main").locator("summary").filter({ hasText: words("en", "as_of") }).click();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await page.locator("summary").and(page.getByLabel(words("en", "your-menu"))).click();
    assert.deepEqual(await violations(page), []);
  }));

test("axe finds nothing on a form that came back with mistakes", () =>
  withPage("admin", {}, async (page) => {
    await page.goto("/people/invite");
    await page.getByRole("button", { name: words("en", "invite") }).click();
    await page.waitForLoadState();
    assert.deepEqual(await violations(page), []);
  }));

test("axe finds nothing while charts are shown as tables", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/scorecard");
    for (const button of await page.getByRole("button", { name: words("en", "table"), exact: true }).all()) await button.click();
    assert.deepEqual(await violations(page), []);
  }));

test("the keyboard alone reaches the content, and a number's rows", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/scorecard");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), words("en", "skip-to-content"));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
      if (href?.startsWith("/kpi/")) break;
    }
    const seen = await page.evaluate(() => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    });
    assert.ok(seen, "where the keyboard stands is to be seen");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/kpi\//);
  }));
