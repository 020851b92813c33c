// Closing a month long before the first order changes no number; who may close sees periods, others do not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { acmeBase, get, readable, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
// Two months back: over, and in the list, whenever this runs.
const today = new Date();
const over = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 1)).toISOString().slice(0, 10);
const month = `/periods/${over.slice(0, 7)}`;

test("a month is looked at, closed, compared with what is known now, and opened again", () =>
  withPage("hos", {}, async (page) => {
    const close = page.getByRole("button", { name: text("close-period", { period: "Nov 1995" }) });
    const reported = page.getByRole("columnheader", { name: text("as_reported") });
    // Whatever another test writes in between makes the plan old: it is looked at again.
    for (let attempts = 0; attempts < 5 && !(await reported.count()); attempts++) {
      await page.goto("/periods/1995-11");
      await page.getByText(text("close-period-hint")).waitFor();
      await close.click();
      await page.waitForLoadState();
    }
    await reported.waitFor();
    assert.match(await page.getByRole("main").innerText(), /Andrew Fuller/);
    const ways = page.getByRole("row", { name: /^Revenue USD/ }).getByRole("link");
    const addresses = await ways.evaluateAll((links) => links.map((link) => new URL(link.href).searchParams.get("basis")));
    assert.deepEqual(addresses, [null, "restated"], "both numbers open into rows of their own");
    await page.getByRole("button", { name: text("reopen") }).click();
    await close.waitFor();
  }));

test("the list of periods says which are over", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/periods");
    const line = page.getByRole("row", { name: new RegExp(`^${readable(over).slice(2)}`) });
    assert.match(await line.innerText(), new RegExp(text("period-open")));
    assert.match(await page.getByRole("row").nth(1).innerText(), new RegExp(text("partial_period")));
    await line.getByRole("link").click();
    await page.waitForURL(month);
  }));

test("a month is not closed with a plan that is old, nor before it is over", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/profile");
    await page.getByLabel(text("token-label")).fill("Closing");
    await page.getByRole("button", { name: text("token-make") }).click();
    const token = /clinch_[\w-]+/.exec(await page.getByRole("main").innerText())[0];
    const api = async (period, method, send) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const path = `${acmeBase}/api/v1/periods/${period}/closing`;
      const answer = await fetch(path, { method, headers, body: send && JSON.stringify(send) });
      return { status: answer.status, body: await answer.json() };
    };
    const plan = await api("2024-10", "GET");
    assert.equal(plan.status, 200);
    assert.ok(plan.body.reported.length > 10, "the company's KPIs");
    const old = await api("2024-10", "POST", { seq: plan.body.seq - 1 });
    assert.equal(old.status, 400);
    assert.match(old.body.detail, /something was written since/);
    const year = new Date().getFullYear() + 1;
    assert.match((await api(`${year}-01`, "GET")).body.detail, /is not over yet/);
  }));

test("who does not close periods has no way there", async () => {
  for (const path of ["/periods", month]) assert.equal((await get("acme-ae", path)).status, 403, path);
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/deals");
    assert.equal(await page.locator('nav a[href="/periods"]').count(), 0);
  });
});
