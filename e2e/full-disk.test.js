// A disk that fills up during an import: the program says so, and what was written before stands.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const data = new URL("../data/northwind", import.meta.url).pathname;

test("where a file may not grow any more the import ends with words, and the database is sound", () => {
  const folder = mkdtempSync(join(tmpdir(), "full-"));
  const db = join(folder, "full.db");
  const run = (limit, ...words) =>
    spawnSync("bash", ["-c", `${limit}"$0" "$@"`, process.env.CLINCH_BIN, "--db", db, ...words], { encoding: "utf8" });
  try {
    // In blocks of 1,024 bytes: far less than the company needs.
    const filled = run("ulimit -f 600; ", "import", "northwind", data);
    assert.equal(filled.signal, null);
    assert.equal(filled.status, 1, filled.stderr);
    assert.match(filled.stderr, /full/);
    const doctor = run("", "doctor");
    assert.equal(doctor.status, 0, doctor.stdout + doctor.stderr);
    assert.match(doctor.stdout, /sound/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
