// Moving people: from a day on, by HR; what was before stays. How long words about them are kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, everyPage, get, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);
const press = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.waitForLoadState();
};
const place = (await everyPage()).find((page) => page.name === "move of somebody").path;

test("HR moves somebody from a day ahead on a phone, and today stays as it is", () =>
  withPage("acme-hr", { width: 360, height: 800 }, async (page) => {
    const found = complaints(page);
    await page.goto(place.replace("/place", ""));
    await page.getByRole("link", { name: text("place-change") }).click();
    const manager = page.getByLabel(text("field-manager"), { exact: true });
    const before = await manager.locator("option:checked").innerText();
    await page.getByLabel(text("place-from"), { exact: true }).fill("2031-01-01");
    await press(page, text("place-show"));
    await page.getByText(text("place-holds", { date: "1 Jan 2031" })).first().waitFor();
    await manager.selectOption({ label: "Oliver Branagh" });
    await press(page, text("save"));
    assert.match(page.url(), /from=2031-01-01/);
    assert.equal(await manager.locator("option:checked").innerText(), "Oliver Branagh");
    const steps = page.getByRole("region", { name: text("place-steps") });
    await steps.getByRole("row", { name: /1 Jan 2031.*Oliver Branagh/ }).waitFor();
    // The same again is nothing, and says so.
    await press(page, text("save"));
    await page.getByText(text("place-error-unchanged")).waitFor();
    // HR gives no role that opens more.
    await page.goto(place);
    assert.equal(await manager.locator("option:checked").innerText(), before, "today stays");
    await page.getByLabel(text("field-role"), { exact: true }).selectOption("finance");
    await press(page, text("save"));
    await page.getByText(text("place-error-rights")).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
    assert.deepEqual(found, []);
  }));

test("HR gives somebody who is new a ramp, and what is none is told with what was typed", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto(`${place}?from=2033-01-03`);
    const ramp = page.getByLabel(text("field-ramp"), { exact: true });
    await ramp.fill("50% 120%");
    await press(page, text("save"));
    await page.getByText(text("place-error-ramp")).waitFor();
    assert.equal(await ramp.inputValue(), "50% 120%");
    await ramp.fill("50% 75%");
    await press(page, text("save"));
    assert.equal(await ramp.inputValue(), "50% 75%");
    await page.getByRole("region", { name: text("place-steps") }).getByRole("row", { name: /3 Jan 2033.*50% 75%/ }).waitFor();
    await page.goto(place);
    assert.equal(await ramp.inputValue(), "", "today stays");
    assert.deepEqual(found, []);
  }));

test("HR makes a team, puts another below it from a day on, and gives it up when it is empty again", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/teams");
    await page.getByRole("link", { name: text("team-new") }).click();
    const [name, parent] = [page.locator("main [name=name]"), text("field-parent")];
    await name.fill("Osaka");
    await press(page, text("save"));
    await page.getByText(text("team-error-taken")).waitFor();
    assert.equal(await name.inputValue(), "Osaka", "what was typed stays");
    await name.fill("Kansai");
    await page.getByLabel(parent, { exact: true }).selectOption({ label: "Japan" });
    await press(page, text("save"));
    await page.getByRole("link", { name: text("team-move-of", { name: "Osaka" }) }).click();
    await page.getByLabel(text("place-from"), { exact: true }).fill("2034-01-01");
    await press(page, text("place-show"));
    await page.getByLabel(parent, { exact: true }).selectOption({ label: "Kansai" });
    await press(page, text("save"));
    await page.getByRole("region", { name: text("place-steps") }).getByRole("row", { name: /1 Jan 2034.*Kansai/ }).waitFor();
    await page.goto("/teams/tree?from=2034-01-01");
    const rows = await page.locator("#tree tbody tr th").allInnerTexts();
    assert.equal(rows.indexOf("Osaka"), rows.indexOf("Kansai") + 1, "it stands below");
    // Not while another is in it, be it years ahead.
    await page.getByRole("link", { name: text("team-move-of", { name: "Kansai" }) }).click();
    await press(page, text("team-give-up"));
    const told = page.getByText(text("team-error-full"));
    await told.waitFor();
    assert.match(await told.locator("xpath=..").innerText(), /Osaka/, "who is in it is named");
    await page.goto("/teams/tree?from=2034-01-01");
    await page.getByRole("link", { name: text("team-move-of", { name: "Osaka" }) }).click();
    await page.getByLabel(parent, { exact: true }).selectOption({ label: "Japan" });
    await press(page, text("save"));
    await page.goto("/teams/tree");
    await page.getByRole("link", { name: text("team-move-of", { name: "Kansai" }) }).click();
    await press(page, text("team-give-up"));
    await page.waitForURL(/\/teams\/tree$/);
    assert.equal(await page.getByText("Kansai").count(), 0);
    assert.deepEqual(found, []);
  }));

test("HR sets how long words are kept, with a reason", () =>
  withPage("acme-hr", {}, async (page) => {
    const found = complaints(page);
    await page.goto("/hr");
    await page.getByRole("link", { name: text("retention") }).click();
    await page.getByRole("main").getByRole("link", { name: text("choice-kind-coaching"), exact: true }).click();
    const [months, reason] = ["field-months", "field-reason"].map((key) => page.getByLabel(text(key), { exact: false }));
    await months.fill("6");
    await reason.fill("less");
    await press(page, text("save"));
    await page.getByText(text("retention-error-months")).waitFor();
    assert.equal(await reason.inputValue(), "less", "what was typed stays");
    await months.fill("36");
    await reason.fill("Agreed with the works council");
    await press(page, text("save"));
    await page.getByText("Agreed with the works council").waitFor();
    await page.goto("/hr/retention");
    await page.getByRole("row", { name: /36.*Agreed with the works council/ }).waitFor();
    assert.deepEqual(found, []);
    assert.equal((await get("acme-ae", "/hr/retention")).status, 403);
  }));

test("HR says when somebody is away and who is credited meanwhile, and takes it out again", () =>
  withPage("acme-hr", { width: 360, height: 800 }, async (page) => {
    const found = complaints(page);
    await page.goto(place);
    const leaves = page.getByRole("region", { name: text("leaves"), exact: true });
    const input = (key) => leaves.getByLabel(new RegExp(`^${text(key)}`));
    await input("leave-from").fill("2032-03-01");
    await input("leave-back").fill("2032-03-01");
    await input("field-substitute").selectOption({ label: "Oliver Branagh" });
    await input("field-substitute_share").fill("50");
    await press(page, text("leave-add"));
    await page.getByText(text("leave-error-back")).waitFor();
    assert.equal(await input("leave-from").inputValue(), "2032-03-01", "what was typed stays");
    await input("leave-back").fill("2032-04-01");
    await press(page, text("leave-add"));
    await leaves.getByRole("row", { name: /1 Mar 2032.*1 Apr 2032.*Oliver Branagh 50%/ }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nothing is wider than the phone");
    await press(page, text("leave-drop-of", { date: "1 Mar 2032" }));
    assert.equal(await leaves.getByRole("row", { name: /2032/ }).count(), 0);
    assert.deepEqual(found, []);
  }));
