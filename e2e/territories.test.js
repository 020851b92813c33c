// From rules to a committed change: what is open opens into its accounts, a plan is committed from a day on, and who may see what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, csv, get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
/** Later than any day on which these tests run. */
const FROM = "2031-01-01";

const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};

test("what the rules leave open opens into its accounts, and a rule more takes them from its day on", async () => {
  await withPage("acme-hos", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/territories");
    const tree = page.getByRole("table", { name: text("territories-tree") });
    assert.ok((await tree.getByRole("img").count()) >= 16, "each territory in use has its bar");
    const open = page.getByRole("table", { name: text("territories-open") });
    const row = open.getByRole("row").filter({ hasText: text("territories-state-unruled") });
    const count = Number.parseInt(await row.getByRole("link").innerText(), 10);
    await row.getByRole("link").click();
    const accounts = page.getByRole("table", { name: text("territories-title-unruled") });
    assert.equal(await accounts.getByRole("row").count(), count + 1);
    assert.match(await accounts.innerText(), /Chubu/);
    // A rule without a condition would take everybody: it comes back with what was typed.
    await page.goto("/territories/rules");
    const form = page.locator("form[action='/territories/rules/new']");
    await form.getByLabel(text("territories-rank")).fill("90");
    await form.getByLabel(text("record-territory"), { exact: true }).selectOption({ label: "Chubu" });
    await form.getByLabel(new RegExp(text("holds-from"))).fill(FROM);
    await form.getByLabel(new RegExp(text("field-reason"))).fill("Chubu is worked again");
    await press(page, text("territories-rule-add"));
    await page.getByText(text("territories-error-empty")).waitFor();
    found.length = 0; // the answer 400 is one
    await form.getByLabel(text("field-region"), { exact: true }).fill("Chubu");
    await press(page, text("territories-rule-add"));
    await page.getByText("Chubu is worked again").waitFor();
    await page.goto(`/territories?as_of=${FROM}`);
    assert.equal(await row.count(), 0, "from that day on a rule takes them");
    await page.goto("/territories");
    assert.equal(await row.count(), 1, "and not before");
    assert.deepEqual(found, []);
  });
});

test("a proposal is committed from a day on with its hand-over list", async () => {
  await withPage("acme-hos", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/territories/proposal");
    await page.getByLabel(text("territories-within")).selectOption({ label: "Japan" });
    await page.getByLabel(text("territories-from")).fill(FROM);
    await page.getByLabel(text("territories-tolerance")).fill("5");
    await page.getByLabel(text("territories-stability"), { exact: true }).fill("0.1");
    await press(page, text("territories-propose"));
    const list = page.getByRole("table", { name: text("territories-handover") });
    const rows = (await list.getByRole("row").count()) - 1;
    assert.ok(rows > 0, "something moves");
    const address = await page.getByRole("link", { name: text("territories-handover-csv") }).getAttribute("href");
    const file = csv((await get("acme-hos", address)).text);
    assert.equal(new Set(file.map((row) => row.account_id)).size, rows);
    // Whatever others write meanwhile makes the plan old; it is made anew.
    const proposal = page.url();
    for (let tries = 0; tries < 8 && !/changes\/\d+$/.test(page.url()); tries += 1) {
      await page.goto(proposal);
      await page.getByLabel(new RegExp(text("field-reason"))).fill("Even from the new year on");
      await press(page, text("territories-commit-do"));
    }
    found.length = 0; // a refusal is one
    assert.match(new URL(page.url()).pathname, /^\/territories\/changes\/\d+$/);
    await page.getByText("Even from the new year on").waitFor();
    assert.equal((await list.getByRole("row").count()) - 1, rows);
    assert.deepEqual(found, []);
  });
});

test("a salesperson sees the tree and the numbers of their own territory alone", async () => {
  const seen = await get("acme-ae", "/territories");
  assert.match(seen.text, /Tokyo Centre/);
  assert.ok(seen.text.includes(text("null-withheld")), "others' numbers are withheld");
  for (const path of ["rules", "plan", "proposal", "changes", "accounts?state=unruled", "rules.csv"]) {
    assert.equal((await get("acme-ae", `/territories/${path}`)).status, 403, path);
  }
});
