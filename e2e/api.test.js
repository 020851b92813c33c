// Acme's deals for programs: asked with a token, changed on top of what was read, taken back. The deal is D0231.
import assert from "node:assert/strict";
import { test } from "node:test";
import { acmeBase, get, sample, SESSION, withPage, words } from "./helpers.js";

const text = (key, values) => words("en", key, values);

/** A token of the head of sales, from her profile. */
const token = await withPage("acme-hos", {}, async (page) => {
  await page.goto("/profile");
  await page.getByLabel(text("token-label")).fill("Tests of the API");
  await page.getByRole("button", { name: text("token-make") }).click();
  return /clinch_[\w-]+/.exec(await page.getByRole("main").innerText())[0];
});

/** Asks the API: status, media type and what came as JSON. */
async function api(path, { method = "GET", send, headers = { authorization: `Bearer ${token}` } } = {}) {
  const answer = await fetch(`${acmeBase}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(send && { "content-type": "application/json" }) },
    body: send && JSON.stringify(send),
  });
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json() };
}

const [{ id, fields: atFirst }] = (await api("/deals?external_id=D0231")).body.records;
const read = async () => (await api(`/deals/${id}`)).body;
const patch = (send) => api(`/deals/${id}`, { method: "PATCH", send });
const { version: imported } = await read();
const undo = (seqs) => api(`/deals/${id}/undo`, { method: "POST", send: { seqs } });

function assertProblem(answer, status, detail) {
  assert.deepEqual([answer.status, answer.type], [status, "application/problem+json"]);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.detail, detail);
}

test("the document of the API has the ways to a deal, and every schema it names", async () => {
  const { status, body } = await api("/openapi.json");
  assert.equal(status, 200);
  const ways = (path) => Object.keys(body.paths[path] ?? {}).filter((way) => /^(get|patch|post)$/.test(way)).sort();
  assert.deepEqual(ways("/api/v1/deals"), ["get", "post"]);
  assert.deepEqual(ways("/api/v1/deals/{id}"), ["get", "patch"]);
  assert.deepEqual(ways("/api/v1/deals/{id}/undo"), ["post"]);
  const named = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].filter((name) => !body.components.schemas[name]), []);
});

test("a deal is found by its number at the source, as the sample has it", async () => {
  const deal = sample("acme", "deals").find((deal) => deal.id === "D0231");
  const { status, body } = await api("/deals?external_id=D0231");
  assert.deepEqual([status, body.total, body.records.length], [200, 1, 1]);
  const [{ external_id, fields }] = body.records;
  assert.equal(external_id, deal.id);
  for (const field of ["name", "currency", "opened_on", "first_contact_on", "close_date", "next_step"]) {
    assert.equal(fields[field], deal[field], field);
  }
  assert.equal(Number(fields.amount), Number(deal.amount));
  assert.equal((await api("/deals?external_id=D9999")).body.total, 0);
});

test("the list is leafed through, and holds every deal", async () => {
  const numbers = new Set();
  for (let offset = 0; offset < 500; offset += 200) {
    const { body } = await api(`/deals?offset=${offset}&limit=200`);
    assert.equal(body.total, 430);
    for (const record of body.records) numbers.add(record.external_id);
  }
  assert.equal(numbers.size, 430);
});

test("a change on top of what was read is written, one on top of an older state is a conflict, and undo restores", async () => {
  const { version } = await read();
  const changed = await patch({ fields: { amount: "1700000" }, based_on: version });
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body.changed, ["amount"]);
  assert.equal(changed.body.record.fields.amount, "1700000");
  assert.ok(changed.body.record.version > version);

  assertProblem(await patch({ fields: { amount: "1800000" }, based_on: version }), 409, /amount/);
  assert.equal((await read()).fields.amount, "1700000");
  const other = await patch({ fields: { competitor: "Somebody" }, based_on: version });
  assert.equal(other.status, 200, "another field is no conflict");

  const back = await undo([...changed.body.seqs, ...other.body.seqs]);
  assert.equal(back.status, 200);
  assert.deepEqual(back.body.record.fields, atFirst);
});

test("an undo names what was set later and leaves it", async () => {
  const first = await patch({ fields: { competitor: "Somebody" } });
  const later = await patch({ fields: { competitor: "Somebody else" } });
  const back = await undo(first.body.seqs);
  assert.deepEqual([back.status, back.body.set_later], [200, ["competitor"]]);
  assert.equal(back.body.record.fields.competitor, "Somebody else");
  await undo(later.body.seqs);
  assert.deepEqual((await read()).fields, atFirst);
});

test("what was there already is nothing written", async () => {
  const { version } = await read();
  const same = await patch({ fields: { amount: "1690500.00", name: atFirst.name } });
  assert.deepEqual([same.status, same.body.changed, same.body.seqs], [200, [], []]);
  assert.equal((await read()).version, version);
});

for (const [what, send, detail] of [
  ["a field that is not there", { fields: { colour: "red" } }, /colour.*amount/],
  ["no number", { fields: { amount: "much" } }, /amount/],
  ["no name", { fields: { name: null } }, /name/],
  ["a stage that is not there", { fields: { stage: "Nowhere" } }, /stage/],
  ["no day to hold from", { fields: { amount: "1" }, since: "someday" }, /since/],
]) {
  test(`a change with ${what} is refused, with the reason`, async () => {
    const { version } = await read();
    assertProblem(await patch(send), 422, detail);
    assert.equal((await read()).version, version);
  });
}

test("a row of an import is not taken back alone", async () => {
  assertProblem(await undo([imported]), 422, /import/);
  assert.deepEqual((await read()).fields, atFirst);
});

test("without a token, with a wrong one, or with the cookie of a session alone nothing is told", async () => {
  const cookie = await withPage("acme-hos", {}, async (page) =>
    (await page.context().cookies()).find((cookie) => cookie.name === SESSION),
  );
  const signedIn = { cookie: `${SESSION}=${cookie.value}` };
  assert.equal((await get("acme-hos", "/deals")).status, 200, "the cookie is good for pages");
  for (const headers of [{}, { authorization: "Bearer clinch_nothing" }, signedIn]) {
    assertProblem(await api("/deals", { headers }), 401, /./);
    assertProblem(await api(`/deals/${id}`, { method: "PATCH", send: { fields: { amount: "1" } }, headers }), 401, /./);
  }
});

test("a record that is not there, or is no deal, is not found", async () => {
  for (const path of ["/deals/1", "/deals/999999999"]) assertProblem(await api(path), 404, /no such record/);
});
