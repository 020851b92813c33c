// What every test file shares: a browser, people who are signed in, words of the pages, exact sums.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const root = new URL("..", import.meta.url);

/** Where the companies are served, and the folders they keep their logins in; `run.sh` sets all four. */
const companies = {
  northwind: { url: process.env.CLINCH_URL, folder: process.env.CLINCH_FOLDER },
  acme: { url: process.env.CLINCH_ACME_URL, folder: process.env.CLINCH_ACME_FOLDER },
};
for (const { url, folder } of Object.values(companies)) assert.ok(url && folder, "start the tests with e2e/run.sh");
export const base = companies.northwind.url;
export const acmeBase = companies.acme.url;

export const PASSWORD = "clinch-demo-2026";
export const SESSION = "__Host-clinch";
/**
 * Head of sales, team manager, salesperson of Northwind; of Acme by role.
 * The administrators' addresses, `admin` and `acme-admin`, stand in their companies' folders.
 */
export const people = {
  hos: "andrew.fuller@northwind.example",
  aem: "steven.buchanan@northwind.example",
  ae: "margaret.peacock@northwind.example",
  "acme-hos": "margaret@acme.example",
  "acme-ceo": "kittiphong@acme.example",
  "acme-aem": "onanong@acme.example",
  "acme-ae": "paweena@acme.example",
  "acme-sdr": "grace@acme.example",
  "acme-hr": "benjawan@acme.example",
  "acme-kam": "fiona@acme.example",
  "acme-se": "daniel@acme.example",
  "acme-esd": "kenji@acme.example",
};

/** A stranger at Acme's address is `acme-nobody`. */
const isSomebody = (who) => who && who !== "acme-nobody";
const companyOf = (who) => (who?.startsWith("acme-") ? companies.acme : companies.northwind);

let launched;

/** One browser a file, closed with its last test. */
export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, "--disable-sync", "--no-first-run"],
  });
  return launched;
}

after(async () => (await launched)?.close());

async function contextOf(who, { lang = "en", width = 1280, height = 900, ...rest } = {}) {
  const { url } = companyOf(who);
  const context = await (await browser()).newContext({
    baseURL: url,
    locale: lang,
    viewport: { width, height },
    reducedMotion: "reduce",
    ...rest,
  });
  context.setDefaultTimeout(10_000);
  if (isSomebody(who)) await context.addCookies([await session(who)]);
  await context.addCookies([{ name: "language", value: lang, url }]);
  return context;
}

const kept = new Map();

/** Somebody's context, one a file, so that fonts and scripts are fetched once; a stranger's is new each time. */
function keptContext(who, options) {
  const key = JSON.stringify([who, options]);
  if (who && !kept.has(key)) kept.set(key, contextOf(who, options));
  return kept.get(key) ?? contextOf(who, options);
}

/** Runs a test with a page of somebody: `who` is a key of `people`, an administrator, or nothing for a stranger. */
export async function withPage(who, options, use) {
  const context = await keptContext(who, options);
  const page = await context.newPage();
  try {
    return await use(page);
  } finally {
    await (who ? page : context).close();
  }
}

/** The session's cookie of a person, kept for all files: each signs in once a run. */
async function session(who) {
  const { url, folder } = companyOf(who);
  const file = join(folder, "..", `session-${who}`);
  const begin = () => (/\badmin$/.test(who) ? adminSession(who) : passwordSession(url, people[who]));
  if (!existsSync(file)) writeFileSync(file, await begin());
  return { name: SESSION, value: readFileSync(file, "utf8"), url: secure(url), httpOnly: true, secure: true };
}

// A browser takes a secure cookie for a loopback address without TLS; the call that sets one wants to see https.
const secure = (address) => address.replace("http:", "https:");

const post = (address, fields) =>
  fetch(address, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });

function cookieOf(answer) {
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith(`${SESSION}=`));
  assert.ok(cookie, `no session came with the answer ${answer.status}`);
  return cookie.slice(SESSION.length + 1).split(";")[0];
}

async function passwordSession(url, email) {
  return cookieOf(await post(`${url}/sign-in`, { email, password: PASSWORD }));
}

