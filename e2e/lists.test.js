// Lists: what they show, in which order, what holds them, and the same as files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, get, sample, settle, withPage, words } from "./helpers.js";
import { stickingOut, violations } from "./looks.js";

const text = (key, values) => words("en", key, values);
const acme = (name) => sample("acme", name);
const held = (field, value) => text("filter-held", { field: text(`field-${field}`), value });
const table = (page, type) => page.getByRole("table", { name: text(`records-${type}`) });
const heads = (page, type) => table(page, type).getByRole("columnheader").allInnerTexts();
const ids = async (path) => new Map(csv((await get("acme-hos", path)).text).map((one) => [one.external_id, one.id]));

/** How many the pager says there are. */
async function total(page) {
  const place = await page.getByRole("navigation", { name: text("pages") }).innerText();
  return Number(place.split(" of ")[1].split(/\s/)[0].replaceAll(",", ""));
}

test("the list of deals says who owns what at which stage, and an amount with its currency in one cell", () =>
  withPage("acme-hos", {}, async (page) => {
    const { id, amount, currency } = acme("deals").find((deal) => deal.id === "D0002");
    await page.goto(`/deals?q=${id}`);
    const fields = ["name", "account", "amount", "stage", "close_date", "owner"];
    assert.deepEqual(await heads(page, "deal"), fields.map((field) => text(`field-${field}`)));
    const cell = await table(page, "deal").locator("tbody td.num").innerText();
    const shown = Number(amount).toLocaleString("en", { minimumFractionDigits: 2 });
    assert.equal(cell.replace(/\s/g, ""), `${currency}${shown}`);
  }));

test("a column with nothing in it is left out, the sorted head says which way", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/orders?sort=-ordered_on");
    assert.ok(!(await heads(page, "order")).includes(text("field-freight")), "Acme tells of no freight");
    const head = table(page, "order").getByRole("columnheader", { name: text("field-ordered_on") });
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const mark = await head.locator("a").evaluate((link) => getComputedStyle(link, "::after").content);
    assert.match(mark, /▼/);
  }));

test("deals go by the name of their account, not by its number", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/deals?sort=account");
    const rows = await table(page, "deal").locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.cells[1].innerText.trim()));
    const names = new Map(acme("accounts").map((account) => [account.id, account.name]));
    const all = acme("deals").map((deal) => names.get(deal.account)).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    assert.deepEqual(rows, all.slice(0, rows.length));
  }));

test("an account's deals are a list of their own, as page and as file, until the filter is taken away", () =>
  withPage("acme-hos", {}, async (page) => {
    const account = (await ids("/accounts.csv")).get("A001");
    const { name } = acme("accounts").find((one) => one.id === "A001");
    const own = acme("deals").filter((deal) => deal.account === "A001").map((deal) => deal.id).sort();
    await page.goto(`/deals?account=%23${account}`);
    assert.equal(await total(page), own.length);
    const file = csv((await get("acme-hos", await page.getByRole("link", { name: text("export-csv") }).getAttribute("href"))).text);
    assert.deepEqual(file.map((deal) => deal.external_id).sort(), own);
    assert.deepEqual([...new Set(file.map((deal) => deal.account_name))], [name]);
    assert.ok(file.every((deal) => deal.stage_name && deal.owner_name), "names stand beside numbers");
    await page.getByRole("link", { name: held("account", name) }).click();
    await page.waitForURL((url) => !url.search.includes("account"));
    assert.equal(await total(page), acme("deals").length);
    assert.equal(await page.getByRole("link", { name: text("clear-filters") }).count(), 0, "nothing is set any more");
  }));

test("a stage is chosen from its pipeline's order, and a kind from its words", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/deals");
    const select = page.getByRole("combobox", { name: text("field-stage") });
    const offered = (await select.locator("option").allInnerTexts()).slice(1);
    assert.deepEqual([...offered].sort(), acme("stages").map((stage) => stage.name).sort());
    assert.ok(offered.indexOf("Prospecting") < offered.indexOf("Qualification"));
    await page.goto("/activities");
    await page.getByRole("combobox", { name: text("field-kind") }).selectOption("call");
    await page.waitForURL(/kind=call/);
    assert.equal(await total(page), acme("activities").filter((one) => one.kind === "call").length);
  }));

test("what a list is held to from elsewhere stands by its name where it is not offered", () =>
  withPage("acme-aem", {}, async (page) => {
    // She heads sales: no deals of hers are a team manager's to see.
    const head = acme("people").find((person) => person.role === "hos");
    await page.goto(`/deals?owner=%23${(await ids("/people.csv")).get(head.id)}`);
    const select = page.getByRole("combobox", { name: text("field-owner") });
    assert.equal(await select.locator("option:checked").innerText(), head.name);
    await page.getByRole("link", { name: held("owner", head.name) }).waitFor();
  }));

test("a filter that names nothing is a mistake in the address; a field that is none is passed over", async () => {
  assert.equal((await get("acme-hos", "/activities?kind=smoke")).status, 400);
  assert.equal((await get("acme-hos", "/deals?owner=nobody")).status, 400);
  assert.equal((await get("acme-hos", "/deals?colour=red")).status, 200);
});

test("a page behind the last is the last", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/deals?page=99");
    const count = acme("deals").length;
    const place = await page.getByRole("navigation", { name: text("pages") }).innerText();
    assert.ok(place.includes(`${Math.floor((count - 1) / 50) * 50 + 1}–${count} of ${count}`), place);
    assert.equal(await table(page, "deal").locator("tbody tr").count(), count % 50 || 50);
  }));

test("an empty list says what is true for who looks", async () => {
  const shown = async (who, path) => (await get(who, path)).text;
  assert.ok(!(await shown("acme-ae", "/imports")).includes(text("empty-list-hint")), "she may not import");
  assert.ok((await shown("acme-ae", "/imports")).includes(text("empty-list-yours")));
  assert.ok((await shown("acme-hos", "/activities?kind=visit&q=nothing-like-this")).includes(text("empty-filter-hint")));
});

test("the spreadsheet of a list is one, and the more is listed the more is in it", async () => {
  const sizes = [];
  for (const query of ["?q=nothing-like-this", "?q=D0002", ""]) {
    const file = await get("acme-hos", `/deals.xlsx${query}`, { "accept-encoding": "identity" });
    assert.match(file.headers.get("content-type"), /spreadsheetml\.sheet/);
    assert.match(file.headers.get("content-disposition"), /attachment; filename="deal\.xlsx"/);
    assert.ok(file.text.startsWith("PK"));
    sizes.push(Number(file.headers.get("content-length")));
  }
  assert.ok(0 < sizes[0] && sizes[0] < sizes[1] && 5 * sizes[1] < sizes[2], sizes.join());
});

for (const path of ["/deals", "/people", "/accounts", "/contacts", "/products", "/orders"]) {
  test(`${path} reads as lines on a phone`, () =>
    withPage("acme-hos", { width: 360, height: 800 }, async (page) => {
      await settle(page, path);
      assert.equal(await page.evaluate(stickingOut), null);
      const row = page.getByRole("main").getByRole("row").nth(1);
      const name = await row.getByRole("rowheader").boundingBox();
      const first = await row.getByRole("cell").first().boundingBox();
      assert.ok(first.y >= name.y + name.height - 1, "what is known stands below the name");
      assert.deepEqual(await violations(page), []);
    }));
}
