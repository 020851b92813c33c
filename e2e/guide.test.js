// The guide to grades: what forcing would do, done, a release that is refused before it; who looked; and a career, said and talked about.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};
const region = (page, key) => page.getByRole("region", { name: text(key), exact: true });

test("HR looks at what a forced distribution moves, is refused the release, forces it and releases", async () => {
  let form;
  await withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    // Whatever others write meanwhile makes the plan old; it is made anew.
    for (let tries = 0; tries < 8 && !/cycles\/\d+$/.test(page.url()); tries += 1) {
      await page.goto("/appraisals/cycles");
      await page.getByRole("textbox", { name: new RegExp(`^${text("cycle-name")}`) }).fill("Ranked year");
      await page.getByRole("textbox", { name: new RegExp(`^${text("period")}`) }).fill("2025-Q3");
      await page.getByRole("textbox", { name: new RegExp(`^${text("cycle-kpi-weight")}`) }).fill("100");
      await page.getByLabel(new RegExp(`^${text("field-guide")}`)).selectOption("forced");
      await page.getByLabel(text("cycle-leniency")).check();
      await press(page, text("preview"));
      await press(page, text("cycle-launch"));
    }
    const cycle = new URL(page.url()).pathname;
    await page.goto(`${cycle}/calibration`);
    await page.getByText(text("calibration-guide-forced")).waitFor();
    const forced = region(page, "calibration-forced");
    const rows = (await forced.getByRole("row").count()) - 1;
    assert.ok(rows > 0);
    // Refused with the counts, where it is mended.
    await page.goto(cycle);
    found.length = 0;
    await press(page, text("cycle-release"));
    await page.getByText(text("calibration-refused")).waitFor();
    await page.getByText(/[A-E]: \d+ people in place of \d+/).first().waitFor();
    found.length = 0;
    await page.goto(`${cycle}/calibration`);
    await press(page, text("calibration-force"));
    await page.getByText(text("calibration-forced-done")).waitFor();
    const moves = region(page, "calibration-moves");
    assert.equal(await moves.getByRole("cell", { name: text("calibration-forced"), exact: true }).count(), rows);
    // ปวีณา, the account executive of these tests.
    form = await region(page, "calibration-everybody").getByRole("link", { name: /ปวีณา/ }).getAttribute("href");
    await page.goto(form);
    await page.goto(cycle);
    await press(page, text("cycle-release"));
    await page.getByText(text("cycle-released"), { exact: true }).waitFor();
    assert.deepEqual(found, []);
  });
  await withPage("acme-ae", { width: 360, height: 800 }, async (page) => {
    await page.goto(form);
    await page.getByText(text("calibration-leniency-rule")).waitFor();
    // Who opened the form and the results of its cycle.
    await region(page, "looks").getByText("Benjawan").or(region(page, "looks").locator("time")).first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
  });
});

test("an account executive says what they want to become; the manager keeps the talk", async () => {
  let plan;
  await withPage("acme-ae", {}, async (page) => {
    await page.goto("/development");
    plan = new URL(page.url()).pathname;
    await page.getByLabel(new RegExp(`^${text("career-wish").replace("?", "\\?")}`)).fill("Lead a team of my own");
    await page.getByLabel(new RegExp(`^${text("career-role")}`)).selectOption("aem");
    await region(page, "career-say").getByRole("button", { name: text("save") }).or(page.locator("form[action$='/career'] button")).first().click();
    await page.waitForLoadState();
    const career = region(page, "career");
    await career.getByText("Lead a team of my own").waitFor();
    await career.getByText(text("career-ready")).waitFor();
  });
  await withPage("acme-aem", {}, async (page) => {
    const found = complaints(page);
    await page.goto(plan);
    await region(page, "career").getByText("Lead a team of my own").waitFor();
    await page.getByLabel(new RegExp(`^${text("field-agreed")}`)).fill("Leads the Monday forecast for a quarter");
    await page.locator("form[action$='/career-talks'] button").first().click();
    await page.waitForLoadState();
    await region(page, "career-talks").getByText("Leads the Monday forecast for a quarter").waitFor();
    assert.deepEqual(found, []);
  });
  await withPage("acme-ae", {}, async (page) => {
    await page.goto(plan);
    await region(page, "career-talks").getByText("Leads the Monday forecast for a quarter").waitFor();
  });
  await withPage("acme-kam", {}, async (page) => {
    assert.equal((await page.goto(plan)).status(), 404);
  });
});
