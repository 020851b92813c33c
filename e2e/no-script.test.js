// A page is complete before any script has loaded: scripts add, never replace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drill, PASSWORD, people, settle, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const javaScriptEnabled = false;

test("without script one signs in, reads the scorecard and signs out", () =>
  withPage(null, { javaScriptEnabled }, async (page) => {
    await page.goto("/scorecard");
    await page.getByLabel(text("email"), { exact: true }).fill(people.hos);
    await page.getByLabel(text("password"), { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: text("sign-in"), exact: true }).click();
    await page.waitForURL(/\/scorecard/);
    await page.locator("summary").and(page.getByLabel(text("your-menu"))).click();
    await page.getByRole("button", { name: text("sign-out") }).click();
    await page.waitForURL(/\/sign-in/);
  }));

test("without script every chart of the scorecard is a table with its numbers", () =>
  withPage("hos", { javaScriptEnabled }, async (page) => {
    await page.goto("/scorecard");
    const panels = page.getByRole("main").locator("[data-chart]");
    assert.ok((await panels.count()) > 0, "there is a chart");
    for (const panel of await panels.all()) {
      assert.ok(await panel.getByRole("table").isVisible());
      assert.match(await panel.getByRole("table").innerText(), /\d/);
      assert.equal(await panel.locator('[data-view="chart"]').isVisible(), false);
      assert.equal(await panel.getByRole("button", { name: text("chart") }).count(), 0);
    }
  }));

test("with script the same panel shows the chart, and its table with one press", () =>
  withPage("hos", {}, async (page) => {
    await settle(page, "/scorecard");
    const panel = page.getByRole("main").locator('[data-chart]:not([data-chart="table"])').first();
    assert.ok(await panel.locator('[data-view="chart"] svg').first().isVisible());
    assert.equal(await panel.getByRole("table").isVisible(), false);
    await panel.getByRole("button", { name: text("table") }).click();
    assert.ok(await panel.getByRole("table").isVisible());
  }));

test("without script a number opens into its rows", () =>
  withPage("hos", { javaScriptEnabled }, async (page) => {
    await page.goto(drill({ from: 1998, to: 1999 }));
    await page.getByRole("main").getByText("440,623.87").first().waitFor();
    assert.ok(await page.getByRole("table", { name: text("rows-behind") }).isVisible());
  }));

test("without script the clocks are set with a button", () =>
  withPage("hos", { javaScriptEnabled }, async (page) => {
    await page.goto("/scorecard");
    const clocks = page.getByRole("main").locator("details").filter({ has: page.getByLabel(text("as_of"), { exact: true }) });
    await clocks.locator("summary").click();
    await clocks.getByLabel(text("as_of"), { exact: true }).fill("1997-06-30");
    await clocks.getByRole("button", { name: text("show"), exact: true }).click();
    await page.waitForURL(/as_of=1997-06-30/);
    await page.getByRole("status").filter({ hasText: text("back-to-now") }).waitFor();
  }));

test("without script a list is searched, sorted and leafed through", () =>
  withPage("hos", { javaScriptEnabled }, async (page) => {
    await page.goto("/orders");
    await page.getByRole("link", { name: text("page-next") }).click();
    await page.waitForURL(/page=1/);
    await page.getByRole("columnheader").getByRole("link", { name: text("field-ordered_on") }).click();
    await page.waitForURL(/sort=ordered_on/);
    await page.getByRole("searchbox", { name: text("search") }).fill("10300");
    await page.getByRole("button", { name: text("apply") }).click();
    await page.waitForURL(/q=10300/);
    await page.getByRole("rowheader", { name: "10300" }).waitFor();
  }));
