// Acme's deals: whom they belong to, where they stand, how they are changed, corrected and put back.
// Each test that changes a deal has one of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, daysAgo, get, grouped, hundredths, opened, readable, sample, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const acme = (name) => sample("acme", name);

const everyDeal = csv((await get("acme-hos", "/deals.csv")).text);
const idOf = (number) => everyDeal.find((deal) => deal.external_id === number).id;
const pathOf = (number) => `/deals/${idOf(number)}`;

/** The numbers of the deals that are a person's today. */
function dealsOf(person) {
  const owners = new Map(acme("deals").map((deal) => [deal.id, deal.owner]));
  for (const { deal, owner } of acme("owner_history")) owners.set(deal, owner);
  return [...owners].filter(([, owner]) => owner === person).map(([number]) => number);
}

const input = (page, field) => page.getByLabel(new RegExp(`^${text(`field-${field}`)}`));
const deal = (page) => page.getByRole("region", { name: text("record-deal"), exact: true });
const said = (page, key) => page.getByRole("status").filter({ hasText: text(key) });
const stageNow = (page) => page.locator('[aria-current="step"]');

/** Sends the form, waits for the page that comes, and gives the status of the answer. */
async function save(page) {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: text("save"), exact: true }).click();
  await loaded;
  return (await answered).status();
}

async function undo(page) {
  await said(page, "saved").getByRole("button", { name: text("undo") }).click();
  await said(page, "undone").waitFor();
}

