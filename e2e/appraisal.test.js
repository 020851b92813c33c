// An appraisal from its launch to what the person reads: HR, employee, manager, peer; on a phone; in Thai and Japanese.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { complaints, csv, everyPage, get, withPage, words } from "./helpers.js";

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
const preview = async (page, name, period) => {
  await page.goto("/appraisals/cycles");
  await page.getByRole("textbox", { name: new RegExp(`^${text("cycle-name")}`) }).fill(name);
  await page.getByRole("textbox", { name: new RegExp(`^${text("period")}`) }).fill(period);
  await press(page, text("preview"));
};
// What somebody else wrote meanwhile is shown in a new preview, and launched from there.
const launch = async (page, name) => {
  const isSent = (answer) => answer.request().method() === "POST";
  for (let tries = 0; tries < 5; tries += 1) {
    const button = page.getByRole("button", { name: text("cycle-launch"), exact: true });
    const [answer] = await Promise.all([page.waitForResponse(isSent), button.click()]);
    if (answer.status() !== 409) break;
    await page.waitForLoadState();
  }
  await page.getByRole("heading", { name }).waitFor();
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
    await page.getByText(text("form-reads-peer", { count: 3 })).waitFor();
    await rate(page, 5);
    await saved(page);
    await press(page, text("form-hand-in"));
  });
});

test("HR launches, calibrates and releases a cycle; a rep reads, acknowledges and appeals", async () => {
  let address;
  await withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await preview(page, "Probation", "2026-Q3");
    const people = page.getByRole("region", { name: text("preview") });
    assert.ok((await people.getByRole("row").count()) > 20);
    assert.match(await people.innerText(), /Grace Pemberton/);
    await launch(page, "Probation");
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

test("who moved within the period is judged by both managers, and a deal put right after the freeze stands beside the score", async () => {
  const cell = (page, name) => page.getByRole("region", { name: text("preview") }).getByRole("row", { name }).innerText();
  let own;
  await withPage("acme-hr", {}, async (page) => {
    await page.goto("/people?q=Marcus");
    await page.getByRole("main").getByRole("link", { name: "Marcus Delgado" }).click();
    await page.getByRole("link", { name: text("place-change") }).click();
    // Away for a while, and back when the quarter is over.
    const oliver = "Oliver Branagh";
    const onanong = "อรอนงค์ แสงประเสริฐ";
    for (const [from, was, is] of [["2026-08-16", oliver, onanong], ["2026-10-01", onanong, oliver]]) {
      await page.getByLabel(text("place-from"), { exact: true }).fill(from);
      await press(page, text("place-show"));
      const manager = page.getByLabel(text("field-manager"), { exact: true });
      assert.equal(await manager.locator("option:checked").innerText(), was);
      await manager.selectOption({ label: is });
      await page.getByRole("button", { name: text("save"), exact: true }).first().click();
      await page.waitForURL(new RegExp(`from=${from}`));
      await page.getByRole("region", { name: text("place-steps") }).getByText(is).first().waitFor();
    }
    await preview(page, "After a move", "2026-Q3");
    assert.match(await cell(page, /Marcus Delgado/), /อรอนงค์ แสงประเสริฐ · Oliver Branagh/);
    await launch(page, "After a move");
  });
  // 46 of the 92 days are each manager's.
  await withPage("acme-aem", {}, async (page) => {
    await page.goto("/appraisals");
    const row = page.getByRole("row", { name: new RegExp(`Marcus Delgado.*${text("part-manager")}`) }).filter({ hasText: "After a move" });
    await row.getByRole("link").first().click();
    await page.getByText(text("part-days", { days: 46, all: 92 })).first().waitFor();
    await rate(page, 4);
    await saved(page);
    await press(page, text("form-hand-in"));
  });
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/appraisals");
    const row = page.getByRole("row", { name: /After a move/ }).filter({ hasText: text("appraisal-own") });
    await row.getByRole("link").first().click();
    own = page.url();
  });
  // ปวีณา won D0276 for 361,000.00 in July.
  const score = async () => {
    let kpis;
    await withPage("acme-ae", {}, async (page) => {
      await page.goto(own);
      kpis = await page.getByRole("region", { name: text("form-kpis") }).innerText();
    });
    return kpis;
  };
  const frozen = await score();
  assert.doesNotMatch(frozen, /Since the freeze/);
  const numbers = (shown) => shown.split("\n").filter((line) => line && !line.startsWith("Since the freeze"));
  await withPage("acme-hos", {}, async (page) => {
    const deal = csv((await get("acme-hos", "/deals.csv")).text).find((deal) => deal.external_id === "D0276");
    const input = page.getByLabel(new RegExp(`^${text("field-amount")}`));
    await page.goto(`/deals/${deal.id}/edit`);
    await input.fill("861000");
    await page.getByLabel(text("since"), { exact: true }).selectOption({ label: text("since-beginning") });
    await press(page, text("save"));
    const corrected = await score();
    assert.match(corrected, /Since the freeze .* went from .* to .*/);
    assert.deepEqual(numbers(corrected), numbers(frozen), "what was frozen stays");
    await page.getByRole("status").filter({ hasText: text("saved") }).getByRole("button", { name: text("undo") }).click();
    await page.getByRole("status").filter({ hasText: text("undone") }).waitFor();
  });
  assert.equal(await score(), frozen);
});

