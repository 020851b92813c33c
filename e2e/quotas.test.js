// The quotas of a year: drafted by one, given back by another, changed by hand, approved; and what accounts could buy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, csv, get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};
const [plan] = /\/quotas\/plans\/\d+/.exec((await get("acme-ceo", "/quotas/plans")).text);

test("a plan of quotas is given back, changed by hand on a phone, and approved by who had no hand in it", async () => {
  await withPage("acme-ceo", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/inbox");
    await page.getByRole("row", { name: new RegExp(text("waits-quotas")) }).getByRole("link").first().click();
    await page.waitForURL(new RegExp(`${plan}$`));
    assert.equal(await page.getByRole("main").getByRole("textbox").count(), 1, "who decides changes nothing of it");
    await press(page, text("salesplan-return"));
    await page.getByText(text("error-required")).waitFor();
    await page.goto(plan);
    await page.getByLabel(new RegExp(`^${text("salesplan-answer")}`)).fill("Less in the first quarter");
    await press(page, text("salesplan-return"));
    await page.getByText(text("quota-plan-returned", { answer: "Less in the first quarter" })).waitFor();
    assert.deepEqual(found, []);
  });
  await withPage("acme-hos", { width: 360, height: 800 }, async (page) => {
    await page.goto(plan);
    const first = page.getByRole("region", { name: text("quotaplan-people") }).getByRole("textbox").first();
    await first.fill("a lot");
    await press(page, text("save"));
    await page.getByText(text("quotaplan-error-number")).waitFor();
    assert.equal(await first.inputValue(), "a lot", "what was typed stays");
    await first.fill("1000");
    await press(page, text("salesplan-submit"));
    await page.getByText(text("quota-plan-changed"), { exact: true }).first().waitFor();
    await page.getByText(text("quota-plan-waits")).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
  });
  await withPage("acme-ceo", {}, async (page) => {
    await page.goto(plan);
    await press(page, text("salesplan-approve"));
    await page.getByText(text("choice-state-approved"), { exact: true }).first().waitFor();
    const quotas = csv((await get("acme-ceo", "/quotas.csv")).text);
    const isIt = (one) => one.starts_on.endsWith("-01-01") && Number(one.amount) === 1000;
    assert.equal(quotas.filter(isIt).length, 1, "what was changed by hand is a quota");
  });
});

test("a proposal shares by what accounts could buy, and what is drafted stands in the list of plans", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/quotas/plan?year=2031");
    await page.getByLabel(new RegExp(`^${text("quotaplan-share")}`)).fill("10");
    await press(page, text("quotaplan-show"));
    await page.getByText(text("quotaplan-of-potential", { share: "10.0%" })).waitFor();
    const way = page.getByLabel(text("field-way"), { exact: true });
    await way.selectOption("account_based");
    await page.getByLabel(new RegExp(`^${text("field-reason")}`)).fill("A tenth of what they could buy");
    await press(page, text("quotaplan-commit-do"));
    await page.waitForURL(/\/quotas\/plans\/\d+$/);
    await page.goto("/quotas/plans");
    await page.getByRole("row", { name: /2031.*Account-based.*Draft/ }).waitFor();
  }));