/** Presses Tab until the keyboard stands at what has this name. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => (document.activeElement.labels?.[0] ?? document.activeElement).innerText);
    if (at.trim().startsWith(name)) return;
  }
  assert.fail(`the keyboard does not reach ${name}`);
}

test("a salesperson's list of deals holds all that are hers today and none of the others'", () =>
  withPage("acme-ae", {}, async (page) => {
    const own = dealsOf("P09");
    assert.ok(own.includes("D0294") && !own.includes("D0132"), "one was handed to her, and one from her");
    const names = acme("deals").filter((deal) => own.includes(deal.id)).map((deal) => deal.name);
    await page.goto("/deals");
    const listed = await page.getByRole("table", { name: text("records-deal") }).getByRole("rowheader").allInnerTexts();
    assert.deepEqual(listed.map((name) => name.trim()).sort(), names.sort());
    const file = csv((await get("acme-ae", "/deals.csv")).text);
    assert.deepEqual(file.map((deal) => deal.external_id).sort(), own.sort());
  }));

test("another team's deal by its id in the address is not found", async () => {
  for (const who of ["acme-ae", "acme-sdr"]) {
    for (const path of [pathOf("D0428"), `${pathOf("D0428")}/edit`]) {
      const answer = await get(who, path);
      assert.equal(answer.status, 404, `${who} ${path}`);
      assert.ok(!answer.text.includes("Ratchapruek"), "and its name is not told");
    }
  }
});

for (const [number, what] of [["D0050", "won"], ["D0197", "lost"], ["D0405", "an open renewal"]]) {
  test(`a deal's page shows the stages of its pipeline and where it stands: ${what}`, () =>
    withPage("acme-hos", {}, async (page) => {
      const moves = acme("stage_history").filter((move) => move.deal === number);
      const stages = acme("stages");
      const now = stages.find((stage) => stage.id === moves.at(-1).stage);
      // Where it ends: what it came to, or won while that can still be.
      const end = now.kind === "open" ? "won" : now.kind;
      const leads = (stage) => stage.pipeline === now.pipeline && ["open", end].includes(stage.kind);
      const names = stages.filter(leads).map((stage) => stage.name);
      await page.goto(pathOf(number));
      const way = page.getByRole("list", { name: text("field-stage") }).getByRole("listitem");
      assert.deepEqual(await way.allInnerTexts(), names);
      assert.deepEqual(await stageNow(page).allInnerTexts(), [now.name]);
    }));
}

test("a deal's history tells every move with its own day, the newest first", () =>
  withPage("acme-hos", {}, async (page) => {
    const names = new Map(acme("stages").map((stage) => [stage.id, stage.name]));
    const moves = acme("stage_history").filter((move) => move.deal === "D0050");
    assert.ok(moves.length > 4, "it was lost, opened again and won");
    await page.goto(pathOf("D0050"));
    const events = page.getByRole("region", { name: text("history") }).getByRole("listitem");
    const told = await events.filter({ hasText: text("field-stage") }).allInnerTexts();
    assert.equal(told.length, moves.length);
    for (const [place, move] of moves.reverse().entries()) {
      for (const expected of [readable(move.changed_on), names.get(move.stage)]) {
        assert.ok(told[place].includes(expected), `${told[place]} tells ${expected}`);
      }
    }
    const opened = acme("deals").find((deal) => deal.id === "D0050").opened_on;
    assert.ok((await events.last().innerText()).includes(readable(opened)));
  }));

test("an amount is changed now, and the change taken back", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto(pathOf("D0346"));
    assert.match(await deal(page).innerText(), /306,500/);
    await page.getByRole("link", { name: text("edit"), exact: true }).click();
    await input(page, "amount").fill("320,750.50");
    assert.equal(await save(page), 303);
    await said(page, "saved").waitFor();
    assert.match(await deal(page).innerText(), /320,750\.50/);
    await undo(page);
    assert.match(await deal(page).innerText(), /306,500/);
  }));

test("nothing changed is nothing written", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto(pathOf("D0355"));
    const history = page.getByRole("region", { name: text("history") }).getByRole("listitem");
    const before = await history.count();
    await page.getByRole("link", { name: text("edit"), exact: true }).click();
    assert.equal(await save(page), 303);
    assert.equal(await history.count(), before);
    assert.equal(await said(page, "saved").count(), 0);
  }));

test("a deal that moved on an earlier day stands at its new stage, and its history has that day", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto(`${pathOf("D0428")}/edit`);
    await input(page, "stage").selectOption({ label: "Qualification" });
    await page.getByLabel(text("since"), { exact: true }).selectOption({ label: text("since-day") });
    await page.getByLabel(new RegExp(`^${text("since-day-field")}`)).fill("2026-11-18");
    assert.equal(await save(page), 303);
    assert.equal(await stageNow(page).innerText(), "Qualification");
    const newest = page.getByRole("region", { name: text("history") }).getByRole("listitem").first();
    assert.match(await newest.innerText(), /18 Nov 2026[^]*Margaret Ellison[^]*Qualification/);
    await undo(page);
    assert.equal(await stageNow(page).innerText(), "Prospecting");
  }));

/** Revenue of April 2026 and of its salesperson: D0188 was won in it with 630,625.50. */
const april = (by, entity = "") => `/kpi/revenue?by=${by}&entity=${entity}&from=2026-04-01&to=2026-05-01`;
const [known] = acme("expected/values")
  .filter((row) => row.kpi === "revenue" && row.by === "company" && row.period === "2026-04" && row.late === "1")
  .map((row) => hundredths(row.value)[0]);

test("a won deal's amount, put right since it began to be wrong, moves the month's revenue as known now, not as known before", () =>
  withPage("acme-hos", {}, async (page) => {
    const before = grouped(known);
    const after = grouped(known - 63_062_550n + 70_000_000n);
    await opened(page, april("company"), before);

    await page.goto(`${pathOf("D0188")}/edit`);
    await input(page, "amount").fill("700000");
    await page.getByLabel(text("since"), { exact: true }).selectOption({ label: text("since-beginning") });
    assert.equal(await save(page), 303);
    const corrected = page.url();

    await opened(page, april("company"), after);
    await opened(page, april("rep", "P09"), "700,000.00");
    await page.goto("/scorecard?year=2026");
    const month = page.getByRole("main").locator('a[href*="by=company"][href*="from=2026-04-01"][href*="to=2026-05-01"]');
    assert.equal(await month.last().innerText(), after.slice(0, -3));
    for (const path of [`${april("company")}&known_at=${daysAgo(1)}`, `/scorecard?year=2026&known_at=${daysAgo(1)}`]) {
      await page.goto(path);
      assert.match(await said(page, "back-to-now").innerText(), new RegExp(readable(daysAgo(1))));
      const shown = await page.getByRole("main").innerText();
      assert.ok(!shown.includes(after.slice(0, -3)), `${path} does not know it`);
    }

    await page.goto(corrected);
    await undo(page);
    await opened(page, april("company"), before);
  }));