test("HR gives a cycle weights of its own, and what was typed stays when they do not make a whole", () =>
  withPage("acme-hr", {}, async (page) => {
    await page.goto("/appraisals/cycles");
    await page.locator("#name").fill("Weights of our own");
    await page.getByText(text("cycle-measure"), { exact: true }).click();
    const weight = (side) => page.locator(`[name="measure-weight-${side}"]`);
    assert.equal(await weight("peer").inputValue(), "20");
    await weight("peer").fill("35");
    await page.getByRole("button", { name: text("preview"), exact: true }).click();
    await page.getByText(text("cycle-error-weights")).waitFor();
    assert.equal(await weight("peer").inputValue(), "35");
    assert.equal(await page.locator("#name").inputValue(), "Weights of our own");
    await weight("manager").fill("35");
    await page.locator('[name="measure-least"]').fill("2");
    await page.getByRole("button", { name: text("preview"), exact: true }).click();
    await page.getByText(text("cycle-error-least")).waitFor();
    await page.locator('[name="measure-least"]').fill("4");
    await page.getByRole("button", { name: text("preview"), exact: true }).click();
    await page.locator("#preview").waitFor();
    assert.equal(await page.locator('[name="measure-least"]').inputValue(), "4");
  }));

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

// Files: in this file, as each launch and each file is written while nothing else is.
const choose = (page, name, buffer) =>
  page.locator("#attachments").getByLabel(text("attachment-file")).setInputFiles({ name, mimeType: "text/html", buffer });

test("a file is attached to what one writes, comes back as it was, and is taken out", () =>
  withPage("acme-esd", { width: 360, height: 800 }, async (page) => {
    const found = complaints(page);
    await page.goto("/appraisals");
    await page.getByRole("link", { name: text("appraisal-own"), exact: true }).first().click();
    const address = page.url();
    // What is typed and not yet saved is not lost by attaching.
    const comment = page.getByRole("textbox", { name: text("form-comment"), exact: true });
    await comment.fill("The plan of the year is attached");
    const content = Buffer.from("<script>document.title = 'run'</script> แผน 計画");
    await choose(page, "แผน 2026 計画.html", content);
    await press(page, text("attachment-add"));
    await page.waitForURL(`${address}#attachments`);
    assert.equal(await comment.inputValue(), "The plan of the year is attached");
    const link = page.locator("#attachments").getByRole("link", { name: "แผน 2026 計画.html" });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.equal(download.suggestedFilename(), "แผน 2026 計画.html");
    assert.deepEqual(readFileSync(await download.path()), content);
    const shown = await page.context().request.get(await link.getAttribute("href"));
    assert.equal(shown.headers()["content-type"], "application/octet-stream");
    assert.equal(shown.headers()["x-content-type-options"], "nosniff");
    assert.match(shown.headers()["content-disposition"], /^attachment/);
    await withPage("acme-ae", {}, async (other) => {
      assert.equal((await other.context().request.get(await link.getAttribute("href"))).status(), 404);
    });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
    await press(page, `${text("attachment-remove")}: แผน 2026 計画.html`);
    assert.equal(await link.count(), 0);
    assert.deepEqual(found, []);
    // The answer is a page, though most of what was sent was of no use.
    await choose(page, "large.bin", Buffer.alloc(11_000_000));
    await press(page, text("attachment-add"));
    await page.getByText(text("attachment-error-large")).waitFor();
    await page.goto(address);
    await press(page, text("attachment-add"));
    assert.equal(page.url(), address, "nothing is sent without a file");
  }));

test("a candidate's file is there for who is asked for a scorecard, who attaches none", async () => {
  const pages = await everyPage();
  const of = (name) => pages.find((page) => page.name === name).path;
  const interview = of("scorecard to be written");
  // Whoever runs the opening attaches it to the candidate that the interviewer is asked about.
  let candidate;
  await withPage("acme-hr", {}, async (page) => {
    const name = await withPage("acme-sdr", {}, async (own) => {
      await own.goto(interview);
      return own.getByRole("heading", { level: 1 }).innerText();
    });
    await page.goto("/recruiting");
    for (const opening of await page.locator('a[href^="/recruiting/openings/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
      await page.goto(opening);
      const link = page.getByRole("link", { name, exact: true });
      if (await link.count()) candidate = await link.first().getAttribute("href");
    }
    await page.goto(candidate);
    await choose(page, "cv.pdf", Buffer.from("%PDF-1.7"));
    await press(page, text("attachment-add"));
    await page.locator("#attachments").getByRole("link", { name: "cv.pdf" }).waitFor();
  });
  await withPage("acme-sdr", {}, async (page) => {
    await page.goto(interview);
    const link = page.locator("#attachments").getByRole("link", { name: "cv.pdf" });
    assert.equal((await page.context().request.get(await link.getAttribute("href"))).status(), 200);
    assert.equal(await page.locator("#attachments").getByRole("button").count(), 0);
  });
  await withPage("acme-hr", {}, async (page) => {
    await page.goto(candidate);
    await press(page, `${text("attachment-remove")}: cv.pdf`);
    assert.equal(await page.locator("#attachments").getByRole("link").count(), 0);
  });
});
