// What agents/check needs of JSON, test reports and documents: node check.mjs COMMAND [ARGUMENT...]
// Versions are lines NAME=VERSION with npm's full names, in the order of the package.json files.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const AGENTS = path.dirname(fileURLToPath(import.meta.url));
const FACTS = path.join(AGENTS, "../docs/agent-facts.md");
const PACKAGE_FILES = ["package.json", "codex/package.json"];
const DAY = 24 * 60 * 60 * 1000;

class Failed extends Error {}

const text = (file) => fs.readFileSync(file, "utf8");
const json = (file) => JSON.parse(text(file));
const short = (name) => name.slice(name.lastIndexOf("/") + 1);
// As agents/check names the files.
const viewFile = (folder, name) => path.join(folder, name.replace("/", "+") + ".json");

function pinned() {
  return new Map(PACKAGE_FILES.flatMap((file) => Object.entries(json(path.join(AGENTS, file)).dependencies)));
}

function versionsIn(file) {
  return new Map(text(file).trim().split("\n").map((line) => line.split("=")));
}

function print(versions) {
  for (const [name, version] of versions) console.log(`${name}=${version}`);
}

// --- npm's answers ---

function compare(a, b) {
  const [as, bs] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) if (as[i] !== bs[i]) return as[i] - bs[i];
  return 0;
}

// Without previews, and without the packages for one platform that codex publishes as versions.
const releases = (view) => [view.versions].flat().filter((version) => /^\d+\.\d+\.\d+$/.test(version));

function newest(name, version, view) {
  if (name !== "node") return view["dist-tags"].latest;
  // Another major version of Node.js is chosen by hand.
  const line = releases(view).filter((each) => each.split(".")[0] === version.split(".")[0]);
  return line.sort(compare).pop() ?? version;
}

function newestOf(folder) {
  return new Map([...pinned()].map(([name, version]) => [name, newest(name, version, json(viewFile(folder, name)))]));
}

function printBehind(folder) {
  const rows = [["program", "pinned", "newest", "releases behind", "days behind"]];
  for (const [name, version] of pinned()) {
    const view = json(viewFile(folder, name));
    const latest = newest(name, version, view);
    const between = releases(view).filter((each) => compare(each, version) > 0 && compare(each, latest) <= 0);
    const days = between.length ? (Date.parse(view.time[latest]) - Date.parse(view.time[version])) / DAY : 0;
    rows.push([short(name), version, latest, String(between.length), String(Math.max(0, Math.round(days)))]);
  }
  printTable(rows, false);
}

// --- versions to try or to pin ---

function wanted(words) {
  const versions = pinned();
  for (const word of words) {
    const [, name, version] = word.match(/^([^=]+)=(\d+\.\d+\.\d+(?:-[\w.]+)?)$/) ?? [];
    const found = [...versions.keys()].find((each) => each === name || short(each) === name);
    if (!found) {
      const names = [...versions.keys()].map(short).join(", ");
      throw new Failed(`'${word}' is no NAME=VERSION; names are ${names}`);
    }
    versions.set(found, version);
  }
  return versions;
}

function setVersions(folder, versions) {
  for (const file of PACKAGE_FILES.map((each) => path.join(folder, each))) {
    const content = json(file);
    for (const name of Object.keys(content.dependencies)) content.dependencies[name] = versions.get(name);
    fs.writeFileSync(file, JSON.stringify(content, null, 2) + "\n");
  }
}

// A program that depends on another version of a pinned one gets that version, and runs it.
function sayNested(folder) {
  for (const file of PACKAGE_FILES.map((each) => path.join(folder, path.dirname(each), "package-lock.json"))) {
    for (const [place, locked] of Object.entries(json(file).packages)) {
      const [, outer, inner] = place.match(/^node_modules\/(.+)\/node_modules\/(.+)$/) ?? [];
      if (pinned().has(outer) && pinned().has(inner)) {
        console.log(`clawdforge: ${short(outer)} brings ${short(inner)} ${locked.version} of its own`);
      }
    }
  }
}

