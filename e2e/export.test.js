import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, drill, get, grouped, hundredths, millionths, northwind, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const orders = northwind();

/** The address of the file that the page offers. */
const offered = (page, name) => page.getByRole("link", { name: text(name) }).first().getAttribute("href");

test("the file of orders holds as many as the page says, each as the sample has it", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/orders");
    const place = await page.getByRole("navigation", { name: text("pages") }).innerText();
    const file = await get("hos", await offered(page, "export-csv"));
    assert.match(file.headers.get("content-type"), /^text\/csv/);
    assert.match(file.headers.get("content-disposition"), /attachment; filename="[\w.-]+\.csv"/);
    const rows = csv(file.text);
    assert.equal(rows.length, 830);
    assert.equal(hundredths(place).at(-1), BigInt(rows.length) * 100n, place);
    const known = new Map(orders.map((order) => [order.id, order]));
    for (const row of rows) assert.equal(row.ordered_on, known.get(row.external_id).date, row.external_id);
    const freight = sum(rows.map((row) => millionths(row.freight)));
    assert.equal(freight, sum(orders.map((order) => order.freight)));
  }));

test("the file of a search holds what the search found", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/orders?q=10300");
    const rows = csv((await get("hos", await offered(page, "export-csv"))).text);
    assert.deepEqual(rows.map((row) => row.external_id), ["10300"]);
  }));

for (const [who, by, entity, value] of [
  ["hos", "company", undefined, "617,085.20"],
  ["ae", "rep", 4, undefined],
  ["ae", "company", undefined, "617,085.20"],
]) {
  test(`the file behind revenue of 1997 by ${by} adds up to the page's total (${who})`, () =>
    withPage(who, {}, async (page) => {
      const mine = orders.filter((order) => order.date.startsWith("1997") && (!entity || order.employee === String(entity)));
      const expected = value ?? grouped(toHundredths(sum(mine.map((order) => order.net))));
      await page.goto(drill({ by, entity, from: 1997, to: 1998 }));
      await page.getByRole("main").getByText(expected).first().waitFor();
      const file = await get(who, await offered(page, "export-csv"));
      assert.match(file.headers.get("content-type"), /^text\/csv/);
      const rows = csv(file.text);
      assert.equal(grouped(toHundredths(sum(rows.map((row) => millionths(row.numerator))))), expected);
    }));
}

test("no cell of a file begins like a formula", async () => {
  for (const path of ["/orders.csv", "/accounts.csv", "/people.csv", "/products.csv"]) {
    const cells = csv((await get("admin", path)).text).flatMap(Object.values);
    assert.deepEqual(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d)/.test(cell)), [], path);
  }
});
