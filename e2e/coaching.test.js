// Coaching as a leader and somebody below do it: a talk that both write in, a level, feedback, a review, a pattern; on a phone, in Thai and
// Japanese.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.waitForLoadState();
};
// The page of the rep, as her manager opens it.
const person = async (page) => {
  await page.goto("/coaching");
  await page.locator("#team").getByRole("link", { name: "ปวีณา จันทร์เพ็ง" }).click();
  await page.waitForURL(/\/coaching\/people\/\d+/);
};
const planned = async (page) => {
  await page.goto("/coaching");
  await page.locator('a[href^="/coaching/talks/"]').first().click();
  await page.waitForLoadState();
};
const add = async (page, kind, what, readers) => {
  const form = page.locator('form[action$="/notes"]');
  await form.locator("[name=kind]").selectOption(kind);
  await form.locator("[name=text]").fill(what);
  await form.locator("[name=readers]").selectOption(readers);
  await press(page, text("talk-add-do"));
};

test("both write in a talk, and each reads what is for them", async () => {
  await withPage("acme-aem", {}, async (page) => {
    const found = complaints(page);
    await person(page);
    await page.locator("#talks").getByRole("link").first().click();
    await page.waitForLoadState();
    // Who would read it stands in the choice, by name.
    const choice = await page.locator('[name=readers] option[value="line"]').first().textContent();
    assert.match(choice, /ปวีณา.*อรอนงค์/u);
    await add(page, "note", "Between the two of us", "both");
    await add(page, "note", "For my eyes alone", "own");
    await add(page, "action", "Call the ministry on Monday", "both");
    assert.ok(await page.getByText("For my eyes alone").isVisible());
    assert.deepEqual(found, []);
  });
  await withPage("acme-ae", { width: 360, height: 740 }, async (page) => {
    const found = complaints(page);
    await planned(page);
    assert.ok(await page.getByText("Between the two of us").isVisible());
    assert.equal(await page.getByText("For my eyes alone").count(), 0);
    await add(page, "agenda", "From my phone", "both");
    const action = page.locator("#actions li").filter({ hasText: "Call the ministry on Monday" });
    await action.getByRole("button", { name: text("action-done"), exact: true }).click();
    await page.waitForLoadState();
    assert.ok(await page.locator("#actions li").filter({ hasText: "Call the ministry" }).getByRole("button", { name: text("action-reopen") }).isVisible());
    assert.deepEqual(found, []);
  });
  await withPage("acme-hr", {}, async (page) => {
    await page.goto("/coaching");
    const answer = await page.goto("/coaching/feedback");
    assert.equal(answer.status(), 200);
    assert.equal(await page.getByText("Between the two of us").count(), 0);
  });
});

test("a check moves the level and a hint tells which style fits", () =>
  withPage("acme-aem", {}, async (page) => {
    const found = complaints(page);
    await person(page);
    await page.locator("#tasks").getByRole("link", { name: "Public tenders" }).click();
    await page.waitForLoadState();
    const form = page.locator('form[action$="/checks"]');
    await form.locator("[name=competence]").selectOption("4");
    await form.locator("[name=commitment]").selectOption("4");
    await form.locator("[name=style]").selectOption("coaching");
    await form.getByRole("button").click();
    await page.waitForLoadState();
    assert.ok(await page.getByText(text("need-less_of_both-hint")).isVisible());
    assert.ok(await page.locator("#checks").getByText(text("level_d4")).first().isVisible());
    assert.deepEqual(found, []);
  }));

test("feedback is asked for, given and rated", async () => {
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/coaching/feedback");
    await page.locator('form[action="/coaching/feedback"] [name=text]').fill("How was my opening?");
    await press(page, text("feedback-ask-do"));
    assert.ok(await page.locator("#asked").getByText("How was my opening?").isVisible());
  });
  await withPage("acme-aem", {}, async (page) => {
    await page.goto("/coaching/feedback");
    const request = page.locator("#requests .noted").filter({ hasText: "How was my opening?" });
    await request.locator("textarea").fill("Calm, and it asked for the goal first");
    await request.getByRole("button").click();
    await page.waitForLoadState();
    assert.ok(await page.locator("#feedback").getByText("Calm, and it asked for the goal first").isVisible());
  });
  await withPage("acme-ae", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/coaching");
    const waits = page.locator("#to-rate .noted").filter({ hasText: "Calm, and it asked" });
    await waits.getByRole("button", { name: text("feedback-rating-5") }).click();
    await page.waitForLoadState();
    const row = page.locator("#feedback tr").filter({ hasText: "Calm, and it asked" });
    assert.match(await row.textContent(), /5\s*$/);
    assert.deepEqual(found, []);
  });
});