// The table at the top of the page, whose first column names programs and whose second has their versions.
function factsWith(versions) {
  const byProgram = new Map([...versions].map(([name, version]) => [short(name), version]));
  byProgram.set("claude", byProgram.get("claude-code"));
  const missing = new Set(["claude", "acpx", "claude-agent-acp", "codex-acp", "codex"]);
  const lines = text(FACTS).split("\n");
  const end = lines.findIndex((line) => line.startsWith("## "));
  for (let i = 0; i < end; i++) {
    const cells = lines[i].split("|");
    const programs = [...(cells[1] ?? "").matchAll(/`([\w-]+)`/g)].map((match) => match[1]).filter((each) => missing.delete(each));
    if (lines[i].startsWith("|") && programs.length) {
      cells[2] = ` ${programs.map((each) => byProgram.get(each)).join(", ")} `;
      lines[i] = cells.join("|");
    }
  }
  if (missing.size) throw new Failed(`the table at the top of docs/agent-facts.md lacks ${[...missing].join(", ")}`);
  return lines.join("\n");
}

// --- results of a half ---

const unescaped = (xml) =>
  xml.replace(/&(?:#(\d+)|(\w+));/g, (all, code, name) =>
    code ? String.fromCodePoint(code) : { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" }[name] ?? all);

// By test, such as `SessionTurnsTest.two_turns_share_one_conversation_and_one_agent`: passed, failed or skipped, and why.
function testsIn(folder) {
  const tests = {};
  const testcase = /<testcase\s+((?:[\w-]+="[^"]*"\s*)+)\/?>\s*(?:<(failure|error|skipped)\b([^>]*))?/g;
  for (const file of fs.readdirSync(folder).filter((each) => /^TEST-.*\.xml$/.test(each)).sort()) {
    for (const [, attributes, trouble, details] of text(path.join(folder, file)).matchAll(testcase)) {
      const value = (of, name) => unescaped(of.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? "");
      const simpleClass = value(attributes, "classname").split(".").pop();
      const state = trouble === "skipped" ? "skipped" : trouble ? "failed" : "passed";
      const why = value(details ?? "", "message").split("\n")[0].slice(0, 150);
      tests[`${simpleClass}.${value(attributes, "name")}`] = { state, why };
    }
  }
  return tests;
}

function summary(folder, versionsFile, kibibytes) {
  const tests = testsIn(path.join(folder, "reports"));
  if (!Object.keys(tests).length) throw new Failed("no test ran");
  const result = { versions: [...versionsIn(versionsFile)], tests, installed_mb: Math.round(kibibytes / 1024) };
  fs.writeFileSync(path.join(folder, "result.json"), JSON.stringify(result) + "\n");
}

// Of the rounds of bench/agents the least of each value, which is the least disturbed, but the most requests.
function measuresIn(file) {
  const rounds = text(file).split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const measures = {};
  for (const [key, value] of rounds.flatMap(Object.entries)) {
    const pick = key.endsWith("_requests") ? Math.max : Math.min;
    if (value !== null) measures[key] = pick(value, measures[key] ?? value);
  }
  return measures;
}

// --- the comparison ---

// The sections of docs/agent-facts.md that name a test, or else those that name its class.
function sectionsCiting(test) {
  const sections = text(FACTS).split(/^##+ /m).slice(1);
  const [, simpleClass, method] = test.match(/^(\w+)\.(\w+)/) ?? [];
  const number = (section) => section.match(/^[\d.]*\d/)?.[0] ?? section.split("\n")[0];
  const of = (word) => sections.filter((each) => new RegExp(`\\b${word}\\b`).test(each)).map(number);
  const exact = method ? of(method) : [];
  return exact.length || !simpleClass ? exact : of(simpleClass);
}

function printTable(rows, markdown) {
  if (markdown) {
    const [head, ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
    console.log([head, `|${"---|".repeat(rows[0].length)}`, ...body].join("\n"));
    return;
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

function printTests(title, tests, markdown, more) {
  if (!tests.length) return;
  console.log(`\n${title}: ${tests.length}`);
  if (markdown) console.log();
  for (const test of tests) {
    const details = more(test).map((each) => `\n${markdown ? "  " : "    "}${each}`).join("");
    console.log(markdown ? `- \`${test}\`${details.replaceAll("\n", "  \n")}` : `  ${test}${details}`);
  }
}

function printComparison(oldFolder, newFolder, markdown) {
  const [before, after] = [oldFolder, newFolder].map((folder) => json(path.join(folder, "result.json")));
  const [usual, now] = ["pinned", "new"].map((half) => measuresIn(path.join(newFolder, "measures", half)));
  const count = (result, state) => String(Object.values(result.tests).filter((test) => test.state === state).length);
  const rows = [["", "pinned", "new", "new/pinned"]];
  const versions = new Map(after.versions);
  for (const [name, version] of before.versions) rows.push([short(name), version, versions.get(name), ""]);
  for (const state of ["passed", "failed", "skipped"]) {
    rows.push([`tests ${state}`, count(before, state), count(after, state), ""]);
  }
  const compared = (words, a, b) => {
    const shown = (value) => (value === undefined ? "?" : String(Math.round(value * 100) / 100));
    rows.push([words, shown(a), shown(b), a && b ? (b / a).toFixed(2) : ""]);
  };
  for (const [key, words] of [
    ["run_requests", "model requests per run"],
    ["turn_requests", "model requests per turn"],
    ["run_ms", "cold /run, ms"],
    ["first_turn_ms", "first turn, ms"],
    ["turn_ms", "warm turn, ms"],
    ["run_mb", "memory of a run, MiB"],
    ["session_mb", "memory of an awake session, MiB"],
  ]) {
    compared(words, usual[key], now[key]);
  }
  compared("installed, MiB", before.installed_mb, after.installed_mb);
  printTable(rows, markdown);

  const fails = (result, test) => result.tests[test]?.state === "failed";
  const failed = (result, other) => Object.keys(result.tests).filter((test) => fails(result, test) && !fails(other, test));
  const worse = failed(after, before);
  const absent = Object.keys(before.tests).filter((test) => before.tests[test].state === "passed" && !after.tests[test]);
  const both = Object.keys(after.tests).filter((test) => fails(before, test) && fails(after, test));
  const facts = (test) => {
    const sections = sectionsCiting(test);
    return sections.length ? [`docs/agent-facts.md, section ${sections.join(", ")}`] : [];
  };
  printTests("Fail on the new only", worse, markdown, (test) => [...facts(test), after.tests[test].why].filter(Boolean));
  printTests("Passed on the pinned and did not run on the new", absent, markdown, facts);
  printTests("Fail on both", both, markdown, () => []);
  printTests("Fail on the pinned only", failed(before, after), markdown, () => []);
  console.log(worse.length + absent.length ? "" : "\nNo test fails on the new only.");
  return worse.length + absent.length ? 1 : 0;
}

const commands = {
  names: () => console.log([...pinned().keys()].join("\n")),
  pinned: () => print(pinned()),
  newest: (folder) => print(newestOf(folder)),
  behind: printBehind,
  wanted: (...words) => print(wanted(words)),
  set: (folder, versionsFile) => setVersions(folder, versionsIn(versionsFile)),
  nested: sayNested,
  facts: (versionsFile) => void process.stdout.write(factsWith(versionsIn(versionsFile))),
  summary,
  compare: (oldFolder, newFolder, form) => printComparison(oldFolder, newFolder, form === "markdown"),
};

try {
  const [command, ...words] = process.argv.slice(2);
  process.exitCode = commands[command](...words) ?? 0;
} catch (e) {
  if (!(e instanceof Failed)) throw e;
  console.error(`clawdforge: ${e.message}`);
  process.exitCode = 2;
}
