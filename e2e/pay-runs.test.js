// A pay run from calculation to payment by three people, and a payee who recomputes the statement.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { complaints, csv, get, hundredths, millionths, pdfText, sum, toHundredths, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const RUN = "/pay/runs/2026-10";

const click = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};

test("one looks through a run, another approves it, and neither does both", async () => {
  await withPage("acme-hos", {}, async (page) => {
    const found = complaints(page);
    await page.goto(RUN);
    const waive = page.getByRole("button", { name: text("pay-waive"), exact: true });
    while ((await waive.count()) > 0) {
      const count = await waive.count();
      await page.getByPlaceholder(text("field-reason")).first().fill("Not on a plan");
      await waive.first().click();
      await page.waitForLoadState();
      assert.ok((await waive.count()) < count, "each is let pass once");
    }
    await click(page, text("pay-review"));
    await click(page, text("pay-approve"));
    await page.getByText(text("pay-error-own-review")).waitFor();
    assert.deepEqual(found, []);
  });
  await withPage("acme-ceo", {}, async (page) => {
    await page.goto(RUN);
    await click(page, text("pay-approve"));
    await page.getByRole("button", { name: text("pay-pay"), exact: true }).waitFor();
    assert.equal(await page.getByRole("button", { name: text("pay-calculate-again") }).count(), 0, "it is locked");
    await click(page, text("pay-pay"));
    assert.match(await page.getByRole("main").innerText(), new RegExp(text("choice-state-paid")));
  });
});

test("a payee reads why, asks what the next deal earns, and recomputes the statement without a database", () =>
  withPage("acme-ae", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    assert.equal(await page.getByRole("heading", { name: text("pay-runs") }).count(), 0, "runs are not hers to see");
    const rows = page.getByRole("region", { name: text("pay-own-statements") }).getByRole("row");
    assert.ok((await rows.count()) > 8);
    await page.getByRole("link", { name: "Apr 2026" }).click();
    const deals = page.getByRole("table", { name: "new-business", exact: true });
    assert.match(await deals.innerText(), /Commission: /);
    await page.getByLabel(/^Amount/).fill("1,000,000");
    await page.getByLabel(text("field-deal_type")).fill("new");
    await click(page, text("pay-next-ask"));
    assert.match(await page.getByRole("status").innerText(), /THB\s?\d/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: text("pay-download") }).click(),
    ]);
    const path = await download.path();
    const total = await page.locator(".score .big").innerText();
    const answer = JSON.parse(execFileSync(process.env.CLINCH_BIN, ["pay", "recompute", path, "--format", "json"]));
    assert.equal(answer.payees.length, 1);
    assert.equal(total.replace(/[^\d.]/g, ""), answer.payees[0].total);
    const changed = join(mkdtempSync(join(tmpdir(), "clinch-")), "changed.json");
    writeFileSync(changed, readFileSync(path, "utf8").replace(/\d(?=[\d.]*,THB)/, (digit) => (digit === "9" ? "8" : "9")));
    assert.throws(
      () => execFileSync(process.env.CLINCH_BIN, ["pay", "recompute", changed], { stdio: "pipe" }),
      /another statement/,
    );
    assert.deepEqual(found, []);
  }));

test("pay is not seen by those who see everything else", async () => {
  for (const who of ["acme-hr", "acme-aem", "acme-ae", "acme-admin"]) {
    assert.equal((await get(who, RUN)).status, 403, who);
  }
  const own = /\/pay\/statements\/\d+/.exec((await get("acme-ae", "/pay")).text)[0];
  for (const who of ["acme-hr", "acme-aem", "acme-admin"]) assert.equal((await get(who, own)).status, 404, who);
});

test("a plan with a mistake is told with its place and kept as typed", () =>
  withPage("acme-ceo", {}, async (page) => {
    await page.goto("/pay/plans?from=sdr");
    const area = page.getByLabel(text("pay-plan-file"));
    const plan = await area.inputValue();
    await area.fill(plan.replace('currency = "THB"', "currency = 7"));
    await click(page, text("save"));
    assert.match(await page.getByRole("main").innerText(), /line \d+, character \d+/);
    assert.match(await area.inputValue(), /currency = 7/);
  }));

test("a candidate plan is replayed on what was sold, and nothing of it is kept", () =>
  withPage("acme-ceo", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    await page.getByRole("link", { name: "Field sales" }).click();
    const area = page.getByLabel(text("pay-plan-file"));
    const plan = await area.inputValue();
    await area.fill(plan.replace("8%", "10%"));
    await page.getByLabel(text("pay-replay-from")).fill("2026-01");
    await page.getByLabel(text("pay-replay-to")).fill("2026-09");
    await click(page, text("pay-replay-ask"));
    const table = page.getByRole("table", { name: text("pay-replay") });
    const rows = table.getByRole("row");
    assert.ok((await rows.count()) > 10);
    const best = (await rows.nth(1).innerText()).split("\t");
    const [now, then, change] = best.slice(1, 4).map((cell) => hundredths(cell)[0]);
    assert.ok(then > now && change === then - now, best.join(" | "));
    await page.goto("/pay");
    await page.getByRole("link", { name: "Field sales" }).click();
    assert.equal(await area.inputValue(), plan);
    assert.deepEqual(found, []);
  }));

