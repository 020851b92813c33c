// An appraisal from its launch to what the person reads: HR, employee, manager, peer; on a phone; in Thai and Japanese.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};
const open = async (page, name) => {
  await page.goto("/appraisals");
  await page.getByRole("link", { name, exact: true }).first().click();
  await page.waitForLoadState();
};
// Rates every competency.
const rate = async (page, level) => {
  for (const group of await page.getByRole("radiogroup").all()) await group.getByRole("radio").nth(level - 1).check();
};
const saved = (page) => page.locator("#saved").filter({ hasText: /\d\d:\d\d/ }).waitFor();

test("an employee's words survive a closed tab, and two windows do not overwrite each other", () =>
  withPage("acme-sdr", {}, async (page) => {
    const context = page.context();
    const found = complaints(page);
    await open(page, text("appraisal-own"));
    const address = page.url();
    await page.getByRole("textbox", { name: new RegExp(`^${text("form-example")}`) }).first().fill("Called every lead within the hour");
    await page.getByRole("radiogroup").first().getByRole("radio").nth(3).check();
    await saved(page);
    await page.close();
    const again = await context.newPage();
    await again.goto(address);
    const example = again.getByRole("textbox", { name: new RegExp(`^${text("form-example")}`) }).first();
    assert.equal(await example.inputValue(), "Called every lead within the hour");
    const other = await context.newPage();
    await other.goto(address);
    await again.getByRole("textbox", { name: text("form-comment"), exact: true }).fill("From the first window");
    await saved(again);
    await other.getByRole("textbox", { name: text("form-comment"), exact: true }).fill("From the second window");
    await other.getByText(text("form-saved-elsewhere")).waitFor();
    // What did not arrive is not lost: the page offers it.
    await other.reload();
    const comment = other.getByRole("textbox", { name: text("form-comment"), exact: true });
    assert.equal(await comment.inputValue(), "From the first window");
    await other.getByText(text("form-kept")).waitFor();
    await other.getByRole("button", { name: text("form-put-back") }).click();
    assert.equal(await comment.inputValue(), "From the second window");
    await saved(other);
    // What it says of the save before is no answer to this one.
    const isSaved = (answer) => answer.url().includes("/appraisals/parts/") && answer.ok();
    await Promise.all([other.waitForResponse(isSaved), comment.fill("From the first window")]);
    await other.close();
    await again.reload();
    assert.equal(await again.getByRole("textbox", { name: text("form-comment"), exact: true }).inputValue(), "From the first window");
    // Not before every competency has its level.
    await press(again, text("form-hand-in"));
    await again.getByText(text("form-error-unrated")).waitFor();
    await again.goto(address);
    await rate(again, 3);
    await saved(again);
    await press(again, text("form-hand-in"));
    assert.equal(await again.getByRole("button", { name: text("form-hand-in") }).count(), 0, "it is handed in");
    assert.deepEqual(found, []);
  }));

