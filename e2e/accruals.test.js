// Finance books what is owed at the end of a month; what is learnt later is in the next booking. A payee sees none of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, csv, get, hundredths, millionths, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const amount = (cell) => toHundredths(millionths(cell));

test("a booking stays, and the next one opens from it", () =>
  withPage("acme-ceo", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    await page.getByRole("link", { name: text("accruals"), exact: true }).click();
    await page.getByLabel(text("field-day")).fill("2026-09-30");
    await page.getByRole("button", { name: text("accrual-open") }).click();
    await page.getByRole("heading", { level: 1, name: /30 Sep/ }).waitFor();
    await page.locator("summary", { hasText: text("accrual-book") }).click();
    await page.getByRole("button", { name: text("accrual-book-now") }).click();
    await page.getByText(/^Booked by /).waitFor();
    assert.equal(await page.getByRole("button", { name: text("accrual-book-now") }).count(), 0);

    // Every row is opening less what was paid and the expense, and rows sum to the control total.
    const october = csv((await get("acme-ceo", "/pay/accruals/2026-10-31/accrual.csv")).text);
    const total = october.pop();
    assert.equal(total.employee, "control total");
    for (const row of [...october, total]) {
      assert.equal(amount(row.closing), amount(row.opening) - amount(row.paid) + amount(row.expense), row.name);
    }
    for (const column of ["opening", "paid", "expense", "closing"]) {
      assert.equal(sum(october.map((row) => amount(row[column]))), amount(total[column]), column);
    }
    await page.goto("/pay/accruals/2026-10-31");
    await page.getByText(text("accrual-since", { day: "30 Sep 2026" })).waitFor();
    const closing = await page.getByRole("row", { name: new RegExp(`^${text("total")}`) }).first().innerText();
    assert.equal(hundredths(closing.split("\t").at(-1))[0], amount(total.closing));

    // A row opens into its lines.
    const table = page.getByRole("table", { name: text("pay-payees") });
    await table.getByRole("link").first().click();
    await page.getByText(text("accrual-lines-hint")).waitFor();
    assert.ok((await page.getByRole("table").count()) > 1);

    await page.goto("/pay/accruals");
    await page.getByRole("link", { name: "30 Sep 2026" }).click();
    await page.getByRole("button", { name: text("accrual-void") }).click();
    await page.getByText(text("accruals-none")).waitFor();
    assert.deepEqual(found, []);
  }));

test("what others are owed is not for who is paid", async () => {
  for (const path of ["", "/2026-10-31", "/2026-10-31/accrual.csv", "/2026-10-31/accrual.xlsx"]) {
    assert.equal((await get("acme-ae", `/pay/accruals${path}`)).status, 403, path);
  }
});

test("a deal says what it would earn, and chosen ones what they would earn together", () =>
  withPage("acme-ae", { width: 360, height: 740 }, async (page) => {
    const found = complaints(page);
    await page.goto("/pay/estimates");
    const together = async () => hundredths(await page.locator("#sums").innerText()).at(-1);
    const all = await together();
    const boxes = page.getByRole("checkbox");
    assert.ok((await boxes.count()) > 1);
    await boxes.first().check();
    await page.getByRole("button", { name: text("estimates-choose") }).click();
    await page.getByText(text("estimates-chosen")).waitFor();
    assert.ok((await together()) < all);
    assert.ok(await boxes.first().isChecked());
    await page.getByRole("table").getByRole("link").first().click();
    const earns = text("estimates-of-deal", { period: "P", amount: "A" }).split("P")[0];
    await page.getByText(earns).waitFor();
    await page.getByRole("link", { name: text("estimates"), exact: true }).click();
    await page.getByText(text("estimates-chosen")).waitFor();
    assert.deepEqual(found, []);
  }));