test("two people at one amount: the later is told who and what, keeps the typed value, and saving again puts it on top", () =>
  withPage("acme-hos", {}, (head) =>
    withPage("acme-aem", {}, async (manager) => {
      for (const page of [head, manager]) await page.goto(`${pathOf("D0372")}/edit`);
      await input(head, "amount").fill("430000");
      assert.equal(await save(head), 303);

      await input(manager, "amount").fill("440000");
      await input(manager, "competitor").fill("Nobody");
      assert.equal(await save(manager), 409);
      const message = text("changed-meanwhile", { name: "Margaret Ellison", fields: text("field-amount") });
      await manager.getByRole("main").getByText(message).waitFor();
      assert.equal(await input(manager, "amount").inputValue(), "440000");
      assert.equal(await input(manager, "competitor").inputValue(), "Nobody");
      await head.goto(pathOf("D0372"));
      assert.match(await deal(head).innerText(), /430,000/);

      assert.equal(await save(manager), 303);
      await said(manager, "saved").waitFor();
      assert.match(await deal(manager).innerText(), /440,000[^]*Nobody/);
      await undo(manager);
      assert.match(await deal(manager).innerText(), /430,000/);
    }),
  ));

for (const [field, typed, key] of [
  ["amount", "much", "error-not-a-number"],
  ["name", "", "error-required"],
]) {
  test(`a wrong ${field}, "${typed}", comes back marked, with all that was typed, and nothing is written`, () =>
    withPage("acme-aem", {}, async (page) => {
      await page.goto(`${pathOf("D0379")}/edit`);
      await input(page, "next_step").fill("Wait for the committee");
      await input(page, field).fill(typed);
      assert.equal(await save(page), 422);
      await page.getByRole("alert").waitFor();
      const wrong = page.locator('[aria-invalid="true"]');
      assert.deepEqual(await wrong.evaluateAll((all) => all.map((one) => one.name)), [field]);
      assert.equal(await wrong.inputValue(), typed);
      const why = await wrong.evaluate((one) => document.getElementById(one.getAttribute("aria-describedby")).innerText);
      assert.equal(why, text(key));
      assert.equal(await input(page, "next_step").inputValue(), "Wait for the committee");
      await page.goto(pathOf("D0379"));
      assert.match(await deal(page).innerText(), /Krung Tawan Engineering up-sell 2026-09[^]*77,500[^]*THB[^]*Arrange a site visit/);
    }));
}

test("a day to change from is asked for where it is missing", () =>
  withPage("acme-aem", {}, async (page) => {
    await page.goto(`${pathOf("D0379")}/edit`);
    await input(page, "amount").fill("78000");
    await page.getByLabel(text("since"), { exact: true }).selectOption({ label: text("since-day") });
    assert.equal(await save(page), 422);
    await page.getByText(text("error-day-needed")).waitFor();
    assert.equal(await input(page, "amount").inputValue(), "78000");
  }));

for (const javaScriptEnabled of [true, false]) {
  test(`the day is asked for where a day is chosen, ${javaScriptEnabled ? "with" : "without"} script`, () =>
    withPage("acme-aem", { javaScriptEnabled }, async (page) => {
      await page.goto(`${pathOf("D0379")}/edit`);
      const when = page.getByLabel(text("since"), { exact: true });
      const day = page.getByLabel(new RegExp(`^${text("since-day-field")}`));
      assert.equal(await day.isVisible(), false);
      await when.selectOption({ label: text("since-day") });
      assert.ok(await day.isVisible());
      await day.fill("2026-11-18");
      await when.selectOption({ label: text("since-now") });
      assert.ok(await day.isVisible(), "a day that is named counts, so it shows");
      await when.selectOption({ label: text("since-beginning") });
      assert.equal(await day.isVisible(), false, "none counts from the beginning");
    }));
}

