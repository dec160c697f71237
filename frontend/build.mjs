// Rebuilds static/vendor and tests/vendor from the pinned packages. Usage: npm ci && npm run build
// (the font subset also needs a Python with fonttools and brotli, named in PYTHON; without it the font is kept).
// Prints one line a file; VENDOR.md is rewritten with the version, licence and hash of each.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "..", "static", "vendor");
const checkers = join(here, "..", "tests", "vendor");
for (const place of [vendor, checkers]) mkdirSync(place, { recursive: true });

const version = (name) => JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")).version;

function buildCss() {
  const compiled = sass.compile(join(here, "govuk.scss"), { loadPaths: [packages], quietDeps: true });
  const small = esbuild.transformSync(compiled.css, { loader: "css", minify: true, target: "chrome90" }).code;
  const tidy = small
    .replace(/:root\{[^}]*\}/g, "") // version and breakpoint marks, not read by the parts in use
    .replace(/var\((--govuk-[a-z-]+),[^)]+\)/g, "var($1)") // tokens.css always sets them
    .replace(/-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale/g, "")
    .replace(/font-family:inherit;?/g, "")
    .replace(/\.govuk-button:focus\b(?!-)/g, ".govuk-button:focus-visible") // no ring after a click
    .replace(/@media print\{(\.[^{}]*\{\})+\}/g, "")
    .replace(/@media print\{[^{}]*\{\}\}/g, "")
    .replace(/[^{}]+\{\}/g, "");
  writeFileSync(join(vendor, "govuk.css"), tidy);
}

function buildJs() {
  esbuild.buildSync({
    entryPoints: [join(here, "govuk.mjs")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "chrome90",
    legalComments: "none",
    outfile: join(vendor, "govuk.js"),
  });
}

function buildChecker() {
  esbuild.buildSync({
    entryPoints: [join(here, "csp.mjs")],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    legalComments: "none",
    outfile: join(checkers, "csp_evaluator.cjs"),
  });
  copyFileSync(join(packages, "csp_evaluator/LICENSE"), join(checkers, "LICENSE.csp_evaluator.txt"));
}

function buildSprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean).sort();
  const symbols = names.map((name) => {
    const svg = readFileSync(join(packages, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const body = svg
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
      .replace("</svg>", "")
      .replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
      .replace(/\s*\n\s*/g, "")
      .replace(/ \/>/g, "/>");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  writeFileSync(join(vendor, "icons.svg"), sprite);
}

// Without its contextual alternates (calt): they draw 6-0 with a longer dash, and a number is typed again as it is seen.
function buildFont() {
  const python = process.env.PYTHON || "python3";
  const source = join(packages, "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2");
  if (spawnSync(python, ["-c", "import fontTools, brotli"]).status !== 0) {
    return console.log("font kept: no fonttools with brotli in PYTHON");
  }
  const narrowed = join(mkdtempSync(join(tmpdir(), "font-")), "narrowed.woff2");
  execFileSync(python, ["-m", "fontTools.varLib.instancer", source, "wght=400:800", "-o", narrowed, "-q", "--no-recalc-timestamp"]);
  execFileSync(python, [
    "-m",
    "fontTools.subset",
    narrowed,
    "--unicodes=U+0020-007E,U+00A0-00FF,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2212",
    "--layout-features=kern,liga,tnum",
    "--flavor=woff2",
    "--no-hinting",
    `--output-file=${join(vendor, "plus-jakarta-sans.woff2")}`,
  ]);
}

function copies() {
  copyFileSync(join(here, "LICENSE.govuk-frontend.txt"), join(vendor, "LICENSE.govuk-frontend.txt"));
  copyFileSync(join(packages, "htmx.org/dist/htmx.min.js"), join(vendor, "htmx.min.js"));
  copyFileSync(join(packages, "htmx.org/LICENSE"), join(vendor, "LICENSE.htmx.txt"));
  copyFileSync(join(packages, "@tabler/icons/LICENSE"), join(vendor, "LICENSE.tabler-icons.txt"));
  copyFileSync(join(packages, "@fontsource-variable/plus-jakarta-sans/LICENSE"), join(vendor, "LICENSE.plus-jakarta-sans.txt"));
}

const FILES = [
  ["govuk.css", "govuk-frontend", "MIT", "LICENSE.govuk-frontend.txt", "subset compiled from frontend/govuk.scss"],
  ["govuk.js", "govuk-frontend", "MIT", "LICENSE.govuk-frontend.txt", "subset bundled from frontend/govuk.mjs"],
  ["htmx.min.js", "htmx.org", "0BSD", "LICENSE.htmx.txt", "unchanged copy"],
  ["icons.svg", "@tabler/icons", "MIT", "LICENSE.tabler-icons.txt", "sprite of the names in frontend/icons.txt"],
  ["plus-jakarta-sans.woff2", "@fontsource-variable/plus-jakarta-sans", "OFL-1.1", "LICENSE.plus-jakarta-sans.txt", "subset: Latin-1 and typographic marks, weights 400-800"],
];
const CHECKERS = [
  ["csp_evaluator.cjs", "csp_evaluator", "Apache-2.0", "LICENSE.csp_evaluator.txt", "bundled from frontend/csp.mjs; for tests alone"],
];

function writeRecord(place, files) {
  const rows = files.map(([file, name, licence, text, note]) => {
    const hash = createHash("sha256").update(readFileSync(join(place, file))).digest("hex");
    return `| ${file} | ${name} | ${version(name)} | ${licence} ([text](${text})) | ${note} | \`${hash}\` |`;
  });
  const record = [
    "# Vendored files",
    "",
    "Written by `npm run build` in `frontend/`; a project test compares the hashes.",
    "",
    "| file | package | version | licence | what was done | sha256 |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ];
  writeFileSync(join(place, "VENDOR.md"), record.join("\n"));
}

buildCss();
buildJs();
buildChecker();
buildSprite();
buildFont();
copies();
for (const [place, files] of [[vendor, FILES], [checkers, CHECKERS]]) {
  writeRecord(place, files);
  for (const [file] of files) console.log(`${file} ${readFileSync(join(place, file)).length} bytes`);
}
