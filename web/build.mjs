// One command, one folder: `npm run build` writes dist/. It prints the size of what a browser fetches.
import { createRequire } from "node:module";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { Scanner } from "@tailwindcss/oxide";
import { build, transform } from "esbuild";
import { compile } from "tailwindcss";

const web = dirname(fileURLToPath(import.meta.url));
const src = join(web, "src");
const dist = join(web, "dist");
const require = createRequire(import.meta.url);

const BROWSERS = ["chrome123", "firefox120", "safari17.5"]; // the first with light-dark()
const SCRIPT_LIMIT_BYTES = 260 * 1024;

// Which unicode-range files of each family are shipped: the letters of English, Thai and Japanese, of names in Latin, and Greek for Σ.
const FONTS = [
  { family: "ibm-plex-sans", weights: [400, 500, 600], subsets: ["latin", "latin-ext", "vietnamese", "greek"] },
  { family: "ibm-plex-sans-thai-looped", weights: [400, 500, 600], subsets: ["thai"] },
  { family: "ibm-plex-sans-jp", weights: [400, 500, 600], subsets: [/^\[\d+\]$/] },
  { family: "ibm-plex-mono", weights: [400, 500, 600], subsets: ["latin"] },
];

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "fonts"), { recursive: true });
const { common, japanese } = await fonts();
await styles("clinch.css", common + (await tailwind()));
await styles("fonts-ja.css", japanese);
await scripts();
await icons();
await cp(join(src, "favicon.svg"), join(dist, "favicon.svg"));
await licences();
await report();

// Copies the woff2 files and returns their @font-face rules. The 120 Japanese ranges are a sheet of their own, linked last
// in the body so that they never hold up a page. Faces of one range stand together: gzip then sees the range once.
async function fonts() {
  const faces = { common: "", japanese: "" };
  for (const { family, weights, subsets } of FONTS) {
    const found = [];
    const folder = join(web, "node_modules/@fontsource", family);
    for (const weight of weights) {
      const css = await readFile(join(folder, `${weight}.css`), "utf8");
      for (const [, name, body] of css.matchAll(/\/\* (\S+) \*\/\s*(@font-face \{[^}]*\})/g)) {
        const subset = name.slice(family.length + 1, -`-${weight}-normal`.length);
        if (!subsets.some((wanted) => (wanted instanceof RegExp ? wanted.test(subset) : wanted === subset))) continue;
        const file = /files\/([^)]+\.woff2)/.exec(body)[1];
        await cp(join(folder, "files", file), join(dist, "fonts", file));
        found.push({ subset, weight, rule: body.replace(/src:[^;]*;/, `src: url(fonts/${file}) format("woff2");`) });
      }
    }
    const order = [...new Set(found.map((face) => face.subset))];
    found.sort((a, b) => order.indexOf(a.subset) - order.indexOf(b.subset) || a.weight - b.weight);
    faces[family.endsWith("-jp") ? "japanese" : "common"] += found.map((face) => face.rule).join("\n");
  }
  return faces;
}

async function tailwind() {
  const entry = join(src, "clinch.css");
  const compiler = await compile(await readFile(entry, "utf8"), {
    base: src,
    from: entry,
    loadStylesheet: async (id, base) => {
      const path = id === "tailwindcss" ? require.resolve("tailwindcss/index.css") : resolve(base, id);
      return { path, base: dirname(path), content: await readFile(path, "utf8") };
    },
    loadModule: async (id, base) => {
      const path = require.resolve(id === "daisyui/theme" ? "daisyui/theme/index.js" : id);
      return { path, base, module: (await import(pathToFileURL(path))).default };
    },
  });
  return compiler.build(new Scanner({ sources: compiler.sources }).scan());
}

async function styles(name, css) {
  const { code } = await transform(css, { loader: "css", minify: true, target: BROWSERS });
  await writeFile(join(dist, name), code);
}

async function scripts() {
  await build({
    entryPoints: ["app.js", "chart.js", "theme.js"].map((name) => join(src, name)),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "esm",
    target: BROWSERS,
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "eof",
    logLevel: "warning",
  });
}

// One sprite with the icons of icons.txt, used as <use href="…/icons.svg#name">.
async function icons() {
  const names = (await readFile(join(src, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(web, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
      const shapes = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)[1].replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
    }),
  );
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

// The fonts' licence and the others ask to travel with what they cover.
async function licences() {
  const names = ["tailwindcss", "daisyui", "htmx.org", "echarts", "zrender", "tslib", "lucide-static"];
  names.push(...FONTS.map(({ family }) => `@fontsource/${family}`));
  const texts = await Promise.all(
    names.map(async (name) => {
      const folder = join(web, "node_modules", name);
      const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(file));
      const parts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
      if (parts.length === 0) throw new Error(`${name} has no licence file`);
      return `=== ${name}\n\n${parts.join("\n")}`;
    }),
  );
  await writeFile(join(dist, "licences.txt"), texts.join("\n\n"));
}

async function report() {
  let script = 0;
  for (const name of ["clinch.css", "fonts-ja.css", "app.js", "chart.js", "theme.js", "icons.svg"]) {
    const bytes = await readFile(join(dist, name));
    const packed = gzipSync(bytes, { level: 9 }).length;
    if (name.endsWith(".js")) script += packed;
    console.log(`${name.padEnd(12)} ${kib(bytes.length)}  gzip ${kib(packed)}`);
  }
  const files = await readdir(join(dist, "fonts"));
  const sizes = await Promise.all(files.map(async (file) => (await readFile(join(dist, "fonts", file))).length));
  console.log(`fonts        ${kib(sizes.reduce((a, b) => a + b, 0))}  in ${files.length} files, fetched by range`);
  console.log(`scripts in all: gzip ${kib(script)} of ${kib(SCRIPT_LIMIT_BYTES)}`);
  if (script > SCRIPT_LIMIT_BYTES) throw new Error("the scripts are larger than their limit");
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`.padStart(11);
}
