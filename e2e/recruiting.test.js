// From a planned seat to a person: drafted by HR, approved by the chief executive, moved on the board by keyboard, scored, offered, hired.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clinch, complaints, daysAgo, get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const role = text("choice-role-ae");
const MANAGER = "acme-aem";

const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  await page.waitForLoadState();
};
const start = daysAgo(-90);

/** A line of one seat for the manager, and an opening of it that takes candidates. */
async function opened(seats) {
  let address;
  await withPage("acme-hr", {}, async (page) => {
    await page.goto("/recruiting/plan");
    await page.locator("#role").selectOption("ae");
    await page.locator("#manager").selectOption({ label: (await page.locator("#manager option").allInnerTexts()).find((name) => name.includes("อรอนงค์")) });
    await page.locator("#plan_seats").fill(String(seats));
    // By any company's clock today or later.
    await page.locator("#starts_on").fill(daysAgo(-1));
    await press(page, text("recruit-add-line"));
    await page.goto("/recruiting");
    const lines = await page.locator("#line option").evaluateAll((all) => all.map((one) => one.value));
    await page.locator("#line").selectOption(lines.at(-1));
    await page.locator("#seats").fill(String(seats + 1));
    await page.locator("#target_start").fill(start);
    await press(page, text("recruit-draft"));
    // More than the line has: the line is named, and what was typed stays.
    await page.getByRole("alert").getByText(new RegExp(`${role}.*${seats} planned`)).waitFor();
    assert.equal(await page.locator("#target_start").inputValue(), start);
    await page.locator("#seats").fill(String(seats));
    await press(page, text("recruit-draft"));
    address = new URL(page.url()).pathname;
    await page.getByText(text("recruit-waits")).waitFor();
  });
  await withPage("acme-ceo", {}, async (page) => {
    await page.goto(address);
    await press(page, text("recruit-approve"));
  });
  await withPage(MANAGER, {}, async (page) => {
    await page.goto(address);
    await press(page, text("recruit-open"));
    await page.getByRole("group", { name: text("recruit-board") }).waitFor();
  });
  return address;
}

async function add(page, name, email) {
  await page.locator("#name").fill(name);
  await page.locator("#email").fill(email);
  await press(page, text("recruit-add"));
}

const lane = (page, stage) => page.getByRole("region", { name: text(`choice-stage-${stage}`), exact: true });

test("a candidate goes from the board to an offer to being a person", async () => {
  const address = await opened(1);
  let candidate;
  await withPage(MANAGER, {}, async (page) => {
    const found = complaints(page);
    await page.goto(address);
    await add(page, "Helena Brandt", "helena@candidate.example");
    await add(page, "Helene Brandt", "HELENA@candidate.example");
    const told = await page.getByRole("alert").innerText();
    assert.ok(told.includes("Helena Brandt") && told.includes("Helene Brandt"), told);
    await page.goto(address);
    // By keyboard: the card's button has the focus, and Enter moves.
    const move = page.getByRole("button", { name: `${text("recruit-move-to", { stage: text("choice-stage-screened") })}: Helena Brandt` });
    await move.focus();
    await page.keyboard.press("Enter");
    await lane(page, "screened").getByText("Helena Brandt").waitFor();
    await lane(page, "screened").getByRole("link", { name: "Helena Brandt" }).click();
    candidate = new URL(page.url()).pathname;
    await page.locator("#interviewer").selectOption({ label: (await page.locator("#interviewer option").allInnerTexts()).find((name) => name.includes("Fiona")) });
    await press(page, text("recruit-ask"));
    assert.deepEqual(found, []);
  });
  assert.equal((await get("acme-ceo", candidate)).status, 404, "who approves openings sees no candidate");
  assert.equal((await get("acme-kam", candidate)).status, 404, "an interviewer has a page of their own");
  await withPage("acme-kam", { width: 360, height: 780 }, async (page) => {
    await page.goto("/recruiting");
    await page.getByRole("link", { name: "Helena Brandt" }).click();
    const first = page.locator("fieldset.rating").first();
    await first.getByRole("radio").nth(3).check();
    await page.getByRole("radio", { name: text("choice-recommendation-yes"), exact: true }).check();
    await press(page, text("recruit-hand-in"));
    await page.getByRole("alert").getByText(text("recruit-needs-evidence")).waitFor();
    assert.ok(await first.getByRole("radio").nth(3).isChecked(), "what was typed stays");
    await first.getByRole("textbox").fill("Won back a lost account, and told how.");
    await press(page, text("recruit-hand-in"));
    await page.getByText("Won back a lost account, and told how.").waitFor();
    assert.ok(!(await page.getByRole("main").innerText()).includes("helena@candidate.example"));
  });
  await withPage(MANAGER, {}, async (page) => {
    await page.goto(candidate);
    await page.locator("#offer_starts_on").fill(start);
    await press(page, text("recruit-offer"));
    await page.getByText(text("recruit-offer-waits")).waitFor();
  });
  await withPage("acme-hr", {}, async (page) => {
    await page.goto(candidate);
    await press(page, text("recruit-approve-offer"));
    await press(page, text("recruit-hire"));
    await page.getByRole("link", { name: "Helena Brandt" }).click();
    await page.getByRole("heading", { name: "Helena Brandt" }).waitFor();
    await page.goto(address);
    await page.getByText(text("choice-state-filled"), { exact: true }).first().waitFor();
    // Each count opens into as many candidates.
    const row = page.getByRole("table", { name: text("recruit-passages") }).getByRole("row").filter({ hasText: text("choice-stage-hired") });
    await row.getByRole("link").first().click();
    assert.equal(await page.getByRole("main").getByRole("link", { name: "Helena Brandt" }).count(), 1);
  });
});

test("whose day has come is erased by the operator, who is told no name", async () => {
  const name = "วรเมธ สายชล";
  const before = await get("acme-hr", "/recruiting/erasure");
  assert.ok(before.text.includes(name));
  const plan = clinch("recruiting", "erase");
  assert.ok(/decision/.test(plan) && !plan.includes(name), plan);
  clinch("recruiting", "erase", "--commit");
  const after = await get("acme-hr", "/recruiting/erasure");
  assert.ok(!after.text.includes(name));
  const opening = /\/recruiting\/openings\/\d+/.exec((await get("acme-hr", "/recruiting")).text)[0];
  for (const path of ["/recruiting", opening, `${opening}/candidates.csv`]) {
    assert.ok(!(await get("acme-hr", path)).text.includes(name), path);
  }
});