test("a manager rates on a phone, sees the grade follow, and gives another score with a reason alone", () =>
  withPage("acme-aem", { width: 360, height: 800 }, async (page) => {
    await page.goto("/appraisals");
    const row = page.getByRole("row", { name: new RegExp(`${text("part-manager")}.*${text("part-state-open")}`) }).first();
    await row.getByRole("link").click();
    await rate(page, 4);
    await saved(page);
    const kpis = page.getByRole("region", { name: text("form-kpis") });
    await kpis.getByText(text("form-override")).first().click();
    await kpis.getByRole("textbox", { name: new RegExp(`^${text("score")}`) }).first().fill("100");
    await page.getByText(text("form-error-reason")).waitFor();
    await kpis.getByRole("textbox", { name: new RegExp(`^${text("form-override-reason")}`) }).first().fill("Booked by a colleague");
    await saved(page);
    await page.reload();
    assert.match(await page.getByRole("region", { name: text("form-result") }).innerText(), /[A-E]/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
    await press(page, text("form-hand-in"));
    assert.equal(await page.getByRole("button", { name: text("form-hand-in") }).count(), 0);
  }));

test("a peer is named by the person, asked by the manager, and reads no number", async () => {
  let address;
  await withPage("acme-ae", {}, async (page) => {
    await open(page, text("appraisal-own"));
    address = page.url();
    await page.getByRole("combobox", { name: text("form-peer") }).selectOption({ label: "Grace Pemberton" });
    await press(page, text("form-name-peer"));
    await page.getByText(text("peer-nominated"), { exact: true }).waitFor();
  });
  await withPage("acme-sdr", {}, async (page) => {
    assert.equal((await page.goto(address)).status(), 404, "not asked yet");
  });
  await withPage("acme-aem", {}, async (page) => {
    await page.goto(address);
    await press(page, text("form-ask-peer"));
    await page.getByText(text("peer-asked"), { exact: true }).waitFor();
  });
  await withPage("acme-sdr", {}, async (page) => {
    assert.equal((await page.goto(address)).status(), 200);
    assert.equal(await page.getByRole("region", { name: text("form-kpis") }).count(), 0);
    await page.getByText(text("form-reads-peer")).waitFor();
    await rate(page, 5);
    await saved(page);
    await press(page, text("form-hand-in"));
  });
});

test("HR launches, calibrates and releases a cycle; a rep reads, acknowledges and appeals", async () => {
  let address;
  await withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/appraisals/cycles");
    await page.getByRole("textbox", { name: new RegExp(`^${text("cycle-name")}`) }).fill("Probation");
    await page.getByRole("textbox", { name: new RegExp(`^${text("period")}`) }).fill("2026-Q3");
    await press(page, text("preview"));
    const preview = page.getByRole("region", { name: text("preview") });
    assert.ok((await preview.getByRole("row").count()) > 20);
    assert.match(await preview.innerText(), /Grace Pemberton/);
    await press(page, text("cycle-launch"));
    await page.getByRole("heading", { name: "Probation" }).waitFor();
    await page.getByRole("link", { name: text("calibration"), exact: true }).click();
    // ปวีณา, the account executive of these tests.
    const row = page.getByRole("row", { name: /ปวีณา/ }).first();
    await row.getByLabel(new RegExp(`^${text("grade")}`)).selectOption("B");
    await row.getByLabel(new RegExp(`^${text("calibration-potential")}`)).selectOption("high");
    await row.getByLabel(new RegExp(`^${text("form-override-reason")}`)).fill("Kept the largest account");
    await row.getByRole("button", { name: text("save") }).click();
    await page.getByRole("region", { name: text("calibration-moves") }).getByText("Kept the largest account").waitFor();
    assert.match(await page.getByRole("region", { name: text("calibration-boxes") }).innerText(), /9\s+ปวีณา/);
    await page.getByRole("link", { name: text("cycle-progress"), exact: true }).click();
    await press(page, text("cycle-release"));
    await page.getByText(text("cycle-released"), { exact: true }).waitFor();
    assert.deepEqual(found, []);
  });
  await withPage("acme-ae", {}, async (page) => {
    assert.equal((await page.goto("/appraisals/cycles")).status(), 403);
    await page.goto("/appraisals");
    await page.getByRole("region", { name: text("appraisal-results") }).getByRole("link", { name: "Probation" }).click();
    await page.getByText(text("form-reads-mine")).waitFor();
    await page.getByText(text("form-grade", { grade: "B" })).waitFor();
    await press(page, text("appraisal-acknowledge"));
    await page.getByLabel(/^Why you do not agree/).fill("One review was not mine");
    await press(page, text("appeal-make"));
    address = page.url();
    assert.equal(await page.getByRole("button", { name: text("appeal-make") }).count(), 0, "once");
  });
  await withPage("acme-hr", {}, async (page) => {
    await page.goto(address);
    await page.getByText("One review was not mine").waitFor();
    await page.getByLabel(text("appeal-decision")).fill("The review was another person's");
    await page.getByLabel(text("appeal-grade"), { exact: true }).selectOption("A");
    await press(page, text("appeal-decide"));
    await page.getByText(text("form-grade", { grade: "A" })).waitFor();
  });
});

test("a goal is set by the person and assessed again by the manager", async () => {
  let address;
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/development");
    address = page.url();
    await page.getByLabel(text("competency"), { exact: true }).selectOption("negotiation");
    await page.getByLabel(text("development-kind"), { exact: true }).selectOption("coaching");
    await page.getByRole("textbox", { name: new RegExp(`^${text("development-action")}`) }).fill("Review three negotiations together");
    await press(page, text("development-set"));
    await page.getByText("Review three negotiations together").waitFor();
  });
  await withPage("acme-aem", {}, async (page) => {
    await page.goto(address);
    await page.getByText(text("development-close")).first().click();
    await page.getByLabel(new RegExp(`^${text("development-seen")}`)).selectOption("4");
    await page.getByRole("textbox", { name: new RegExp(`^${text("development-evidence")}`) }).fill("Held the price twice");
    await page.getByRole("group", { name: text("development-goals") }).getByRole("button", { name: text("save"), exact: true }).click();
    await page.getByText(text("development-reached", { level: "4" })).waitFor();
  });
});

test("a job description goes from HR to the chief executive to its holder", async () => {
  let address;
  await withPage("acme-hr", {}, async (page) => {
    await page.goto("/job-descriptions");
    await page.getByLabel(text("role-person")).selectOption({ label: "Daniel Okafor" });
    await page.getByLabel(text("role"), { exact: true }).selectOption("ae");
    await page.getByRole("textbox", { name: new RegExp(text("description-order")) }).fill("HR-2026/077");
    await press(page, text("description-issue"));
    address = page.url();
    assert.equal(await page.getByRole("button", { name: text("description-approve") }).count(), 0, "not by who issued it");
  });
  await withPage("acme-ceo", {}, async (page) => {
    await page.goto(address);
    await press(page, text("description-approve"));
  });
  await withPage("acme-se", {}, async (page) => {
    await page.goto(address);
    await press(page, text("description-acknowledge"));
    await page.getByText(text("description-acknowledged"), { exact: true }).first().waitFor();
  });
});

for (const language of ["th", "ja"]) {
  test(`roles, library and a form read whole in ${language}`, () =>
    withPage("acme-kam", { lang: language }, async (page) => {
      const found = complaints(page);
      await page.goto("/roles/kam");
      const main = await page.getByRole("main").innerText();
      assert.match(main, language === "th" ? /ตารางการเยี่ยม/ : /訪問/);
      await page.goto("/competencies/negotiation");
      assert.doesNotMatch(await page.getByRole("main").innerText(), /Follows a script/);
      await page.goto("/appraisals");
      await page.getByRole("link", { name: words(language, "appraisal-own"), exact: true }).first().click();
      await page.getByText(words(language, "form-kpis"), { exact: true }).first().waitFor();
      assert.deepEqual(found, []);
    }));
}