test("only what is needed is marked", () =>
  withPage("acme-aem", {}, async (page) => {
    await page.goto(`${pathOf("D0379")}/edit`);
    const marked = page.getByRole("main").locator("label").filter({ hasText: text("is-required"), visible: true });
    const names = ["name", "stage", "owner"].map((field) => `${text(`field-${field}`)} ${text("is-required")}`);
    assert.deepEqual(await marked.allInnerTexts(), names);
  }));

test("a probability is read and typed in percent, and is a part of one in a file", () =>
  withPage("acme-hos", {}, async (page) => {
    const edit = `${pathOf("D0346")}/edit`;
    await page.goto(edit);
    await input(page, "probability").fill("160");
    assert.equal(await save(page), 422);
    await page.getByText(text("error-not-a-percentage")).waitFor();
    await input(page, "probability").fill("62.5%");
    assert.equal(await save(page), 303);
    assert.match(await deal(page).innerText(), /62\.5%/);
    const [told] = csv((await get("acme-hos", "/deals.csv")).text).filter((one) => one.external_id === "D0346");
    assert.equal(told.probability, "0.625");
    await undo(page);
    await page.goto(edit);
    assert.equal(await input(page, "probability").inputValue(), "");
  }));

test("a deal is lost for a reason, and its history tells from where to where it moved", () =>
  withPage("acme-hos", {}, async (page) => {
    const names = new Map(acme("stages").map((stage) => [stage.id, stage.name]));
    const last = acme("stage_history").filter((move) => move.deal === "D0346").at(-1).stage;
    await page.goto(`${pathOf("D0346")}/edit`);
    await input(page, "stage").selectOption({ label: names.get("NL") });
    assert.equal(await save(page), 422);
    await page.getByText(text("error-needed-at-stage")).waitFor();
    assert.equal(await page.locator('[aria-invalid="true"]').getAttribute("name"), "lost_reason");
    await input(page, "lost_reason").fill("Price");
    assert.equal(await save(page), 303);
    const newest = page.getByRole("region", { name: text("history") }).getByRole("listitem").first();
    assert.match(await newest.innerText(), /\d\d:\d\d/);
    assert.ok((await newest.innerText()).replace(/\s+/g, " ").includes(`${names.get(last)} → ${names.get("NL")}`));
    await undo(page);
  }));

test("of the stages before, those count as done that the deal was in", () =>
  withPage("acme-hos", {}, async (page) => {
    const stages = acme("stages");
    const of = (id) => stages.find((stage) => stage.id === id);
    const before = (number, first) =>
      [first, ...acme("stage_history").filter((move) => move.deal === number).map((move) => move.stage)].map(of);
    // Of a deal that skipped a stage, and that nothing else here moves.
    const [skipped, had] = acme("deals")
      .map((one) => [one.id, before(one.id, one.stage)])
      .find(([, had]) => {
        const now = had.at(-1);
        const behind = stages.filter((stage) => stage.pipeline === now.pipeline && +stage.position < +now.position);
        return now.kind !== "lost" && behind.some((stage) => !had.includes(stage));
      });
    const now = had.at(-1);
    const done = stages.filter((stage) => had.includes(stage) && +stage.position < +now.position && stage.kind === "open");
    await page.goto(pathOf(skipped));
    assert.deepEqual(await page.locator(".path > .done").allInnerTexts(), done.map((stage) => stage.name));
  }));

test("human resources look at deals and change none", () =>
  withPage("acme-hr", {}, async (page) => {
    const path = pathOf("D0346");
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.getByRole("link", { name: text("edit"), exact: true }).count(), 0);
    assert.equal(await page.getByRole("button", { name: text("undo") }).count(), 0);
    assert.equal((await get("acme-hr", `${path}/edit`)).status, 403);
    const sent = await page.evaluate(async (address) => {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ amount: "1" }) });
      return answer.status;
    }, `${path}/edit`);
    assert.equal(sent, 403);
  }));

