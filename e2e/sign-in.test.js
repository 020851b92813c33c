import assert from "node:assert/strict";
import { test } from "node:test";
import { admin, base, get, PASSWORD, people, SESSION, totp, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);

async function typeIn(page, email, password) {
  await page.getByLabel(text("email"), { exact: true }).fill(email);
  await page.getByLabel(text("password"), { exact: true }).fill(password);
  await page.getByRole("button", { name: text("sign-in"), exact: true }).click();
}

const pathOf = (page) => page.url().slice(base.length);

test("a stranger is sent to sign in and comes back to the page asked for", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/orders?q=10248&sort=-ordered_on");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await typeIn(page, people.hos, PASSWORD);
    await page.waitForURL(/\/orders/);
    assert.equal(pathOf(page), "/orders?q=10248&sort=-ordered_on");
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), text("records-order"));
  }));

test("a stranger never comes out at another site", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in?to=//example.com/");
    await typeIn(page, people.aem, PASSWORD);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    assert.equal(new URL(page.url()).origin, base);
  }));

test("a wrong password says so and keeps the e-mail", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await typeIn(page, people.aem, "not the password");
    await page.getByRole("alert").getByText(text("wrong-sign-in")).waitFor();
    assert.equal(await page.getByLabel(text("email"), { exact: true }).inputValue(), people.aem);
    assert.equal(await page.getByLabel(text("password"), { exact: true }).inputValue(), "");
  }));

test("an unknown e-mail gets the same words as a wrong password", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await typeIn(page, "nobody@northwind.example", PASSWORD);
    await page.getByRole("alert").getByText(text("wrong-sign-in")).waitFor();
  }));

test("signing out ends the session, also for a copy of its cookie", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await typeIn(page, people.ae, PASSWORD);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    const copy = (await page.context().cookies()).find((cookie) => cookie.name === SESSION);
    await page.locator("summary").and(page.getByLabel(text("your-menu"))).click();
    await page.getByRole("button", { name: text("sign-out") }).click();
    await page.waitForURL(/\/sign-in/);
    assert.equal((await page.context().cookies()).filter((cookie) => cookie.name === SESSION).length, 0);
    const again = await get(null, "/profile", { cookie: `${SESSION}=${copy.value}` });
    assert.equal(again.status, 303);
    assert.match(again.headers.get("location"), /^\/sign-in/);
  }));

test("a session's cookie changed by one byte is a stranger's", () =>
  withPage("ae", {}, async (page) => {
    const cookie = (await page.context().cookies()).find((cookie) => cookie.name === SESSION);
    assert.equal((await get(null, "/profile", { cookie: `${SESSION}=${cookie.value}` })).status, 200);
    for (const place of [0, Math.floor(cookie.value.length / 2)]) {
      const other = cookie.value[place] === "A" ? "B" : "A";
      const changed = cookie.value.slice(0, place) + other + cookie.value.slice(place + 1);
      const answer = await get(null, "/profile", { cookie: `${SESSION}=${changed}` });
      assert.equal(answer.status, 303);
      assert.match(answer.headers.get("location"), /^\/sign-in/);
    }
  }));

