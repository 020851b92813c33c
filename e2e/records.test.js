// Pages of records: what an order comes to, lists of what names a record, and ways to write and call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, get, grouped, hundredths, northwind, sample, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const idsOf = async (path) => new Map(csv((await get("hos", path)).text).map((one) => [one.external_id, one.id]));

test("an order's lines add up to what it comes to", () =>
  withPage("hos", {}, async (page) => {
    const ids = await idsOf("/orders.csv");
    // The rounded lines of 10605 and 10951 are a cent more than their sum.
    for (const order of northwind().filter((one) => ["10248", "10250", "10605", "10951"].includes(one.id))) {
      await page.goto(`/orders/${ids.get(order.id)}`);
      const table = page.getByRole("table", { name: text("records-order_line") });
      const last = (rows) => rows.evaluateAll((rows) => rows.map((row) => row.lastElementChild.innerText));
      const each = (await last(table.locator("tbody tr"))).flatMap(hundredths);
      const expected = grouped(toHundredths(order.net));
      assert.deepEqual(await last(table.locator("tfoot tr")), [expected], order.id);
      assert.equal(grouped(sum(each)), expected, order.id);
      assert.equal((await last(table.locator("thead tr")))[0], text("in-unit", { name: text("line-net"), unit: "USD" }));
    }
  }));

test("lines of many orders, on a product's page, are not added up, and it says how many it leaves out", () =>
  withPage("hos", {}, async (page) => {
    const count = sample("northwind", "order_details").filter((line) => line.ProductID === "59").length;
    assert.ok(count > 21, "there are more than a page shows");
    await page.goto(`/products/${(await idsOf("/products.csv")).get("59")}`);
    const lines = page.getByRole("region", { name: text("records-order_line"), exact: true });
    assert.equal(await lines.locator("tbody tr").count(), 20);
    assert.equal(await lines.locator("tfoot").count(), 0);
    assert.ok(!(await lines.locator("thead").innerText()).includes(text("line-net")));
    assert.match(await lines.innerText(), new RegExp(`\\b${count - 20} more, not shown here`));
  }));

test("a list of twenty leads to all of them", () =>
  withPage("hos", {}, async (page) => {
    const id = (await idsOf("/accounts.csv")).get("SAVEA");
    const count = sample("northwind", "orders").filter((order) => order.CustomerID === "SAVEA").length;
    assert.ok(count > 20, "there are more than a page shows");
    await page.goto(`/accounts/${id}`);
    const all = page.getByRole("region", { name: text("records-order"), exact: true }).getByRole("link", { name: text("all-rows", { count }) });
    assert.equal(await all.getAttribute("href"), `/orders?account=%23${id}`);
    await all.click();
    await page.getByText(text("rows-of", { first: 1, last: count, total: count })).waitFor();
  }));

test("who works for somebody is called so", () =>
  withPage("hos", {}, async (page) => {
    const id = (await idsOf("/people.csv")).get("2");
    await page.goto(`/people/${id}`);
    await page.getByRole("region", { name: text("related-person-manager") }).waitFor();
  }));

test("a salesperson writes a new lead, which is theirs and stands in the list", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto("/leads");
    const name = text("new-record", { record: text("record-lead") });
    await page.getByRole("link", { name }).click();
    await page.getByLabel(new RegExp(`^${text("field-name")}`)).fill("Malee of Siam Pumps");
    await page.getByLabel(new RegExp(`^${text("field-source")}`)).fill("fair");
    await page.getByRole("button", { name: text("save"), exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Malee of Siam Pumps" }).waitFor();
    await page.goto("/leads");
    await page.getByRole("rowheader", { name: "Malee of Siam Pumps" }).waitFor();
    const costs = await page.goto("/costs/new");
    assert.equal(costs.status(), 403, "what business costs is not hers to write");
  }));

test("beside a number stand its median and what was left out", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/kpi/sales_cycle_length?from=2026-01-01&to=2027-01-01");
    const what = page.getByRole("region", { name: text("what-this-is") });
    await what.getByText("Median 97.5").waitFor();
    await what.getByText("Left out 0").waitFor();
  }));
