// A company's own KPI: tried while one types, set from a day on, ended again; others read it and cannot change it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const type = async (page, name, value) => {
  const field = page.locator(`[name="${name}"]`);
  await field.fill(value);
  await field.blur();
};

test("a formula is checked and tried while one types, and nothing is written", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/kpis/new");
    await type(page, "id", "tried_only");
    await type(page, "name-en", "Tried only");
    const preview = page.locator("#preview");
    await type(page, "formula", "revenue + sales_cycle_length");
    const units = { sign: "+", left: text("choice-kpi-unit-money"), right: text("choice-kpi-unit-days"), at: "9" };
    await preview.getByText(text("kpi-error-units", units)).waitFor();
    await type(page, "formula", "revenue / deals_won_counts");
    await preview.getByText(text("kpi-error-no-kpi", { what: "deals_won_counts" })).waitFor();
    await type(page, "formula", "revenue / deals_won_count");
    await preview.getByRole("columnheader", { name: text("value") }).waitFor();
    assert.equal(await preview.locator("tbody tr").count(), 12);
    assert.equal((await get("acme-hos", "/kpis/tried_only")).status, 404);
  }));

test("a formula over facts is shown as it is stored, beside what holds until then", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/kpis/win_rate_closed");
    const formula = page.locator(`[name="formula"]`);
    assert.match(await formula.inputValue(), /numerator = { sum = "closed.won" }/);
    const changed = (await formula.inputValue()).replace("closed.won", "closed.amount").replace("closed.closed", "closed.closed_amount");
    await type(page, "formula", changed);
    const preview = page.locator("#preview");
    await preview.getByRole("columnheader", { name: text("kpi-value-now") }).waitFor();
    const [then, now] = await preview.locator("tbody tr").nth(3).getByRole("cell").allInnerTexts();
    assert.notEqual(then, now);
  }));

test("a KPI that is set stands on the scorecard, opens into its parts, and can be ended", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/kpis/new");
    await type(page, "id", "revenue_per_win");
    await type(page, "name-en", "Revenue per win");
    await type(page, "meaning-en", "What a won deal brings.");
    await type(page, "formula", "revenue / deals_won_count");
    await page.locator('[name="group"]').selectOption("deals");
    await type(page, "reason", "The board asks for it");
    await page.getByText(text("kpi-beside")).click();
    await type(page, "beside-0", "won");
    await type(page, "beside-name-0-en", "Deals behind it");
    await page.locator('[name="beside-unit-0"]').selectOption("count");
    await type(page, "beside-formula-0", '{ measure = { sum = "closed.won" } }');
    await page.getByRole("button", { name: text("save") }).click();
    await page.getByRole("heading", { level: 1, name: "Revenue per win" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/kpis/revenue_per_win");
    await page.locator("#versions").getByText("The board asks for it").waitFor();
    await page.locator("#definition").getByText("revenue_per_win.won").waitFor();
    await page.goto("/scorecard");
    await page.locator('a[href^="/kpi/revenue_per_win"]').first().click();
    await page.getByRole("heading", { level: 1, name: "Revenue per win" }).waitFor();
    await page.locator("#definition").getByText(text("own-scorecard")).waitFor();
    await page.locator("#definition").getByRole("link", { name: text("versions") }).click();
    await page.getByRole("button", { name: text("kpi-end") }).click();
    await page.waitForURL(/\/kpis$/);
    assert.equal(await page.getByText("Revenue per win").count(), 0);
  }));

test("a salesperson reads how a number is computed, and cannot change it", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto("/kpis/win_rate_closed");
    await page.getByText("deals won ÷ deals won or lost, closed in the period").waitFor();
    assert.equal(await page.getByRole("button", { name: text("save") }).count(), 0);
    assert.equal((await get("acme-ae", "/kpis/new")).status, 403);
    const sent = await page.request.post("/kpis/win_rate_closed", { form: { id: "win_rate_closed" }, headers: { origin: new URL(page.url()).origin } });
    assert.equal(sent.status(), 403);
  }));
