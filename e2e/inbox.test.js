// What waits for somebody in one place; a customer who is asked for a view of somebody, by a link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};

test("the inbox has what waits, what is late first, and leads to where it is done", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto("/inbox");
    const late = page.getByRole("region", { name: text("inbox-overdue"), exact: true }).first();
    await late.getByRole("link", { name: `${text("waits-course")}: Objection handling` }).click();
    assert.match(page.url(), /\/learning/);
    await page.goto("/inbox");
    await page.getByText(text("inbox-mail-none")).waitFor();
    await page.getByRole("link", { name: new RegExp(`^${text("waits-part-report")}`) }).first().click();
    assert.match(page.url(), /\/appraisals\/\d+/);
  }));

test("HR asks a customer, who answers on a phone by a link that is good once", async () => {
  let form, link;
  await withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/appraisals");
    await page.locator('#cycles a[href^="/appraisals/cycles/"]').first().click();
    await page.getByRole("link", { name: "Marcus Delgado" }).click();
    form = new URL(page.url()).pathname;
    const customers = page.locator("#customers");
    await customers.getByLabel(new RegExp(`^${text("customer-name")}`)).fill("Khun Boon");
    await customers.getByLabel(new RegExp(`^${text("email")}`)).fill("boon@customer.example");
    await press(page, text("customer-ask"));
    link = /\/view\/[\w-]+/.exec(await page.locator("#link").innerText())[0];
    assert.deepEqual(found, []);
    // A colleague is no customer.
    await page.goto(form);
    await customers.getByLabel(new RegExp(`^${text("customer-name")}`)).fill("Oliver");
    await customers.getByLabel(new RegExp(`^${text("email")}`)).fill("oliver@acme.example");
    await press(page, text("customer-ask"));
    await page.getByText(text("form-error-colleague")).waitFor();
  });
  await withPage("acme-nobody", { width: 360, height: 780 }, async (page) => {
    const found = complaints(page);
    await page.goto(link);
    await page.getByRole("heading", { name: text("customer-view-title", { name: "Marcus Delgado" }) }).waitFor();
    await press(page, text("customer-view-give"));
    await page.getByText(text("customer-view-empty")).waitFor();
    found.length = 0;
    await page.getByRole("group", { name: "Negotiation" }).getByRole("radio", { name: "4" }).check({ force: true });
    await press(page, text("customer-view-give"));
    await page.getByText(text("customer-view-thanks-hint")).waitFor();
    assert.deepEqual(found, []);
    await page.goto(link);
    await page.getByText(text("customer-view-gone-hint")).waitFor();
  });
  // Neither the answer nor that there is one shows; a manager has no link to hand over where there is no mail.
  await withPage("acme-hr", {}, async (page) => {
    await page.goto(form);
    const row = page.locator("#customers").getByRole("row", { name: /Khun Boon/ });
    assert.equal(await row.getByRole("button").count(), 2);
  });
});
