// A plan written in the form: what it says stands beside it, what is wrong at its field, and the file is the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const at = (page, place) => page.locator(`[name="plan.${place}"]`);
const step = async (page, value) => {
  await page.locator(`button[name="step"][value="${value}"]:visible`).first().click();
  await page.waitForLoadState();
};

for (const [name, size] of [["a desktop", {}], ["a phone", { width: 360, height: 740 }]]) {
  test(`a plan is written in a form on ${name}, without a line of its file`, () =>
    withPage("acme-ceo", size, async (page) => {
      const found = complaints(page);
      const id = size.width ? "inside-sales" : "renewals";
      await page.goto("/pay/plans");
      await page.getByRole("link", { name: text("planform-as-form") }).click();
      await at(page, "id").fill(id);
      await at(page, "name").fill(`Plan of ${id}`);
      await at(page, "currency").fill("THB");
      await at(page, "from").fill("2027-01-01");
      await step(page, "add:who");
      await at(page, "who.0.role").selectOption("se");
      await step(page, "add:commission");
      await at(page, "commission.0.id").fill(id);
      await at(page, "commission.0.when").fill("type = renewal\nunits >= 2");
      await at(page, "commission.0.interval").selectOption("quarter");
      await step(page, "add:commission.0.tiers");
      await step(page, "add:commission.0.tiers");
      await at(page, "commission.0.tiers.0.from").fill("0%");
      await at(page, "commission.0.tiers.0.to").fill("100%");
      await at(page, "commission.0.tiers.0.rate").fill("4%");
      await at(page, "commission.0.tiers.1.from").fill("90%");
      await at(page, "commission.0.tiers.1.rate").fill("6%");

      // Tiers that overlap are told with their place, beside what was typed.
      await step(page, "look");
      const main = page.getByRole("main");
      assert.match(await main.innerText(), /Commission 1 · Tiers 1 · Up to/);
      assert.equal(await at(page, "commission.0.tiers.1.from").inputValue(), "90%");
      await at(page, "commission.0.tiers.1.from").fill("100%");
      await at(page, "commission.0.tiers.1.from").blur();
      // Told while one types, without a button.
      await page.locator("#preview").getByText("6%").first().waitFor();

      await step(page, "add:cap");
      await at(page, "cap.payment").fill("90000");
      await step(page, "remove:cap");
      assert.equal(await at(page, "cap.payment").count(), 0);
      await step(page, "save");
      await page.getByRole("link", { name: `Plan of ${id}` }).click();
      const file = await page.getByLabel(text("pay-plan-file")).inputValue();
      assert.match(file, /\[\[commission\.tiers\]\]\nfrom = "100%"\nrate = "6%"/);
      assert.match(file, /when = \{ type = \["renewal"\], units = ">= 2" \}/);
      await page.getByRole("link", { name: text("planform-as-form") }).click();
      assert.equal(await at(page, "commission.0.when").inputValue(), "type = renewal\nunits >= 2");
      assert.equal(await at(page, "who.0.role").inputValue(), "se");
      assert.deepEqual(found, []);
    }));
}
