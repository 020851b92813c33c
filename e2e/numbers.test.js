import assert from "node:assert/strict";
import { test } from "node:test";
import { drill, get, grouped, hundredths, northwind, opened, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const orders = northwind();
const revenue = (is) => toHundredths(sum(orders.filter(is).map((order) => order.net)));

test("the sample files give the known answers", () => {
  assert.equal(grouped(revenue((order) => order.date < "1997")), "208,083.97");
  assert.equal(grouped(revenue((order) => order.date.startsWith("1997"))), "617,085.20");
  assert.equal(grouped(revenue((order) => order.date.startsWith("1998"))), "440,623.87");
  assert.equal(grouped(revenue((order) => order.employee === "4")), "232,890.85");
});

for (const [year, value] of [
  [1996, "208,083.97"],
  [1997, "617,085.20"],
  [1998, "440,623.87"],
]) {
  test(`the head of sales opens the revenue of ${year} into rows that add up to ${value}`, () =>
    withPage("hos", {}, (page) => opened(page, drill({ from: year, to: year + 1 }), value)));
}

test("the head of sales opens employee 4's revenue of all years, 232,890.85", () =>
  withPage("hos", {}, async (page) => {
    const shown = await opened(page, drill({ by: "rep", entity: 4, from: 1996, to: 1999 }), "232,890.85");
    assert.match(shown, /Margaret Peacock/);
  }));

test("every salesperson's revenue of 1997 is what the sample files say", async () => {
  for (let employee = 1; employee <= 9; employee++) {
    const is = (order) => order.employee === String(employee) && order.date.startsWith("1997");
    const answer = await get("hos", drill({ by: "rep", entity: employee, from: 1997, to: 1998 }));
    assert.ok(answer.text.includes(grouped(revenue(is))), `employee ${employee}: ${grouped(revenue(is))}`);
  }
});

test("the manager's revenue is that of everybody who reports to him, 344,581.71", () =>
  withPage("aem", {}, (page) =>
    opened(page, drill({ by: "manager", entity: 5, from: 1996, to: 1999 }), "344,581.71"),
  ));

test("the scorecard leads from a number to its rows and back", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/scorecard");
    const main = page.getByRole("main");
    const number = main.locator('a.n[href^="/kpi/revenue"]').first();
    const from = new URL(await number.getAttribute("href"), page.url());
    assert.equal(from.searchParams.get("by") ?? "company", "company");
    await number.click();
    await page.waitForURL(/\/kpi\/revenue/);
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), new RegExp(text("revenue")));
    await page.getByRole("main").getByText("440,623.87").first().waitFor();
    await page.goBack();
    assert.equal(new URL(page.url()).pathname, "/scorecard");
  }));

test("every number of the scorecard is a link to its rows", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/scorecard");
    // Left out: the lines that only make a table add up.
    const cells = page.getByRole("main").locator("tr:not([data-skip]) td.num");
    const bare = await cells.evaluateAll((cells) =>
      cells.filter((cell) => /\d/.test(cell.textContent) && !cell.querySelector("a[href]")).map((cell) => cell.textContent),
    );
    assert.deepEqual(bare, []);
    assert.ok((await cells.count()) > 50, "there are tables of numbers");
  }));

test("the scorecard shows every salesperson's year, and the company's in the foot", () =>
  withPage("hos", {}, async (page) => {
    for (const [year, total] of [["1998", "440,624"], ["1997", "617,085"], ["1996", "208,084"]]) {
      await page.goto(`/scorecard?year=${year}`);
      const table = page.getByRole("main").getByRole("table").last();
      assert.equal((await table.locator("tfoot td").allInnerTexts())[0], total);
      const rows = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.querySelector("td").innerText));
      assert.equal(grouped(sum(rows.flatMap(hundredths))), `${total}.00`, `the lines of ${year} add up`);
      const is = (order) => order.employee === "4" && order.date.startsWith(year);
      const own = await table.getByRole("row", { name: /Margaret Peacock/ }).locator("td").first().innerText();
      assert.equal(own, grouped(((revenue(is) + 50n) / 100n) * 100n).slice(0, -3));
    }
  }));

test("the months of a year add up to it", () =>
  withPage("hos", { javaScriptEnabled: false }, async (page) => {
    await page.goto("/scorecard?year=1997");
    const row = page.getByRole("main").locator("[data-chart]").getByRole("row", { name: /^1997/ });
    for (const [month, cell] of (await row.locator("td").allInnerTexts()).entries()) {
      const start = `1997-${String(month + 1).padStart(2, "0")}`;
      const value = revenue((order) => order.date.startsWith(start));
      assert.equal(cell, grouped(((value + 50n) / 100n) * 100n).slice(0, -3), start);
    }
  }));

test("a KPI that nobody knows is not found, and an impossible period is refused", async () => {
  assert.equal((await get("hos", "/kpi/no_such_number")).status, 404);
  assert.equal((await get("hos", drill({ from: 1998, to: 1997 }))).status, 400);
  assert.equal((await get("hos", "/kpi/revenue?from=1997-02-30")).status, 400);
  assert.equal((await get("hos", "/scorecard?by=moon")).status, 400);
});

test("a row behind a number leads to the record", () =>
  withPage("hos", {}, async (page) => {
    await page.goto(drill({ from: 1996, to: 1997 }));
    const link = page.getByRole("main").getByRole("table", { name: text("rows-behind") }).getByRole("link").first();
    await link.click();
    await page.waitForURL((url) => !url.pathname.startsWith("/kpi/"));
    await page.getByRole("heading", { name: text("history") }).waitFor();
  }));
