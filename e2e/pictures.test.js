// What the scorecard looks like: e2e/out for whoever wants to look, docs/screens for the README.
import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { test } from "node:test";
import { settle, withPage } from "./helpers.js";

const out = new URL("out/", import.meta.url).pathname;
const screens = new URL("../docs/screens/", import.meta.url).pathname;

for (const lang of ["en", "th", "ja"]) {
  test(`the scorecard is pictured in ${lang}, at three widths, light and dark`, () =>
    withPage("hos", { lang }, async (page) => {
      for (const width of [360, 1280, 2560]) {
        await page.setViewportSize({ width, height: 740 });
        await settle(page, "/scorecard");
        // As tall as the page, so that what stays at the window's edge stands at the page's.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height });
        for (const theme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: theme });
          const path = `${out}scorecard-${width}-${theme}-${lang}.png`;
          await page.screenshot({ path, animations: "disabled" });
          assert.ok(statSync(path).size > 10_000, path);
        }
      }
    }));
}

if (process.env.CLINCH_WRITE_SCREENSHOT === "1") {
  test("the README's picture is written", () =>
    withPage("acme-hos", {}, async (page) => {
      mkdirSync(screens, { recursive: true });
      await settle(page, "/scorecard");
      await page.screenshot({ path: `${screens}scorecard.png`, animations: "disabled" });
    }));
}
