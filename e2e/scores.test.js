// Scores of people: they add up, they stay among those who may see them, and a scorecard is tried out before it holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clinch, get, readable, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const last = async (row) => (await row.getByRole("cell").last().innerText()).trim();

test("a score opens into the KPIs that add up to it, and each of them into its rows", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/scores?period=2025&role=esd");
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.getByRole("heading", { name: text("score-parts") }).waitFor();
    const rows = await page.locator("#parts tbody tr").all();
    const adds = await Promise.all(rows.map(async (row) => Number((await last(row)).replace("−", "-")) || 0));
    const whole = Number(await last(page.locator("#parts tfoot tr")));
    assert.ok(whole > 0);
    assert.equal(adds.reduce((sum, one) => sum + one, 0).toFixed(2), whole.toFixed(2));
    assert.match(await page.locator("#whole").innerText(), new RegExp(whole.toFixed(1)));
    await page.locator("#parts tbody tr").first().getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: /Quota attainment/ }).waitFor();
  }));

test("a scorecard is tried out on real people while one types, and nothing is written", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/scorecards/esd");
    const weights = page.getByLabel(text("weight"), { exact: true });
    await weights.nth(0).fill("25");
    await weights.nth(0).blur();
    const preview = page.locator("#preview");
    await preview.getByText(text("scorecard-error-whole", { what: "90" })).waitFor();
    await weights.nth(1).fill("20");
    await weights.nth(1).blur();
    await preview.getByRole("columnheader", { name: text("score-then") }).waitFor();
    const cells = await preview.locator("tbody tr").first().getByRole("cell").allInnerTexts();
    assert.notEqual(cells[0], cells[1], "other weights, another score");
    await page.goto("/scorecards/esd");
    assert.equal(await page.getByLabel(text("weight"), { exact: true }).nth(0).inputValue(), "35");
  }));

test("a scorecard gets a group of its own, with a KPI of the company", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/scorecards/kam");
    const groups = page.locator("form.stack section, form.stack .panel").filter({ has: page.getByLabel(text("kpi-name-en")) });
    const group = groups.last();
    await group.getByRole("heading", { name: text("new-group") }).waitFor();
    await group.getByLabel(text("kpi-name-en")).fill("The company as a whole");
    await group.getByRole("combobox", { name: text("kpis"), exact: true }).selectOption("win_rate_closed");
    await group.getByRole("combobox", { name: text("whose-numbers") }).selectOption("company");
    await group.getByLabel(text("weight"), { exact: true }).fill("10");
    await group.getByLabel(text("weight"), { exact: true }).blur();
    const preview = page.locator("#preview");
    await preview.getByText(text("scorecard-error-whole", { what: "110" })).waitFor();
    await group.getByLabel(text("weight"), { exact: true }).fill("");
    await group.getByLabel(text("kpi-name-en")).fill("");
    await group.getByLabel(text("kpi-name-en")).blur();
    await preview.getByText(text("scorecard-error-name")).waitFor();
    await group.getByLabel(text("kpi-name-en")).fill("The company as a whole");
    await page.getByLabel(text("holds-from")).fill("2031-01-01");
    await page.getByRole("button", { name: text("save"), exact: true }).click();
    await page.waitForURL(/scorecards$/);
    const file = clinch("score", "card", "kam", "--on", "2031-01-01");
    assert.match(file, /The company as a whole/);
    await page.goto("/scorecards/kam");
    await page.getByText(text("scorecard-later", { date: readable("2031-01-01") })).waitFor();
  }));

test("a salesperson finds their own score alone, and no way to scorecards", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto("/scores?period=2025");
    assert.match(new URL(page.url()).pathname, /^\/scores\/\d+$/);
    const own = Number(new URL(page.url()).pathname.split("/").pop());
    await page.getByRole("heading", { name: text("score-parts") }).waitFor();
    assert.equal((await get("acme-ae", `/scores/${own + 1}?period=2025`)).status, 403);
    assert.equal((await get("acme-ae", "/scorecards")).status, 403);
    assert.equal((await get("acme-ae", "/scorecards/ae")).status, 403);
  }));
