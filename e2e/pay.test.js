// The program pays what the worked examples say, asked at the command line with each example's files.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const examples = new URL("../conformance/pay", import.meta.url).pathname;
const inputs = ["credits", "people", "quotas", "actuals", "rates", "cash", "paid"];
const pay = (...words) => spawnSync(process.env.CLINCH_BIN, ["pay", ...words], { encoding: "utf8" });
const cents = (text) => BigInt(Math.round(Number(text) * 1000));

for (const example of readdirSync(examples)) {
  const folder = `${examples}/${example}`;
  const there = inputs.filter((name) => existsSync(`${folder}/${name}.csv`));
  const files = there.flatMap((name) => [`--${name}`, `${folder}/${name}.csv`]);
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8"));

  for (const { period, payees = [] } of [expected].flat()) {
    test(`pay calculate: ${example}, ${period}`, () => {
      const asked = pay("calculate", "--plan", `${folder}/plan.toml`, ...files, "--period", period, "--format", "json");
      assert.equal(asked.status, 0, asked.stderr);
      const paid = JSON.parse(asked.stdout).payees;
      for (const payee of payees) {
        const found = paid.find(({ id }) => id === payee.id);
        assert.ok(found, `${payee.id} is not paid`);
        if (payee.total !== undefined) assert.equal(cents(found.total), cents(payee.total), payee.id);
        for (const component of found.components) {
          const lines = component.lines.reduce((sum, line) => sum + cents(line.amount), 0n);
          assert.equal(lines, cents(component.amount), `the lines of ${component.id}`);
          for (const line of component.lines) assert.ok(line.reason, "each line says why");
        }
      }
    });
  }
}

test("pay conformance runs them all, and tells the value that differs", (context) => {
  const all = pay("conformance", examples);
  assert.equal(all.status, 0, all.stdout);
  assert.match(all.stdout, /^(\d+) of \1 examples come out$/m);

  const folder = mkdtempSync(join(tmpdir(), "pay-"));
  context.after(() => rmSync(folder, { recursive: true }));
  assert.notEqual(pay("conformance", folder).status, 0, "a folder without examples is no success");
  cpSync(`${examples}/c04-above-quota`, `${folder}/changed`, { recursive: true });
  const expected = `${folder}/changed/expected.json`;
  writeFileSync(expected, readFileSync(expected, "utf8").replaceAll("4620.00", "4620.01"));
  const changed = pay("conformance", folder);
  assert.notEqual(changed.status, 0);
  assert.match(changed.stdout, /4620\.01.*4620\.00/);
});

test("reasons come in each language", () => {
  const folder = `${examples}/c04-above-quota`;
  const said = ["en", "th", "ja"].map((lang) => {
    const asked = pay("calculate", "--plan", `${folder}/plan.toml`, "--credits", `${folder}/credits.csv`, "--lang", lang, "--format", "json");
    return JSON.parse(asked.stdout).payees[0].components[0].lines[0].reason;
  });
  assert.equal(new Set(said).size, 3, said.join(" · "));
});
