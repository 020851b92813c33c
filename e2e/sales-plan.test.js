// A sales plan: written by whose it is, given back and approved by who leads them, then quotas and targets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { acmeBase, clinch, withPage, words } from "./helpers.js";

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

test("a plan is written and given back by API, and read at the command line", async () => {
  const token = (who) =>
    withPage(who, {}, async (page) => {
      await page.goto("/profile");
      await page.getByLabel(text("token-label")).fill("Sales plans");
      await page.getByRole("button", { name: text("token-make") }).click();
      return /clinch_[\w-]+/.exec(await page.getByRole("main").innerText())[0];
    });
  const api = async (token, path, method = "GET", send) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${acmeBase}/api/v1/sales-plans${path}`, { method, headers, body: send && JSON.stringify(send) });
    return { status: answer.status, body: await answer.json() };
  };
  const [owner, leader] = [await token("acme-ae"), await token("acme-aem")];
  const own = (await api(owner, "?year=2029")).body.plans.find((plan) => plan.name === "ปวีณา จันทร์เพ็ง").person;
  const { seq } = (await api(owner, `/${own}?year=2029`)).body;
  const plan = { year: "2029", quarters: ["100", "200", "300", "400"], goals: { new_customers: "2" }, reason: "A start.", seq };
  assert.equal((await api(leader, `/${own}`, "PUT", plan)).status, 403, "nobody writes another's");
  assert.equal((await api(owner, `/${own}`, "PUT", { ...plan, goals: { revenue: "1" } })).status, 400);
  assert.deepEqual(await api(owner, `/${own}`, "PUT", plan), { status: 200, body: { person: own, year: "2029", state: "submitted" } });
  assert.equal((await api(owner, `/${own}`, "PUT", plan)).status, 409, "it was written since");
  const decided = { year: "2029", approve: false, answer: "More in autumn.", seq: (await api(leader, `/${own}?year=2029`)).body.seq };
  assert.equal((await api(owner, `/${own}/decision`, "POST", decided)).status, 409, "nobody decides their own");
  assert.equal((await api(leader, `/${own}/decision`, "POST", decided)).status, 200);
  assert.equal((await api(leader, `/${own}/decision`, "POST", decided)).status, 409, "it waits no more");
  const read = JSON.parse(clinch("--as", "P04", "quota", "sales-plan", "P09", "2029")).written;
  assert.deepEqual(read.quarters, ["100", "200", "300", "400"]);
  assert.deepEqual([read.state, read.answer, read.goals], ["returned", "More in autumn.", { new_customers: "2" }]);
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