// A code counts once: where this half minute's was taken by another file, the one before or after it is still good.
async function adminSession(who) {
  const { url } = companyOf(who);
  const { email, secret } = admin(who);
  for (const step of [0, 1, -1]) {
    const asked = await post(`${url}/sign-in`, { email, password: PASSWORD });
    const ticket = /name="ticket" value="([^"]+)"/.exec(await asked.text())?.[1];
    assert.ok(ticket, "the password of the administrator leads to a code");
    const answer = await post(`${url}/sign-in/code`, { ticket, code: totp(secret, Date.now() + step * 30_000) });
    if (answer.status === 303) return cookieOf(answer);
  }
  assert.fail("no code of the administrator was taken");
}

/** The administrator's address and secret, from the list that the company was made with. */
export function admin(who = "admin") {
  const { folder } = companyOf(who);
  const file = readdirSync(folder).find((name) => name.endsWith("logins.txt"));
  assert.ok(file, "the company's folder has a list of logins");
  const text = readFileSync(join(folder, file), "utf8");
  const line = text.split("\n").find((line) => /\bops\b/.test(line) && line.includes("@"));
  const email = /[\w.+-]+@[\w.-]+/.exec(line ?? "")?.[0];
  const secret = /\b[A-Z2-7]{32}\b/.exec(text)?.[0];
  assert.ok(email && secret, `the list names the administrator and the secret:\n${text}`);
  return { email, secret };
}

/** The six digits of RFC 6238 at a moment. */
export function totp(secret, milliseconds = Date.now()) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Fetches an address as somebody, without a browser: status, text, headers. */
export async function get(who, path, headers = {}) {
  const cookie = isSomebody(who) ? `${SESSION}=${(await session(who)).value}; language=en` : "language=en";
  const answer = await fetch(companyOf(who).url + path, { headers: { cookie, ...headers }, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Sends a form as a browser does; without mail the page that answers shows a link to be handed over. */
export async function send(who, path, fields) {
  const { url } = companyOf(who);
  const cookie = `${SESSION}=${(await session(who)).value}; language=en`;
  const answer = await fetch(url + path, { method: "POST", headers: { cookie, origin: url }, body: new URLSearchParams(fields), redirect: "manual" });
  return { status: answer.status, text: await answer.text() };
}

const messages = new Map();

/** A text of the pages in a language, from the translations; `{ $name }` is filled in. */
export function words(lang, key, values = {}) {
  if (!messages.has(lang)) {
    const files = ["access", "errors", "glossary", "kpi", "pay", "records", "runs", "people", "coaching", "payreview", "planform", "plan", "training", "quotaplan", "recruiting", "territories", "inbox", "attachments", "shell"];
    const read = (file) => readFileSync(new URL(`crates/edges/web-kit/locales/${lang}/${file}.ftl`, root), "utf8");
    const lines = files.flatMap((file) => read(file).split("\n"));
    messages.set(lang, new Map(lines.map((line) => /^([\w-]+) = (.+)$/.exec(line)?.slice(1, 3)).filter(Boolean)));
  }
  const text = messages.get(lang).get(key);
  assert.ok(text, `${lang} has a text ${key}`);
  return text.replace(/\{ ?\$(\w+) ?\}/g, (_, name) => values[name]);
}

/** The numbers of a text in hundredths, exactly: `USD 440,623.87` is [44062387n]. */
export function hundredths(text) {
  const found = text.replaceAll("−", "-").matchAll(/(-?)(\d[\d,]*)(?:\.(\d+))?/g);
  return [...found].map(([, sign, whole, decimals = ""]) => {
    assert.ok(!/[1-9]/.test(decimals.slice(2)), `${text} has no more than two decimals`);
    const number = BigInt(whole.replaceAll(",", "") + decimals.slice(0, 2).padEnd(2, "0"));
    return sign ? -number : number;
  });
}

export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0n);

/** Millionths of a plain decimal, exactly. */
export function millionths(text) {
  const parts = /^(-?)(\d+)(?:\.(\d{1,6})0*)?$/.exec(text);
  assert.ok(parts, `${text} is a plain decimal`);
  const number = BigInt(parts[2] + (parts[3] ?? "").padEnd(6, "0"));
  return parts[1] ? -number : number;
}

/** Half away from zero. */
export function toHundredths(inMillionths) {
  const half = inMillionths < 0n ? -5000n : 5000n;
  return (inMillionths + half) / 10_000n;
}

/** `44062387n` as a page writes it: `440,623.87`. */
export function grouped(inHundredths) {
  const text = String(inHundredths).padStart(3, "0");
  return `${text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${text.slice(-2)}`;
}

/** The records of a CSV by their heads (RFC 4180); every row has as many cells as the head. */
export function csv(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    assert.ok(match, "the text is CSV");
    rows.at(-1).push(match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]);
    if (match[2] !== "," && cell.lastIndex < text.length) rows.push([]);
  }
  const [heads, ...records] = rows;
  records.forEach((row) => assert.equal(row.length, heads.length, `a row has a cell for every head: ${row}`));
  return records.map((row) => Object.fromEntries(heads.map((head, place) => [head, row[place]])));
}

