// One place to find anything: the palette by keyboard, the page without script; and on a phone the way to every place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settle, withPage, words } from "./helpers.js";
import { violations } from "./looks.js";

const text = (key, values) => words("en", key, values);
const palette = (page) => page.getByRole("dialog", { name: text("search-or-go") });
const selected = (page) => palette(page).getByRole("option", { selected: true });

test("Ctrl K finds an order by its number, and Enter opens it", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/scorecard");
    await page.keyboard.press("Control+k");
    const field = palette(page).getByRole("combobox");
    await field.fill("10248");
    const orders = palette(page).getByRole("group", { name: text("records-order") });
    await orders.getByRole("option", { name: "10248" }).waitFor();
    assert.equal((await selected(page).innerText()).trim(), "10248");
    assert.equal(await field.getAttribute("aria-activedescendant"), await selected(page).getAttribute("id"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/orders\/\d+/);
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /10248/);
  }));

test("the arrows go round, Escape closes, and the focus is where it was", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/orders");
    const way = page.getByRole("link", { name: text("search"), exact: true });
    await way.focus();
    await page.keyboard.press("Enter");
    const options = palette(page).getByRole("option");
    await options.first().waitFor();
    const names = await options.allInnerTexts();
    assert.ok(names.length > 2, "without a word the places are offered");
    for (const [key, place] of [["ArrowDown", 1], ["ArrowUp", 0], ["ArrowUp", names.length - 1], ["ArrowDown", 0]]) {
      await page.keyboard.press(key);
      assert.equal(await selected(page).innerText(), names[place], key);
    }
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "hidden" });
    assert.ok(await way.evaluate((node) => node === document.activeElement));
    await page.keyboard.press("/");
    await palette(page).getByRole("combobox").fill("no such thing at all");
    await palette(page).getByText(text("empty-search")).waitFor();
  }));

test("where the palette gets no answer, the page opens with what was typed", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/scorecard");
    await page.keyboard.press("Control+k");
    await palette(page).getByRole("option").first().waitFor();
    await page.route(/\/search\?part=1/, (route) => route.abort());
    await palette(page).getByRole("combobox").fill("alfreds");
    await page.waitForURL(/\/search\?q=alfreds$/);
  }));

test("without script the same is a page", () =>
  withPage("hos", { javaScriptEnabled: false }, async (page) => {
    await page.goto("/orders");
    await page.getByRole("link", { name: text("search"), exact: true }).click();
    await page.waitForURL(/\/search/);
    await page.getByRole("searchbox", { name: text("search") }).fill("alfreds");
    await page.getByRole("main").getByRole("button", { name: text("search") }).click();
    await page.getByRole("main").getByRole("link", { name: "Alfreds Futterkiste" }).click();
    await page.waitForURL(/\/accounts\/\d+/);
  }));

test("on a phone every place is reached from the dock, also without script", () =>
  withPage("hos", { width: 360, javaScriptEnabled: false }, async (page) => {
    await page.goto("/scorecard");
    const dock = page.getByRole("navigation", { name: text("quick-menu") });
    await dock.getByText(text("more"), { exact: true }).click();
    await dock.getByRole("link", { name: text("records-product"), exact: true }).click();
    await page.waitForURL(/\/products/);
  }));

test("axe finds nothing on a phone with the sheet of all places open", () =>
  withPage("hos", { width: 360 }, async (page) => {
    await settle(page, "/scorecard");
    await page.getByRole("navigation", { name: text("quick-menu") }).getByText(text("more"), { exact: true }).click();
    assert.deepEqual(await violations(page), []);
  }));
