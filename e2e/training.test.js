// Training as HR, a manager and a rep do it: a course set up and assigned, done on a phone, rated, reported by a learning tool; in Thai and
// Japanese.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, csv, get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.waitForLoadState();
};
const REP = "ปวีณา จันทร์เพ็ง";
const ACTIVITY = "https://learning.acme.example/objections";

test("HR sets up a course, and whoever is refused keeps what was typed", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/learning/courses");
    await page.getByRole("link", { name: text("course-new"), exact: true }).click();
    await page.locator("[name=name]").fill("Reading a tender");
    await page.locator("[name=link]").fill("ftp://elsewhere");
    await page.locator('[name=role][value="kam"]').check();
    await press(page, text("save"));
    assert.ok(await page.getByText(text("training-error-link")).isVisible());
    assert.equal(await page.locator("[name=name]").inputValue(), "Reading a tender");
    assert.ok(await page.locator('[name=role][value="kam"]').isChecked());
    await page.locator("[name=link]").fill("https://learning.acme.example/tender");
    await page.locator('[name=role][value="ae"]').check();
    await press(page, text("save"));
    assert.equal((await page.getByRole("heading", { level: 1 }).textContent()).trim(), "Reading a tender");
    // Whose role takes it is ticked.
    assert.ok((await page.locator("#assign [name=person]:checked").count()) > 10);
    assert.deepEqual(found, []);
  }));

test("a manager assigns it, a rep takes it on a phone, and it counts", async () => {
  await withPage("acme-aem", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/learning/courses");
    await page.getByRole("link", { name: "Reading a tender" }).click();
    await page.waitForLoadState();
    await press(page, text("training-assign-do"));
    assert.ok(await page.locator("#assigned").getByRole("link", { name: REP }).isVisible());
    assert.deepEqual(found, []);
  });
  await withPage("acme-ae", { width: 360, height: 740 }, async (page) => {
    const found = complaints(page);
    await page.goto("/learning");
    const open = page.locator("#mine tr, #mine li").filter({ hasText: "Reading a tender" });
    await open.getByRole("button", { name: text("training-done-do") }).click();
    await page.waitForLoadState();
    const taken = page.locator("#taken tr, #taken li").filter({ hasText: "Reading a tender" });
    await taken.getByRole("button", { name: `4: ${text("training-rating-4")}`, exact: true }).click();
    await page.waitForLoadState();
    assert.equal(await taken.getByRole("button").count(), 0, "it is rated once");
    // Others' courses are not hers to open, nor the catalogue hers to write.
    assert.equal((await page.goto("/learning/courses/new")).status(), 403);
    assert.equal((await page.goto("/learning/sources")).status(), 403);
    assert.deepEqual(found, []);
  });
  const rows = csv((await get("acme-hr", "/training.csv?q=Reading%20a%20tender")).text);
  assert.ok(rows.some((row) => row.person_name === REP && row.rating === "4" && row.completed_on !== ""), JSON.stringify(rows[0]));
});

test("a learning tool reports, and what it said stands there with what it did", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/learning/courses");
    await page.getByRole("link", { name: "Objection handling" }).click();
    await page.waitForLoadState();
    await page.getByRole("link", { name: text("edit"), exact: true }).click();
    await page.waitForLoadState();
    await page.locator("[name=activity]").fill(ACTIVITY);
    await press(page, text("save"));
    await page.goto("/learning/sources");
    await page.locator("[name=name]").fill("Course player");
    await press(page, text("source-add"));
    assert.ok(await page.getByText(text("source-made-hint")).isVisible());
    const [key, secret] = await page.locator("main code").allTextContents();
    const answer = await fetch(new URL("/xapi/statements", page.url()), {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${key}:${secret}`)}`,
        "content-type": "application/json",
        "x-experience-api-version": "1.0.3",
        origin: "https://learning.acme.example",
      },
      body: JSON.stringify({
        actor: { mbox: "mailto:paweena@acme.example" },
        verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
        object: { id: ACTIVITY },
        result: { score: { scaled: 0.9 } },
      }),
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    await page.goto("/learning/sources");
    const first = page.locator("#heard tbody tr, #heard li").first();
    assert.match(await first.textContent(), new RegExp(`${REP}.*${text("choice-told-completed")}`, "su"));
    assert.deepEqual(found, []);
  }));

test("every number of HR's board opens into so many lines, and leaves as a file", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/appraisals");
    await page.getByRole("link", { name: text("hr-board"), exact: true }).click();
    await page.waitForLoadState();
    const numbers = await page.locator('#units tfoot a[href*="topic=training"]').evaluateAll((all) => all.map((one) => [one.textContent, one.getAttribute("href")]));
    assert.ok(numbers.length >= 2, "what is open and what is overdue");
    for (const [count, href] of numbers) {
      await page.goto(href);
      assert.equal(await page.locator("#lines tbody tr").count(), Number(count.replaceAll(",", "")), href);
      const rows = csv((await get("acme-hr", href.replace("/hr/lines", "/hr/lines.csv"))).text);
      assert.equal(rows.length, Number(count.replaceAll(",", "")), href);
    }
    assert.deepEqual(found, []);
  }));

for (const [language, name] of [["th", "Thai"], ["ja", "Japanese"]]) {
  test(`the pages of training in ${name}`, () =>
    withPage("acme-hr", { lang: language, width: 360, height: 740 }, async (page) => {
      const found = complaints(page);
      for (const path of ["/courses", "/courses/new", "/sources", ""]) {
        await page.goto(`/learning${path}`);
        assert.ok(await page.getByRole("heading", { level: 1 }).isVisible(), path);
      }
      assert.equal((await page.getByRole("heading", { level: 1 }).textContent()).trim(), words(language, "training"));
      assert.deepEqual(found, []);
    }));
}
