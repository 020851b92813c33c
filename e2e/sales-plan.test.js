// A sales plan: written by whose it is, given back and approved by who leads them, then quotas and targets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const PATH = "/sales-plan?year=2028";

test("a plan is written, given back, written anew and approved, and stands beside the quota", async () => {
  let address;
  const write = (amount) =>
    withPage("acme-ae", {}, async (page) => {
      await page.goto(PATH);
      address = new URL(page.url()).pathname;
      const form = page.locator(`form[action="${address}"][method="post"]`);
      for (const quarter of [1, 2, 3, 4]) await form.locator(`[name=quarter_${quarter}]`).fill(amount);
      await form.locator("[name=active_customers]").fill("12");
      await form.locator("[name=reason]").fill("Two key accounts renew in spring.");
      await form.getByRole("button", { name: text("salesplan-submit") }).click();
      await page.getByText(text("salesplan-is-submitted")).waitFor();
      assert.equal(await page.getByRole("button", { name: text("salesplan-approve") }).count(), 0, "nobody approves their own");
    });
  const decide = (button, answer, shown) =>
    withPage("acme-aem", {}, async (page) => {
      await page.goto(`${address}?year=2028`);
      await page.getByText("Two key accounts renew in spring.").waitFor();
      await page.getByLabel(text("salesplan-answer"), { exact: true }).fill(answer);
      await page.getByRole("button", { name: text(button), exact: true }).click();
      await page.getByText(shown).waitFor();
    });
  await write("250000");
  await decide("salesplan-return", "More in the fourth quarter.", "More in the fourth quarter.");
  await write("300000");
  await decide("salesplan-approve", "", /^Approved by/);
  await withPage("acme-ae", {}, async (page) => {
    await page.goto(PATH);
    const total = page.locator("#quarters tfoot tr");
    await total.getByText("1,200,000").first().waitFor();
    await page.locator("#base").getByText("12").first().waitFor();
  });
});

test("what the year comes to follows the numbers that one tries, without a script too", () =>
  withPage("acme-ae", { javaScriptEnabled: false }, async (page) => {
    await page.goto("/sales-plan?year=2026");
    const panel = page.locator("#what-if");
    await panel.getByLabel(text("salesplan-win-rate")).fill("0");
    await panel.getByRole("button", { name: text("salesplan-try"), exact: true }).click();
    const value = (key) => page.locator("#what-if dt", { hasText: text(key) }).locator("xpath=following-sibling::dd[1]").innerText();
    assert.equal(await value("salesplan-comes-to"), await value("salesplan-came"), "no deal is won any more");
  }));
