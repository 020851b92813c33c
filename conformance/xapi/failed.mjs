// Names each test of a run log that did not pass.
import { readFileSync } from "node:fs";

const { log } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const walk = (test, path) => {
  const inner = test.tests ?? [];
  const name = [...path, test.title].filter(Boolean);
  if (inner.length === 0 && test.status !== "passed") console.log(`${test.status}: ${name.slice(-2).join(" > ")}`);
  for (const one of inner) walk(one, name);
};
// Without a failure there is none.
if (log) walk(log, []);
