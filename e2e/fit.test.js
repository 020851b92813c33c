// Every page in three languages, three widths, light and dark: nothing sticks out sideways, the browser is content. In English each
// width is loaded anew, as scripts draw by it; other languages are loaded once on the narrowest and widened.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, everyPage, settle, withPage } from "./helpers.js";
import { stickingOut, WIDTHS } from "./looks.js";

/** What a script draws anew by the width stands after two frames. */
const redrawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

for (const lang of ["en", "th", "ja"]) {
  for (const { name, who, path, status = 200 } of await everyPage()) {
    test(`the ${name} fits every width, light and dark, in ${lang}`, () =>
      withPage(who, { lang }, async (page) => {
        const found = complaints(page);
        const wrong = [];
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          if (lang === "en" || width === WIDTHS[0]) {
            const answer = await settle(page, path);
            assert.equal(answer.status(), status, path);
            assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
          } else {
            await redrawn(page);
          }
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme });
            const over = await page.evaluate(stickingOut);
            if (over) wrong.push(`${width} ${colorScheme}: ${over}`);
          }
        }
        assert.deepEqual({ wrong, found }, { wrong: [], found: [] });
      }));
  }
}