/** A sample file's records: `sample("acme", "deals")`. */
/** What a PDF says, in the order in which it was written. */
export async function pdfText(answer) {
  assert.equal(answer.status(), 200, answer.url());
  assert.equal(answer.headers()["content-type"], "application/pdf");
  return execFileSync("pdftotext", ["-raw", "-", "-"], { input: await answer.body(), encoding: "utf8" });
}

/** The product's own program on the sample company's database. */
export const clinch = (...given) =>
  execFileSync(process.env.CLINCH_BIN, ["--db", process.env.CLINCH_ACME_DB ?? join(process.env.CLINCH_ACME_FOLDER, "acme.db"), ...given], { encoding: "utf8" });

export const sample = (company, name) =>
  csv(readFileSync(new URL(`data/${company}/${name}.csv`, root), "utf8").replace(/^\ufeff/, ""));

/** The orders as the sample files tell them, each with its day and its net revenue in millionths. */
export function northwind() {
  const net = new Map();
  for (const line of sample("northwind", "order_details")) {
    const whole = millionths(line.UnitPrice) * BigInt(line.Quantity) * (1_000_000n - millionths(line.Discount));
    net.set(line.OrderID, (net.get(line.OrderID) ?? 0n) + whole / 1_000_000n);
  }
  return sample("northwind", "orders").map((order) => {
    const [month, day, year] = order.OrderDate.split("/");
    const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    return { id: order.OrderID, employee: order.EmployeeID, freight: millionths(order.Freight), date, net: net.get(order.OrderID) };
  });
}

/** The address of revenue's rows: by, entity and the years [from, to). */
export function drill({ kpi = "revenue", by = "company", entity, from, to, ...rest }) {
  const asked = { by, entity, from: from && `${from}-01-01`, to: to && `${to}-01-01`, ...rest };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return `/kpi/${kpi}?${new URLSearchParams(given)}`;
}

/** Opens a number and gives its page's text, after checking that the rows on it add up to it. */
export async function opened(page, path, expected) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), 200, path);
  const table = page.getByRole("main").getByRole("table", { name: words("en", "rows-behind") });
  const figures = (rows) =>
    rows.evaluateAll((rows) => rows.map((row) => row.querySelector("td.num")?.innerText ?? ""));
  const each = (await figures(table.locator("tbody tr"))).flatMap((cell) => hundredths(cell).slice(0, 1));
  const [total] = (await figures(table.locator("tfoot tr"))).slice(-1).flatMap(hundredths);
  const shown = await page.getByRole("main").innerText();
  assert.equal(grouped(total), expected, "the foot of the rows is the number");
  assert.equal(grouped(sum(each)), expected, "the rows add up to the number");
  assert.ok(shown.includes(expected), "the page shows the number");
  return shown;
}

export const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** `1997-06-30` as an English page writes it. */
export function readable(day) {
  const [year, month, date] = day.split("-").map(Number);
  const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  return `${date} ${names[month - 1]} ${year}`;
}