test("without script a salesperson changes her deal and takes the change back", () =>
  withPage("acme-ae", { javaScriptEnabled: false }, async (page) => {
    await page.goto(pathOf("D0392"));
    await page.getByRole("link", { name: text("edit"), exact: true }).click();
    await input(page, "amount").fill("much");
    assert.equal(await save(page), 422);
    await input(page, "amount").fill("1300000");
    assert.equal(await save(page), 303);
    assert.match(await deal(page).innerText(), /1,300,000/);
    await undo(page);
    assert.match(await deal(page).innerText(), /1,299,525\.50/);
  }));

test("with the keyboard alone a salesperson changes her deal and takes the change back", () =>
  withPage("acme-ae", {}, async (page) => {
    await page.goto(pathOf("D0157"));
    await tabTo(page, text("edit"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/edit$/);
    await tabTo(page, text("field-competitor"));
    await page.keyboard.type("Somebody");
    await tabTo(page, text("save"));
    await page.keyboard.press("Enter");
    await said(page, "saved").waitFor();
    assert.match(await deal(page).innerText(), /Somebody/);
    await tabTo(page, text("undo"));
    await page.keyboard.press("Enter");
    await said(page, "undone").waitFor();
    assert.ok(!(await deal(page).innerText()).includes("Somebody"));
  }));

test("where another changed a field both values are told, and theirs can stay", () =>
  withPage("acme-hos", {}, (head) =>
    withPage("acme-aem", { javaScriptEnabled: false }, async (manager) => {
      for (const page of [head, manager]) await page.goto(`${pathOf("D0379")}/edit`);
      await input(head, "amount").fill("430000");
      assert.equal(await save(head), 303);

      await input(manager, "amount").fill("440000");
      await input(manager, "competitor").fill("Somebody");
      assert.equal(await save(manager), 409);
      await manager.getByText(text("clash", { now: "430,000", yours: "440,000" })).waitFor();
      await manager.getByLabel(text("keep-theirs", { field: text("field-amount") })).check();
      assert.equal(await save(manager), 303);
      assert.match(await deal(manager).innerText(), /430,000[^]*Somebody/);
      await undo(manager);
      await head.goto(head.url());
      await undo(head);
    }),
  ));

test("a day that moving a deal empties is no clash of whoever left it alone, and does not come back", () =>
  withPage("acme-hos", {}, (head) =>
    withPage("acme-aem", {}, async (manager) => {
      const closedOn = async (day) => {
        await head.goto(`${pathOf("D0392")}/edit`);
        await input(head, "closed_on").fill(day);
        assert.equal(await save(head), 303);
        return head.url();
      };
      const first = await closedOn("2026-11-20");
      await manager.goto(`${pathOf("D0392")}/edit`);
      const second = await closedOn("2026-11-21");

      const stage = input(manager, "stage");
      const now = await stage.inputValue();
      const values = await stage.locator("option").evaluateAll((options) => options.map((option) => option.value));
      await stage.selectOption(values.find((value) => value && value !== now));
      assert.equal(await save(manager), 409);
      assert.equal(await manager.getByLabel(text("keep-theirs", { field: text("field-closed_on") })).count(), 0);
      assert.equal(await input(manager, "closed_on").inputValue(), "2026-11-21");
      assert.equal(await save(manager), 303);
      assert.ok(!(await deal(manager).innerText()).includes(text("field-closed_on")));
      await undo(manager);
      for (const change of [second, first]) {
        await head.goto(change);
        await undo(head);
      }
    }),
  ));

test("two people at different fields do not hinder each other", () =>
  withPage("acme-hos", {}, (head) =>
    withPage("acme-aem", {}, async (manager) => {
      for (const page of [head, manager]) await page.goto(`${pathOf("D0423")}/edit`);
      await input(head, "competitor").fill("Somebody");
      assert.equal(await save(head), 303);
      await input(manager, "amount").fill("84050");
      assert.equal(await save(manager), 303);
      assert.match(await deal(manager).innerText(), /84,050[^]*Somebody/);
    }),
  ));

test("a deal cannot be closed before it was opened", () =>
  withPage("acme-aem", {}, async (page) => {
    await page.goto(`${pathOf("D0379")}/edit`);
    await input(page, "closed_on").fill("2020-01-01");
    assert.equal(await save(page), 422);
    await page.getByText(text("error-end-before-start")).waitFor();
  }));