test("payroll gets a file whose control total is the run's", async () => {
  const { text: file } = await get("acme-ceo", "/pay/runs/2026-09/payroll.csv");
  const rows = csv(file);
  const total = rows.pop();
  assert.equal(total.employee, "control total");
  assert.equal(sum(rows.map((row) => toHundredths(millionths(row.amount)))), toHundredths(millionths(total.amount)));
  assert.equal((await get("acme-ae", "/pay/runs/2026-09/payroll.csv")).status, 403);
  assert.equal((await get("acme-ceo", "/pay/runs/2026-09/payroll.xlsx")).status, 200);
});

test("a payee questions a line, and somebody else answers; the statement stays", async () => {
  const own = /\/pay\/statements\/\d+/.exec((await get("acme-ae", "/pay")).text)[0];
  const before = JSON.parse((await get("acme-ae", `${own}/file`)).text).sha256;
  await withPage("acme-ae", { width: 360, height: 740 }, async (page) => {
    const found = complaints(page);
    await page.goto(own);
    const form = page.locator(`form[action="${own}/disputes"]`);
    await form.locator("[name=claim]").fill("The split was half, not a third");
    await click(page, text("dispute-send"));
    assert.ok(await page.locator("#disputes").getByText("The split was half").isVisible());
    assert.equal(await page.getByRole("button", { name: text("dispute-grant") }).count(), 0, "hers to ask, not to grant");
    assert.deepEqual(found, []);
  });
  await withPage("acme-ceo", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    await page.locator("#disputes").getByRole("link").first().click();
    await page.waitForLoadState();
    const form = page.locator("form").filter({ has: page.locator('input[name=step][value="grant"]') });
    await form.locator("[name=granted]").fill("1,500.00");
    await form.locator("[name=answer]").fill("The mail is right");
    await click(page, text("dispute-grant"));
    assert.match(await page.locator("#disputes").innerText(), /1,500\.00/);
    assert.deepEqual(found, []);
  });
  const seen = (await get("acme-ae", own)).text;
  assert.match(seen, /The mail is right/);
  assert.equal(JSON.parse((await get("acme-ae", `${own}/file`)).text).sha256, before);
  assert.doesNotMatch((await get("acme-aem", "/pay")).text, /The split was half/);
});

test("a payee reads what the plan says and signs it; the letter is a PDF in three languages", () =>
  withPage("acme-ae", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    await page.getByRole("region", { name: text("letters") }).getByRole("link").first().click();
    await page.getByText("added up quarter by quarter").waitFor();
    const before = new Date();
    await click(page, text("letter-sign"));
    await page.getByText(text("letter-signed"), { exact: true }).waitFor();
    assert.equal(await page.getByRole("button", { name: text("letter-sign") }).count(), 0, "once");
    const address = new URL(page.url()).pathname;
    const hash = (await page.locator("#signature pre").innerText()).match(/[0-9a-f]{16}/)[0];
    for (const [language, sentence] of [
      ["en", "added up quarter by quarter"],
      ["th", "รายไตรมาส"],
      ["ja", "四半期ごとに"],
    ]) {
      const printed = await pdfText(await page.request.get(`${address}/pdf/${language}`));
      assert.ok(printed.replace(/\s/g, "").includes(sentence.replace(/\s/g, "")), `${language}: ${printed}`);
      assert.ok(printed.includes(hash), "what is signed is named by its hash");
    }
    assert.match(await pdfText(await page.request.get(`${address}/pdf/en`)), new RegExp(`${before.getUTCFullYear()}`));
    assert.equal((await page.request.get(`${address}/pdf/xx`)).status(), 404);
    assert.deepEqual(found, []);
  }));

test("a statement as PDF has the page's lines and total", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto("/pay");
    await page.getByRole("link", { name: "Apr 2026" }).click();
    const total = (await page.locator(".score .big").innerText()).replace(/[^\d.,]/g, "");
    const reasons = await page.locator("[id^=lines-] tbody tr td:nth-of-type(1)").allInnerTexts();
    assert.ok(reasons.length > 0);
    const printed = await pdfText(await page.request.get(`${new URL(page.url()).pathname}/pdf/en`));
    assert.ok(printed.includes(total), total);
    const plain = printed.replace(/\s/g, "");
    for (const reason of reasons) assert.ok(plain.includes(reason.replace(/\s/g, "")), reason);
  }));

test("a plan is published from its replay, with what that showed", () =>
  withPage("acme-ceo", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/pay");
    await page.getByRole("link", { name: "Field sales" }).click();
    const plan = await page.getByLabel(text("pay-plan-file")).inputValue();
    await page.goto("/pay/plans");
    const next = [["8%", "9%"], ["2025-01-01", "2026-12-01"], ['"2025"', '"2027"'], ['"Field sales"', '"Growth"']];
    await page.getByLabel(text("pay-plan-file")).fill(next.reduce((file, [from, to]) => file.replace(from, to), plan));
    await page.getByLabel(text("pay-replay-from")).fill("2026-07");
    await page.getByLabel(text("pay-replay-to")).fill("2026-10");
    await click(page, text("pay-replay-ask"));
    const counts = page.locator("#distribution tbody tr");
    await page.locator("#distribution").getByRole("button", { name: text("table") }).click();
    const people = sum((await counts.allInnerTexts()).map((row) => BigInt(row.split("\t").at(-1))));
    const rows = await page.getByRole("table", { name: text("pay-replay") }).locator("tbody tr").count();
    assert.equal(people, BigInt(rows), "everybody is somewhere");
    await click(page, text("pay-replay-publish"));
    await page.getByRole("link", { name: "Growth" }).click();
    assert.match(await page.getByRole("main").innerText(), /Published from a replay of 2026-07 to 2026-10/);
    assert.deepEqual(found, []);
  }));