/** Collects what a browser complains of while the page is used. The document's own 403 or 404 is no complaint. */
export function complaints(page) {
  const found = [];
  page.on("pageerror", (error) => found.push(error.message));
  page.on("console", (line) => {
    const { url } = line.location();
    if (line.type() === "error" && url !== page.url()) found.push(`${line.text()} ${url}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // Fonts still on their way when the next page is opened are given up.
    if (why !== "net::ERR_ABORTED") found.push(`${request.url()} ${why}`);
  });
  return found;
}

/** Opens the address and waits until fonts and charts stand. */
export async function settle(page, path) {
  const answer = await page.goto(path, { waitUntil: "load" });
  await page.waitForFunction(() => !document.querySelector("[data-chart]:not([data-chart-ready])"));
  await page.evaluate(() => document.fonts.ready.then(() => true));
  return answer;
}

/** Every kind of page: its name, who looks, and its address; one that is not there says its status. */
export async function everyPage() {
  const order = csv((await get("hos", "/orders.csv")).text)[0].id;
  const won = csv((await get("acme-hos", "/deals.csv")).text).find((one) => one.external_id === "D0050").id;
  const statement = /\/pay\/statements\/\d+/.exec((await get("acme-ae", "/pay")).text)[0];
  const found = async (who, page, pattern) => pattern.exec((await get(who, page)).text)[0];
  const cycle = await found("acme-hr", "/appraisals", /\/appraisals\/cycles\/\d+/);
  const own = await found("acme-kam", "/appraisals", /\/appraisals\/\d+/);
  const asked360 = { name: "Khun Arun", email: `arun.${Date.now()}@customer.example`, language: "en" };
  const view = /\/view\/[\w-]+/.exec((await send("acme-hr", `${own}/customers`, asked360)).text)[0];
  const letter = await found("acme-ae", "/pay", /\/pay\/letters\/\d+/);
  const payReview = await found("acme-hos", "/compensation", /\/compensation\/reviews\/\d+/);
  const outcome = await found("acme-esd", "/compensation", /\/compensation\/outcomes\/\d+/);
  const accrued = await found("acme-ceo", "/pay/accruals/2026-10-31", /\/pay\/accruals\/2026-10-31\/of\/\d+/);
  const [deal] = (await found("acme-ae", "/pay/estimates", /\/deals\/\d+/)).match(/\d+$/);
  const quotaPlan = await found("acme-ceo", "/quotas/plans", /\/quotas\/plans\/\d+/);
  const description = await found("acme-hr", "/job-descriptions", /\/job-descriptions\/\d+/);
  const talk = await found("acme-ae", "/coaching", /\/coaching\/talks\/\d+/);
  // Whose tasks ask for something; the first link on the page is to one's own coaching.
  const [, , led] = /id="team"[^]*?(\/coaching\/people\/\d+)[^]*?(\/coaching\/people\/\d+)/.exec((await get("acme-aem", "/coaching")).text);
  const task = await found("acme-aem", led, /\/coaching\/tasks\/\d+/);
  const review = await found("acme-aem", led, /\/coaching\/reviews\/\d+/);
  const pattern = await found("acme-ae", "/coaching/patterns", /\/coaching\/patterns\/\d+/);
  const course = await found("acme-hr", "/learning/courses", /\/learning\/courses\/\d+/);
  const learner = await found("acme-aem", "/learning", /\/learning\/people\/\d+/);
  let opening, candidate;
  for (const [path] of (await get("acme-hr", "/recruiting")).text.matchAll(/\/recruiting\/openings\/\d+/g)) {
    const named = /\/recruiting\/candidates\/\d+(?="[^>]*>Sarah Lindqvist<)/.exec((await get("acme-hr", path)).text);
    if (named) [opening, candidate] = [path, named[0]];
  }
  const asked = await found("acme-sdr", "/recruiting", /\/recruiting\/interviews\/\d+/);
  const scored = await found("acme-esd", "/recruiting", /\/recruiting\/interviews\/\d+/);
  const territory = await found("acme-ae", "/territories", /\/territories\/\d+/);
  const territoryChange = await found("acme-hos", "/territories/changes", /\/territories\/changes\/\d+/);
  const rep = /\/people\/\d+(?="[^>]*>ปวีณา)/.exec((await get("acme-hr", "/people?q=paweena")).text)[0];
  const place = `${rep}/place`;
  const team = /\/teams\/\d+\/place(?=[^>]*Osaka)/.exec((await get("acme-hr", "/teams/tree")).text)[0];
  const development = (await get("acme-ae", "/development")).headers.get("location");
  return [
    { name: "sign-in", who: null, path: "/sign-in" },
    { name: "company's scorecard", who: "hos", path: "/scorecard" },
    { name: "team's scorecard", who: "aem", path: "/scorecard?by=manager&entity=5" },
    { name: "salesperson's scorecard", who: "ae", path: "/scorecard?by=rep" },
    { name: "scorecard of a past day", who: "hos", path: "/scorecard?as_of=1997-06-30" },
    { name: "drill page", who: "hos", path: drill({ from: 1997, to: 1998 }) },
    { name: "list of orders", who: "hos", path: "/orders" },
    { name: "empty list", who: "hos", path: "/orders?q=nothing-like-this" },
    { name: "order", who: "hos", path: `/orders/${order}` },
    { name: "list of accounts", who: "hos", path: "/accounts" },
    { name: "scorecard of a company with targets", who: "acme-hos", path: "/scorecard" },
    { name: "list of deals", who: "acme-hos", path: "/deals" },
    { name: "deal", who: "acme-hos", path: `/deals/${won}` },
    { name: "form of a deal", who: "acme-hos", path: `/deals/${won}/edit` },
    { name: "list of quotas", who: "acme-hos", path: "/quotas" },
    { name: "list of activities", who: "acme-hos", path: "/activities" },
    { name: "list of people", who: "admin", path: "/people" },
    { name: "profile", who: "hos", path: "/profile" },
    { name: "second factor", who: "hos", path: "/second-factor" },
    { name: "invitation", who: "admin", path: "/people/invite" },
    { name: "move of somebody", who: "acme-hr", path: place },
    { name: "move that is not for her", who: "acme-aem", path: place, status: 403 },
    { name: "tree of teams", who: "acme-ae", path: "/teams/tree" },
    { name: "new team", who: "acme-hr", path: "/teams/new" },
    { name: "move of a team", who: "acme-hr", path: team },
    { name: "move of a team that is not for her", who: "acme-aem", path: team, status: 403 },
    { name: "retention", who: "acme-hr", path: "/hr/retention" },
    { name: "retention of a kind", who: "acme-hr", path: "/hr/retention/coaching" },
    { name: "search", who: "hos", path: "/search?q=an" },
    { name: "list of all records", who: "hos", path: "/records" },
    { name: "form of a new lead", who: "hos", path: "/leads/new" },
    { name: "form of a new deal", who: "acme-ae", path: "/deals/new" },
    { name: "number with its companions", who: "acme-hos", path: "/kpi/sales_cycle_length?from=2026-01-01&to=2027-01-01" },
    { name: "number of a young cohort", who: "acme-hos", path: "/kpi/win_rate_created?from=2026-10-01&to=2026-11-01" },
    { name: "targets of the company and below", who: "acme-hos", path: "/cascade?period=2026" },
    { name: "targets as a salesperson sees them", who: "acme-ae", path: "/cascade?period=2026" },
    { name: "why a number changed", who: "acme-hos", path: "/kpi/revenue/why?from=2026-01-01&to=2026-04-01" },
    { name: "why a number changed since a day", who: "acme-hos", path: "/kpi/pipeline_value/why?as_of_then=2026-10-31" },
    { name: "page of 830 rows", who: "hos", path: drill({ from: 1996, to: 1999 }) },
    { name: "list of periods", who: "hos", path: "/periods" },
    { name: "period about to be closed", who: "hos", path: "/periods/1997-05" },
    { name: "list of scores", who: "acme-hos", path: "/scores?period=2025" },
    { name: "salesperson's own score", who: "acme-ae", path: "/scores?period=2025" },
    { name: "list of role scorecards", who: "acme-hos", path: "/scorecards" },
    { name: "form of a role scorecard", who: "acme-hos", path: "/scorecards/esd" },
    { name: "list of KPIs", who: "acme-hos", path: "/kpis" },
    { name: "form of a KPI", who: "acme-hos", path: "/kpis/win_rate_closed" },
    { name: "form of a new KPI", who: "acme-hos", path: "/kpis/new" },
    { name: "KPI as a salesperson reads it", who: "acme-ae", path: "/kpis/sales_cycle_length" },
    { name: "pay as who approves it sees it", who: "acme-ceo", path: "/pay" },
    { name: "pay run", who: "acme-ceo", path: "/pay/runs/2026-09" },
    { name: "form of a pay plan", who: "acme-ceo", path: "/pay/plans?from=account-executive" },
    { name: "pay plan as a form", who: "acme-ceo", path: "/pay/plans/form?from=key-account-manager" },
    { name: "salesperson's pay", who: "acme-ae", path: "/pay" },
    { name: "pay statement", who: "acme-ae", path: `${statement}?amount=100000&type=new` },
    { name: "what open deals would earn", who: "acme-ae", path: "/pay/estimates" },
    { name: "accruals", who: "acme-ceo", path: "/pay/accruals" },
    { name: "accrual of a day", who: "acme-ceo", path: "/pay/accruals/2026-10-31" },
    { name: "somebody's part of an accrual", who: "acme-ceo", path: accrued },
    { name: "open deals chosen", who: "acme-ae", path: `/pay/estimates?deal=${deal}` },
    { name: "plan letter", who: "acme-ae", path: letter },
    { name: "reviews of pay", who: "acme-hos", path: "/compensation" },
    { name: "review of pay", who: "acme-hos", path: payReview },
    { name: "salaries", who: "acme-hos", path: "/compensation/salaries" },
    { name: "what a review of pay gave", who: "acme-esd", path: outcome },
    { name: "pay run that is not for her", who: "acme-ae", path: "/pay/runs/2026-09", status: 403 },
    { name: "quotas of a year", who: "acme-hos", path: "/quotas/plan?year=2027" },
    { name: "plan of quotas", who: "acme-ceo", path: quotaPlan },
    { name: "sales plans", who: "acme-hos", path: "/sales-plan?year=2026" },
    { name: "own sales plan", who: "acme-ae", path: "/sales-plan?year=2026" },
    { name: "sales plan of a year to come", who: "acme-ae", path: "/sales-plan?year=2027" },
    { name: "territories", who: "acme-hos", path: "/territories" },
    { name: "territories as a salesperson sees them", who: "acme-ae", path: "/territories" },
    { name: "territory", who: "acme-hos", path: territory },
    { name: "accounts without a rule", who: "acme-hos", path: "/territories/accounts?state=unruled" },
    { name: "rules of territories", who: "acme-hos", path: "/territories/rules" },
    { name: "what the rules would move", who: "acme-hos", path: "/territories/plan" },
    { name: "moves that are proposed", who: "acme-hos", path: "/territories/proposal" },
    { name: "changes of territories", who: "acme-hos", path: "/territories/changes" },
    { name: "change of territories", who: "acme-hos", path: territoryChange },
    { name: "rules of territories that are not for her", who: "acme-ae", path: "/territories/rules", status: 403 },
    { name: "coaching of a leader", who: "acme-aem", path: "/coaching" },
    { name: "coaching of a salesperson", who: "acme-ae", path: "/coaching" },
    { name: "somebody's coaching", who: "acme-aem", path: led },
    { name: "1:1", who: "acme-ae", path: talk },
    { name: "coached task", who: "acme-aem", path: task },
    { name: "feedback", who: "acme-ae", path: "/coaching/feedback" },
    { name: "rubrics", who: "acme-aem", path: "/coaching/reviews" },
    { name: "form of a rubric", who: "acme-hr", path: "/coaching/rubrics/discovery_call" },
    { name: "form of a new rubric", who: "acme-hr", path: "/coaching/rubrics/new" },
    { name: "form of a rubric that is not for her", who: "acme-aem", path: "/coaching/rubrics/discovery_call", status: 403 },
    { name: "form of a review", who: "acme-aem", path: `${led}/reviews/seven_mistakes` },
    { name: "review", who: "acme-aem", path: review },
    { name: "patterns", who: "acme-ae", path: "/coaching/patterns" },
    { name: "pattern", who: "acme-ae", path: pattern },
    { name: "whether coaching works", who: "acme-hos", path: "/coaching/effect?period=2026-Q3" },
    { name: "training of everybody", who: "acme-hr", path: "/learning" },
    { name: "one's own training", who: "acme-ae", path: "/learning" },
    { name: "somebody's training", who: "acme-aem", path: learner },
    { name: "courses", who: "acme-hr", path: "/learning/courses" },
    { name: "course", who: "acme-hr", path: course },
    { name: "form of a course", who: "acme-hr", path: `${course}/edit` },
    { name: "learning tools", who: "acme-hr", path: "/learning/sources" },
    { name: "openings", who: "acme-hr", path: "/recruiting" },
    { name: "recruiting as a salesperson sees it", who: "acme-sdr", path: "/recruiting" },
    { name: "headcount plan", who: "acme-hr", path: "/recruiting/plan" },
    { name: "opening with its board", who: "acme-hr", path: opening },
    { name: "opening as who sees no candidates", who: "acme-ceo", path: opening },
    { name: "candidates behind a number", who: "acme-hr", path: `${opening}/candidates?stage=screened&passage=reached` },
    { name: "candidate", who: "acme-hr", path: candidate },
    { name: "scorecard to be written", who: "acme-sdr", path: asked },
    { name: "scorecard that is handed in", who: "acme-esd", path: scored },
    { name: "who falls due for erasure", who: "acme-hr", path: "/recruiting/erasure" },
    { name: "candidate who is not hers to see", who: "acme-kam", path: candidate, status: 404 },
    { name: "board of HR", who: "acme-hr", path: "/hr" },
    { name: "lines of the board of HR", who: "acme-hr", path: "/hr/lines?topic=training&state=overdue" },
    { name: "what waits for a salesperson", who: "acme-ae", path: "/inbox" },
    { name: "nothing that waits", who: "hos", path: "/inbox" },
    { name: "view that a customer gives", who: "acme-nobody", path: view },
    { name: "view that is gone", who: "acme-nobody", path: "/view/gone", status: 410 },
    { name: "inbox and cycles", who: "acme-hr", path: "/appraisals" },
    { name: "inbox of a manager", who: "acme-aem", path: "/appraisals" },
    { name: "form of an appraisal cycle", who: "acme-hr", path: "/appraisals/cycles" },
    { name: "appraisal cycle", who: "acme-hr", path: cycle },
    { name: "calibration", who: "acme-hr", path: `${cycle}/calibration` },
    { name: "one's own appraisal", who: "acme-kam", path: own },
    { name: "somebody's appraisal", who: "acme-hos", path: own },
    { name: "development plan", who: "acme-ae", path: development },
    { name: "list of roles", who: "acme-ae", path: "/roles" },
    { name: "role", who: "acme-hr", path: "/roles/kam" },
    { name: "file of a role", who: "acme-hr", path: "/roles/kam/file" },
    { name: "competency library", who: "acme-ae", path: "/competencies" },
    { name: "competency", who: "acme-hr", path: "/competencies/negotiation" },
    { name: "list of job descriptions", who: "acme-hr", path: "/job-descriptions" },
    { name: "job description", who: "acme-hr", path: description },
    { name: "page that is not for her", who: "ae", path: "/periods", status: 403 },
    { name: "address with a mistake", who: "hos", path: "/scorecard?as_of=yesterday", status: 400 },
    { name: "missing page", who: "hos", path: "/nowhere", status: 404 },
    { name: "missing page of a stranger", who: null, path: "/nowhere", status: 404 },
    { name: "link that is gone", who: null, path: "/welcome/gone", status: 410 },
    { name: "forbidden page", who: "ae", path: "/kpi/revenue?by=rep&entity=1", status: 403 },
  ];
}