test("the cookie of a session is safe from scripts, other sites and plain connections", () =>
  withPage("hos", {}, async (page) => {
    await page.goto("/profile");
    assert.ok(!(await page.evaluate(() => document.cookie)).includes(SESSION));
    const answer = await fetch(`${base}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ email: people.hos, password: PASSWORD }),
      redirect: "manual",
    });
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith(SESSION));
    for (const word of ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"]) assert.ok(cookie.includes(word), cookie);
    assert.ok(!/domain=/i.test(cookie), cookie);
  }));

test("a form sent from another site changes nothing", async () => {
  const answer = await fetch(`${base}/sign-in`, {
    method: "POST",
    headers: { origin: "https://example.com" },
    body: new URLSearchParams({ email: people.hos, password: PASSWORD }),
    redirect: "manual",
  });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers.getSetCookie().filter((line) => line.startsWith(SESSION)).length, 0);
});

test("the administrator gives password and code, and lands on the scorecard", () =>
  withPage(null, {}, async (page) => {
    const { email, secret } = admin();
    // A code counts once, and another file may have used this half minute's.
    for (const step of [0, 1, -1]) {
      await page.goto("/sign-in");
      await typeIn(page, email, PASSWORD);
      await page.getByLabel(text("code"), { exact: true }).fill(totp(secret, Date.now() + step * 30_000));
      await page.getByRole("button", { name: text("continue") }).click();
      await page.waitForLoadState();
      if (!(await page.getByRole("alert").count())) break;
    }
    await page.waitForURL(/\/scorecard/);
    await page.locator(`nav a[href="/scorecard"][aria-current="page"]`).first().waitFor();
  }));

test("a wrong code starts over and says so", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await typeIn(page, admin().email, PASSWORD);
    await page.getByLabel(text("code"), { exact: true }).fill("00000x");
    await page.getByRole("button", { name: text("continue") }).click();
    await page.getByRole("alert").getByText(text("wrong-code")).waitFor();
    await page.getByLabel(text("password"), { exact: true }).waitFor();
  }));

test("a link made by the administrator sets a password once and signs in", async () => {
  const link = await withPage("admin", {}, async (page) => {
    await page.goto("/people?q=King");
    await page.getByRole("main").getByRole("link", { name: "Robert King" }).first().click();
    await page.getByRole("button", { name: text("make-link") }).click();
    await page.getByRole("heading", { name: text("link-for", { name: "Robert King" }) }).waitFor();
    return /https?:\/\/\S+\/welcome\/[\w-]+/.exec(await page.getByRole("main").innerText())[0];
  });
  await withPage(null, {}, async (page) => {
    await page.goto(link);
    await page.getByLabel(text("new-password"), { exact: true }).fill("a sentence to keep");
    await page.getByLabel(text("repeat-password"), { exact: true }).fill("another sentence");
    await page.getByRole("button", { name: text("continue") }).click();
    await page.getByText(text("passwords-differ")).waitFor();
    await page.getByLabel(text("new-password"), { exact: true }).fill("short");
    await page.getByLabel(text("repeat-password"), { exact: true }).fill("short");
    await page.getByRole("button", { name: text("continue") }).click();
    await page.getByText(text("password-too-short", { count: 10 })).waitFor();
    await page.getByLabel(text("new-password"), { exact: true }).fill("a sentence to keep");
    await page.getByLabel(text("repeat-password"), { exact: true }).fill("a sentence to keep");
    await page.getByRole("button", { name: text("continue") }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/welcome"));
    assert.equal((await page.goto(link)).status(), 410);
    await page.getByText(text("link-expired")).waitFor();
  });
});

test("an invitation with a mistake keeps what was typed", () =>
  withPage("admin", {}, async (page) => {
    await page.goto("/people");
    await page.getByRole("link", { name: text("invite") }).click();
    await page.getByLabel(text("field-name")).fill("Ada Nowak");
    await page.getByLabel(text("field-email")).fill(people.hos);
    await page.getByRole("button", { name: text("invite") }).click();
    await page.getByText(text("error-duplicate")).waitFor();
    assert.equal(await page.getByLabel(text("field-name")).inputValue(), "Ada Nowak");
    assert.equal(await page.getByLabel(text("field-email")).inputValue(), people.hos);
  }));

test("only who runs the product may invite", async () => {
  for (const who of ["hos", "aem", "ae"]) assert.equal((await get(who, "/people/invite")).status, 403);
  assert.equal((await get("admin", "/people/invite")).status, 200);
});

test("a second factor is replaced only with a code of the one in use", () =>
  withPage("admin", {}, async (page) => {
    await page.goto("/second-factor");
    await page.getByText(text("second-factor-on")).waitFor();
    const secret = (await page.getByRole("main").locator("code").innerText()).replaceAll(" ", "");
    assert.notEqual(secret, admin().secret);
    await page.getByLabel(text("new-code"), { exact: true }).fill(totp(secret));
    await page.getByRole("button", { name: text("continue") }).click();
    await page.getByText(text("wrong-code")).waitFor();
    assert.equal(await page.getByLabel(text("old-code"), { exact: true }).getAttribute("aria-invalid"), "true");
  }));

test("who has no second factor is told so", () =>
  withPage("ae", {}, async (page) => {
    for (const path of ["/profile", "/second-factor"]) {
      await page.goto(path);
      await page.getByText(text("second-factor-off")).waitFor();
    }
  }));

test("a session is named by browser and system, and the one that looks is marked", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await typeIn(page, people.ae, PASSWORD);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    await page.goto("/profile");
    const here = page.getByRole("listitem").filter({ hasText: text("this-device") });
    assert.equal(await here.count(), 1);
    assert.match(await here.innerText(), /Chrome on Linux/);
    assert.equal(await here.getByRole("button").count(), 0);
  }));

test("a token is shown once and revoked by its owner", () =>
  withPage("aem", {}, async (page) => {
    await page.goto("/profile");
    await page.getByLabel(text("token-label")).fill("Nightly report");
    await page.getByRole("button", { name: text("token-make") }).click();
    const token = /clinch_[\w-]+/.exec(await page.getByRole("main").innerText())[0];
    await page.goto("/profile");
    assert.ok(!(await page.content()).includes(token));
    await page.getByRole("listitem").filter({ hasText: "Nightly report" }).getByRole("button").click();
    await page.waitForURL(/\/profile$/);
    assert.equal(await page.getByRole("listitem").filter({ hasText: "Nightly report" }).count(), 0);
  }));
