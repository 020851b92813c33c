// Margaret Peacock, employee 4, sells and nobody reports to her.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, drill, get, grouped, hundredths, northwind, sum, toHundredths, withPage, words } from "./helpers.js";

const orders = northwind();
const own = new Set(orders.filter((order) => order.employee === "4").map((order) => order.id));
const foreign = orders.filter((order) => order.employee !== "4").map((order) => order.id);
const total = (employee, year = "199") => {
  const counts = (order) => order.employee === employee && order.date.startsWith(year);
  return grouped(toHundredths(sum(orders.filter(counts).map((order) => order.net))));
};

/** Numbers of orders in a page's text, as whole words. */
const numbersIn = (html) => new Set(html.match(/(?<![\d,.#/=-])1[01]\d{3}(?![\d,.])/g) ?? []);

function assertNothingForeign(html, where) {
  const found = numbersIn(html);
  assert.deepEqual(foreign.filter((id) => found.has(id)), [], `${where} names no order of somebody else`);
}

test("a salesperson opens her own number", () =>
  withPage("ae", {}, async (page) => {
    const answer = await page.goto(drill({ by: "rep", entity: 4, from: 1996, to: 1999 }));
    assert.equal(answer.status(), 200);
    await page.getByRole("main").getByText("232,890.85").first().waitFor();
    assertNothingForeign(await page.content(), "her drill page");
  }));

test("neither her own scorecard nor the company's tells her the number of anybody else", () =>
  withPage("ae", {}, async (page) => {
    for (const path of ["/scorecard?by=rep", "/scorecard", "/scorecard?by=rep&grain=quarter&year=1997"]) {
      await page.goto(path);
      assert.ok((await page.getByRole("main").innerText()).includes("Margaret Peacock"), path);
      const html = await page.content();
      for (const other of "12356789") {
        for (const year of ["199", "1996", "1997", "1998"]) {
          const exact = total(other, year);
          const [rounded] = grouped(((hundredths(exact)[0] + 50n) / 100n) * 100n).split("."); // as tables show it
          assert.ok(!html.includes(exact) && !html.includes(`>${rounded}<`), `${path} has employee ${other}'s ${exact}`);
        }
      }
      assertNothingForeign(html, path);
    }
  }));

test("the company's number adds up for her too: all that she may not open stands in one line", () =>
  withPage("ae", {}, async (page) => {
    await page.goto(drill({ from: 1997, to: 1998 }));
    const closed = orders.filter((order) => order.employee !== "4" && order.date.startsWith("1997")).length;
    const table = page.getByRole("table", { name: words("en", "rows-behind") });
    await table.getByRole("rowheader", { name: `${closed} more rows that you may not open` }).waitFor();
    const cells = await table.locator("tbody td.num").allInnerTexts();
    assert.equal(grouped(sum(cells.flatMap(hundredths))), "617,085.20");
    assertNothingForeign(await page.content(), "the company's drill page");
  }));

test("another salesperson's number by its id in the address is forbidden", async () => {
  for (const entity of [1, 3, 5, 9]) {
    for (const path of [drill({ by: "rep", entity, from: 1997, to: 1998 }), `/scorecard?by=rep&entity=${entity}`]) {
      const answer = await get("ae", path);
      assert.equal(answer.status, 403, path);
      assert.ok(answer.text.includes(words("en", "status-forbidden")), path);
      assert.ok(!answer.text.includes(total(String(entity))), path);
    }
  }
});

test("no other way of asking opens somebody else's number to her", async () => {
  const staff = csv((await get("hos", "/people.csv")).text);
  const other = staff.find((person) => person.external_id === "3");
  for (const path of [
    `/kpi/revenue?by=rep&entity=%23${other.id}`,
    "/kpi/revenue.csv?by=rep&entity=3",
    "/kpi/average_order_value?by=rep&entity=3",
    "/kpi/revenue?by=manager&entity=3",
    "/scorecard?by=manager&entity=3",
    "/kpi/revenue?by=product&entity=1",
  ]) {
    assert.equal((await get("ae", path)).status, 403, path);
  }
});

test("her list of orders holds all of hers and none of the others'", () =>
  withPage("ae", {}, async (page) => {
    const seen = new Set();
    await page.goto("/orders");
    for (;;) {
      const rows = page.getByRole("main").locator("tbody tr th[scope=row]");
      for (const number of await rows.allInnerTexts()) seen.add(number.trim());
      assertNothingForeign(await page.content(), page.url());
      const next = page.locator('a[rel="next"]');
      if ((await next.count()) === 0) break;
      await next.click();
      await page.waitForLoadState();
    }
    assert.deepEqual([...seen].sort(), [...own].sort());
    assert.equal(own.size, 156);
  }));

test("the file of her orders holds the same", async () => {
  const rows = csv((await get("ae", "/orders.csv")).text);
  assert.deepEqual(rows.map((row) => row.external_id).sort(), [...own].sort());
});

test("searching and sorting bring no order of somebody else", async () => {
  const found = [`/search?q=${foreign[0]}`, `/search?part=1&q=${foreign[0]}`];
  for (const path of [...found, `/orders?q=${foreign[0]}`, "/orders?sort=owner", "/orders?sort=-owner", "/orders?page=9"]) {
    const answer = await get("ae", path);
    assert.equal(answer.status, 200, path);
    // What was searched for stands in the field again.
    assertNothingForeign(answer.text.replace(`value="${foreign[0]}"`, ""), path);
  }
});

test("somebody else's order by its id in the address is not found", async () => {
  const all = csv((await get("hos", "/orders.csv")).text);
  const other = all.find((order) => !own.has(order.external_id));
  assert.equal((await get("hos", `/orders/${other.id}`)).status, 200);
  const answer = await get("ae", `/orders/${other.id}`);
  assert.equal(answer.status, 404);
  assertNothingForeign(answer.text, "the page");
});

test("the pages of accounts and people name no order of somebody else", async () => {
  const accounts = csv((await get("hos", "/accounts.csv")).text);
  const staff = csv((await get("hos", "/people.csv")).text);
  for (const path of [
    ...accounts.slice(0, 10).map((account) => `/accounts/${account.id}`),
    ...staff.map((person) => `/people/${person.id}`),
  ]) {
    const answer = await get("ae", path);
    assert.ok([200, 404].includes(answer.status), `${path} answers ${answer.status}`);
    assertNothingForeign(answer.text, path);
  }
});

test("the imports are for who runs the product", async () => {
  assert.equal((await get("admin", "/imports")).status, 200);
  const answer = await get("ae", "/imports");
  assert.ok(answer.status !== 200 || answer.text.includes(words("en", "empty-list")), "no import is listed");
});

test("a manager sees his people and is refused the others", async () => {
  for (const [entity, status] of [[5, 200], [6, 200], [7, 200], [9, 200], [4, 403], [2, 403]]) {
    const answer = await get("aem", drill({ by: "rep", entity, from: 1997, to: 1998 }));
    assert.equal(answer.status, status, `employee ${entity}`);
  }
});

test("a stranger gets nothing but the way to sign in", async () => {
  for (const path of ["/scorecard", drill({}), "/orders", "/orders.csv", "/orders/1", "/people", "/profile", "/imports", "/people/invite"]) {
    const answer = await get(null, path);
    assert.equal(answer.status, 303, path);
    assert.match(answer.headers.get("location"), /^\/sign-in/, path);
  }
});
