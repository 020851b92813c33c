// From a released appraisal to a raise: begun by one, changed by another, approved by a third, read by whose it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clinch, complaints, get, pdfText, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const HR = "P39";

const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};

/** A cycle of the key account managers in which all are graded, and that is released. */
function released(name) {
  const due = ["--own-due", "--others-due", "--manager-due"].flatMap((option) => [option, "2026-12-31"]);
  const told = clinch("--as", HR, "appraisal", "launch", name, "--period", "2026-Q2", "--roles", "kam", ...due);
  const cycle = /cycle (\d+)/.exec(told)[1];
  const board = JSON.parse(clinch("--as", HR, "appraisal", "calibration", cycle));
  const people = Object.values(board).find((list) => Array.isArray(list) && list[0]?.name);
  for (const one of people) {
    clinch("--as", HR, "appraisal", "grade", String(one.appraisal), "B", "--reason", "agreed in calibration");
  }
  clinch("--as", HR, "appraisal", "release", cycle);
  return people.length;
}

test("a review of pay goes from the head of sales to the chief executive to the person", async () => {
  const people = released("Spring appraisal");
  let address;
  await withPage("acme-hos", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/compensation");
    await page.getByLabel(text("payreview-cycle")).selectOption({ label: "Spring appraisal" });
    await page.getByLabel(new RegExp(text("holds-from"))).fill("2027-01-01");
    await page.getByLabel(new RegExp(text("payreview-budget-percent"))).fill("5");
    await press(page, text("payreview-begin"));
    address = new URL(page.url()).pathname;
    const table = page.getByRole("table", { name: text("payreview-lines") });
    assert.equal(await table.getByRole("row").count(), people + 1);
    await press(page, text("payreview-approve"));
    await page.getByText(text("payreview-error-own-review")).waitFor();
    // Out of the range is refused; within it takes a reason, which stands beside the name.
    await page.goto(address);
    await page.getByLabel(text("record-person")).selectOption({ label: "Fiona Castellan" });
    await page.getByLabel(text("payreview-percent"), { exact: true }).fill("90");
    await page.getByLabel(text("field-reason")).fill("renewed the largest account");
    await press(page, text("save"));
    await page.getByText(text("payreview-error-range")).waitFor();
    await page.goto(address);
    const row = table.getByRole("row").filter({ hasText: "Fiona Castellan" });
    const most = /–(\d+)%/.exec(await row.innerText())[1];
    await page.getByLabel(text("record-person")).selectOption({ label: "Fiona Castellan" });
    await page.getByLabel(text("payreview-percent"), { exact: true }).fill(most);
    await page.getByLabel(text("field-reason")).fill("renewed the largest account");
    await press(page, text("save"));
    assert.match(await row.innerText(), /renewed the largest account/);
    assert.deepEqual(found, []);
  });
  const before = await get("acme-kam", "/compensation");
  assert.ok(!before.text.includes("/compensation/outcomes/"), "nothing is hers before it is approved");
  assert.equal((await get("acme-kam", address)).status, 403);
  assert.equal((await get("acme-hr", address)).status, 403, "HR grades, and sees no pay");
  await withPage("acme-ceo", {}, async (page) => {
    await page.goto(address);
    await press(page, text("payreview-approve"));
    await page.getByText(text("choice-state-approved"), { exact: true }).waitFor();
    const file = await (await page.request.get(`${address}/payroll.csv`)).text();
    const amounts = file.trim().split("\n").slice(1).map((line) => Math.round(Number(line.split(",").pop()) * 100));
    assert.equal(amounts.pop(), amounts.reduce((sum, one) => sum + one, 0), "the control total is the sum");
  });
  await withPage("acme-kam", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/compensation");
    await page.getByRole("link", { name: "Spring appraisal" }).click();
    const raise = /Raise: [^\n]*= (THB [\d,]+\.\d\d)/.exec(await page.getByRole("main").innerText())[1];
    const own = new URL(page.url()).pathname;
    for (const language of ["en", "th", "ja"]) {
      const printed = await pdfText(await page.request.get(`${own}/pdf/${language}`));
      assert.ok(printed.includes(raise.replace("THB ", "")), `${language}: ${printed}`);
    }
    assert.equal((await get("acme-ae", own)).status, 404);
    assert.deepEqual(found, []);
  });
});

test("salaries that cannot be read are told with their line, and nothing is written", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/compensation/salaries");
    const rows = () => page.getByRole("table", { name: text("records-salary") }).getByRole("row").count();
    const before = await rows();
    const typed = "person,starts_on,range,monthly,midpoint,currency,target_months\nP09,2028-01-01,AE 2,80000,70000,THB,2\nP99,2028-01-01,AE 2,1,1,THB,\n";
    await page.getByLabel(new RegExp(text("salaries-rows"))).fill(typed);
    await press(page, text("save"));
    await page.getByText(/3: person cannot be “P99”/).waitFor();
    assert.equal(await page.getByLabel(new RegExp(text("salaries-rows"))).inputValue(), typed);
    assert.equal(await rows(), before);
  }));