test("a meeting is reviewed by the seven mistakes", () =>
  withPage("acme-aem", {}, async (page) => {
    const found = complaints(page);
    await person(page);
    await page.locator("#review").getByRole("link").filter({ hasText: /mistakes/i }).click();
    await page.waitForLoadState();
    const groups = page.locator("fieldset.question");
    await groups.first().waitFor();
    assert.equal(await groups.count(), 7);
    for (let place = 0; place < 4; place += 1) await groups.nth(place).getByLabel(text("review-avoided")).check();
    await groups.nth(4).getByLabel(text("review-happened")).check();
    await press(page, text("review-save"));
    assert.match(await page.locator("#score").textContent(), /80/);
    assert.equal(await page.locator("#weakest li").count(), 1);
    assert.deepEqual(found, []);
  }));

test("a pattern is reported, answered by another department and closed", async () => {
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/coaching/patterns");
    const form = page.locator('form[action="/coaching/patterns"]');
    await form.locator("[name=name]").fill("They ask for a trial month");
    await form.locator("[name=department]").selectOption("product");
    await press(page, text("pattern-report"));
    assert.ok(await page.getByText(text("pattern-open"), { exact: true }).isVisible());
  });
  await withPage("acme-hr", {}, async (page) => {
    await page.goto("/coaching/patterns");
    await page.getByRole("link", { name: "They ask for a trial month" }).click();
    await page.locator("[name=answer]").fill("A trial month comes in January");
    await press(page, text("pattern-answer-do"));
    assert.ok(await page.locator("#told").getByText("A trial month comes in January").isVisible());
  });
  await withPage("acme-ae", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/coaching/patterns");
    await page.getByRole("link", { name: "They ask for a trial month" }).click();
    await press(page, text("pattern-close"));
    assert.ok(await page.getByText(text("pattern-closed"), { exact: true }).isVisible());
    assert.deepEqual(found, []);
  });
});

test("whether coaching works says so with an interval, or that it cannot tell", () =>
  withPage("acme-hos", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/coaching/effect?period=2026-Q3");
    assert.match(await page.locator("main").textContent(), /Cannot tell|Better|Worse/);
    assert.ok((await page.locator("#how").getByText(text("effect-how-hint")).count()) > 0);
    assert.deepEqual(found, []);
  }));

for (const [language, name] of [["th", "Thai"], ["ja", "Japanese"]]) {
  test(`the pages of coaching in ${name}`, () =>
    withPage("acme-aem", { lang: language, width: 360, height: 740 }, async (page) => {
      const found = complaints(page);
      for (const path of ["", "/feedback", "/reviews", "/patterns", "/effect"]) {
        await page.goto(`/coaching${path}`);
        assert.ok(await page.getByRole("heading", { level: 1 }).isVisible(), path);
      }
      await page.goto("/coaching");
      assert.equal((await page.getByRole("heading", { level: 1 }).textContent()).trim(), words(language, "coaching"));
      assert.deepEqual(found, []);
    }));
}

test("HR makes a rubric, is told what is wrong with what was typed, and a leader reviews by it", async () => {
  await withPage("acme-hr", { width: 360, height: 740 }, async (page) => {
    const found = complaints(page);
    await page.goto("/coaching/reviews");
    await page.getByRole("link", { name: text("rubric-new") }).click();
    const fill = (name, value) => page.locator(`[name="${name}"]`).fill(value);
    await fill("id", "closing_call");
    await fill("name-en", "Closing call");
    await fill("criterion-0", "asks");
    await fill("criterion-name-0-en", "Asks for the order");
    await fill("look-for-0-en", "Says what is to be decided, and waits.");
    await press(page, text("save"));
    await page.getByText(text("rubric-error-weight", { what: "asks" })).waitFor();
    assert.equal(await page.locator('[name="criterion-name-0-en"]').inputValue(), "Asks for the order", "what was typed stays");
    await fill("weight-0", "10");
    await press(page, text("save"));
    await page.waitForURL(/\/coaching\/reviews$/);
    await page.getByRole("link", { name: text("rubric-change-of", { name: "Closing call" }) }).click();
    await fill("weight-0", "20");
    await page.locator('[name="criterion-1"]').fill("listens");
    await fill("weight-1", "5");
    await fill("criterion-name-1-en", "Listens");
    await fill("look-for-1-en", "Lets the other side finish.");
    await press(page, text("save"));
    await page.waitForURL(/\/coaching\/reviews$/);
    assert.deepEqual(await page.locator("#closing_call li b").allInnerTexts(), ["Asks for the order", "Listens"]);
    assert.deepEqual(found, []);
  });
  await withPage("acme-aem", {}, async (page) => {
    await person(page);
    await page.getByRole("link", { name: "Closing call" }).click();
    assert.equal(await page.locator("fieldset.question").count(), 2);
  });
});
