// Every page in Thai and Japanese, three widths, light and dark: nothing sticks out sideways, the browser is content. A page is loaded
// once, on the narrowest, and widened. The English ones are looked at with axe.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, everyPage, withPage } from "./helpers.js";
import { visit, tooWide, WIDTHS } from "./looks.js";

for (const lang of ["th", "ja"]) {
  for (const { name, who, path, status } of await everyPage()) {
    test(`the ${name} fits every width, light and dark, in ${lang}`, () =>
      withPage(who, { lang, width: WIDTHS[0] }, async (page) => {
        const found = complaints(page);
        await visit(page, lang, path, status);
        assert.deepEqual({ wrong: await tooWide(page), found }, { wrong: [], found: [] });
      }));
  }
}
