// Two clocks: the day a page is about, and the day of what was known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, daysAgo, drill, get, grouped, northwind, readable, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const orders = northwind();

const banner = (page) => page.getByRole("status").filter({ hasText: text("back-to-now") });

test("a page that looks at a past day says so and leads back to now", () =>
  withPage("hos", {}, async (page) => {
    for (const path of ["/scorecard?as_of=1997-06-30", `${drill({ from: 1997, to: 1998 })}&as_of=1997-06-30`]) {
      await page.goto(path);
      const sentence = text("past-as-of", { date: readable("1997-06-30") });
      assert.ok((await banner(page).innerText()).includes(sentence), path);
      await banner(page).getByRole("link", { name: text("back-to-now") }).click();
      await page.waitForURL((url) => !url.searchParams.has("as_of"));
      assert.equal(await banner(page).count(), 0);
    }
  }));

for (const [name, path] of [
  ["scorecard", "/scorecard?year=1997"],
  ["drill page", drill({ from: 1997, to: 1998 })],
]) {
  test(`the ${name} as known yesterday says so and shows nothing of today's import`, () =>
    withPage("hos", {}, async (page) => {
      const day = daysAgo(1);
      await page.goto(`${path}&known_at=${day}`);
      assert.ok(!/617,085|617\s?k/.test(await page.getByRole("main").innerText()));
      const shown = await banner(page).allInnerTexts();
      assert.ok(shown.length === 1 && shown[0].includes(readable(day)), `the banner is there: ${shown}`);
    }));
}

test("as of a past day only what had happened by then counts", async () => {
  const is = (order) => order.date >= "1997-01-01" && order.date <= "1997-06-30";
  const value = grouped(toHundredths(sum(orders.filter(is).map((order) => order.net))));
  const answer = await get("hos", `${drill({ from: 1997, to: 1998 })}&as_of=1997-06-30`);
  assert.equal(answer.status, 200);
  assert.ok(answer.text.includes(value), value);
  assert.ok(!answer.text.includes("617,085.20"));
});

test("the clocks are set on the page, and the question is kept", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/scorecard?by=rep&entity=4");
    const main = page.getByRole("main");
    await main.locator("summary").filter({ hasText: text("as_of") }).click();
    await main.getByLabel(text("as_of"), { exact: true }).fill("1997-06-30");
    await page.waitForURL(/as_of=1997-06-30/);
    const asked = new URL(page.url()).searchParams;
    assert.deepEqual([asked.get("by"), asked.get("entity")], ["rep", "4"]);
    assert.match(await page.getByRole("main").innerText(), /Margaret Peacock/);
    await banner(page).waitFor();
  }));

test("a day that does not exist is refused with what to do", async () => {
  for (const path of ["/scorecard?as_of=1997-02-30", "/scorecard?known_at=yesterday", `${drill({})}&as_of=x`]) {
    assert.equal((await get("hos", path)).status, 400, path);
  }
});

test("rights are those of now: another day never widens them", async () => {
  for (const clock of ["as_of=1997-06-30", `known_at=${daysAgo(1)}`]) {
    assert.equal((await get("ae", `${drill({ by: "rep", entity: 1, from: 1997, to: 1998 })}&${clock}`)).status, 403);
  }
});

test("a record is as it was on a day, and is looked at there, not changed", () =>
  withPage("acme-hos", {}, async (page) => {
    // It was won on 2026-07-03 and opened again on 2026-10-12.
    const { id } = csv((await get("acme-hos", "/deals.csv")).text).find((one) => one.external_id === "D0231");
    await page.goto(`/deals/${id}?as_of=2026-08-01`);
    const about = page.locator("#about");
    await banner(page).waitFor();
    const then = await about.innerText();
    assert.equal(await page.getByRole("link", { name: text("edit"), exact: true }).count(), 0);
    await page.goto(`/deals/${id}`);
    const now = await about.innerText();
    assert.notEqual(then, now);
    assert.equal(await banner(page).count(), 0);
    await page.getByRole("link", { name: text("edit"), exact: true }).first().waitFor();
    assert.equal((await get("acme-hos", `/deals/${id}?as_of=2999-01-01`)).status, 400);
    await page.goto(`/deals/${id}?known_at=2020-01-01`);
    await page.getByText(text("record-not-known")).waitFor();
    assert.ok(!(await page.getByRole("main").innerText()).includes("D0231"), "not even its name");
  }));
