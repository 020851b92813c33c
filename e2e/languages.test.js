import assert from "node:assert/strict";
import { test } from "node:test";
import { drill, withPage, words } from "./helpers.js";

const thai = /[\u0e00-\u0e7f]/;
const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
const nav = ["scorecard", "records-order", "records-product", "records-account", "records-contact", "records-person"];

test("a language chosen on the profile is kept on every page", () =>
  withPage("hos", {}, async (page) => {
    for (const [own, lang] of [["ไทย", "th"], ["日本語", "ja"], ["English", "en"]]) {
      await page.goto("/profile");
      await page.getByRole("main").getByRole("link", { name: own, exact: true }).click();
      await page.waitForLoadState();
      for (const path of ["/scorecard", "/orders", drill({ from: 1997, to: 1998 })]) {
        await page.goto(path);
        assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
        const menu = page.getByRole("navigation", { name: words(lang, "main-menu") });
        for (const key of nav) await menu.getByRole("link", { name: words(lang, key), exact: true }).waitFor();
      }
    }
  }));

test("a stranger chooses the language on the sign-in page", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "ไทย" }).click();
    await page.getByRole("button", { name: "เข้าสู่ระบบ" }).waitFor();
    await page.getByRole("link", { name: "日本語" }).click();
    await page.getByRole("button", { name: "サインイン" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  }));

test("choosing a language does not lose the page asked for", () =>
  withPage(null, {}, async (page) => {
    await page.goto("/orders?q=10248");
    await page.getByRole("link", { name: "日本語" }).click();
    await page.waitForLoadState();
    assert.equal(await page.locator('input[name="to"]').inputValue(), "/orders?q=10248");
  }));

test("without a choice the browser's language is taken", async () => {
  for (const [locale, lang] of [["th-TH", "th"], ["ja-JP", "ja"], ["de-DE", "en"]]) {
    await withPage(null, { locale }, async (page) => {
      await page.context().clearCookies();
      await page.goto("/sign-in");
      assert.equal(await page.locator("html").getAttribute("lang"), lang, locale);
    });
  }
});

test("a Thai page counts years in the Buddhist era and has a Thai menu", () =>
  withPage("hos", { lang: "th" }, async (page) => {
    await page.goto("/scorecard");
    const shown = await page.getByRole("main").innerText();
    assert.match(shown, /254[01]/, "1998 is 2541");
    assert.ok(!/\b199[678]\b/.test(shown), "no year of the common era");
    assert.match(await page.getByRole("navigation", { name: "เมนูหลัก" }).innerText(), /สกอร์การ์ด/);
    await page.goto(drill({ from: 1997, to: 1998 }));
    const opened = await page.getByRole("main").innerText();
    assert.match(opened, /2540/);
    assert.ok(opened.includes("617,085.20"), "digits are the same everywhere");
    await page.goto("/orders");
    assert.match(await page.getByRole("table").innerText(), /254[01]/);
  }));

test("a Japanese page is Japanese, with years of the common era", () =>
  withPage("hos", { lang: "ja" }, async (page) => {
    await page.goto("/scorecard");
    const shown = await page.getByRole("main").innerText();
    assert.match(shown, /1998年/);
    assert.match(shown, /売上/);
    assert.match(await page.getByRole("navigation", { name: "メインメニュー" }).innerText(), /スコアカード/);
    await page.goto("/orders");
    assert.match(await page.getByRole("table").innerText(), /199\d年\d+月\d+日/);
  }));

test("headings and buttons of every page are in its language", async () => {
  for (const [lang, script] of [["th", thai], ["ja", japanese]]) {
    await withPage("hos", { lang }, async (page) => {
      for (const path of ["/scorecard", drill({ from: 1997, to: 1998 }), "/orders", "/accounts", "/profile", "/nowhere"]) {
        await page.goto(path);
        const texts = await page.locator("thead th, h2, button").allInnerTexts();
        // Names, codes and periods of no language may stand alone.
        const bare = texts.map((text) => text.trim()).filter((text) => /[A-Za-z]{4,}/.test(text) && !script.test(text));
        assert.deepEqual(bare, [], `${lang} ${path}`);
      }
    });
  }
});
