// node bench/report/run.mjs [--connections 20000] [--rounds 5] [--log FILE] [--max-ms 1000]
// `scopelog report` on the log of a server, and its page in Chromium: how long the command takes, how large the page
// is, how long it takes to open, and to filter. It is opened as the first page of a browser, in a new tab of one that is
// there, and again in a tab that is there; until the scopes are seen, and until the lines can be searched too. Prints
// medians: of the clock, and of what the page's own thread had of a processor, which says more where others compute as
// well (of the lines and all before them in one number: they follow at once). Ends with 1 if the clock says more than
// --max-ms for any of it. Build first.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { median } from "../measure.mjs";

const { values } = parseArgs({
  options: {
    connections: { type: "string", default: "20000" },
    rounds: { type: "string", default: "5" },
    log: { type: "string" },
    "max-ms": { type: "string", default: "1000" },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const mib = (path) => `${(statSync(path).size / 2 ** 20).toFixed(1)} MiB`;

const folder = mkdtempSync(join(tmpdir(), "scopelog-bench-"));
const log = values.log ?? join(folder, "server.log");
if (values.log === undefined) {
  const concurrency = String(Math.min(400, Math.max(64, Number(values.connections) / 250)));
  execFileSync(process.execPath, [
    here("log.mjs"),
    log,
    "--connections",
    values.connections,
    "--concurrency",
    concurrency,
  ]);
}
const page = join(folder, "report.html");
const begin = performance.now();
const said = execFileSync(process.execPath, [here("../../dist/cli/main.js"), "report", log, "-o", page], {
  encoding: "utf8",
});
const seconds = ((performance.now() - begin) / 1000).toFixed(1);
console.log(
  `${said.split(",").slice(0, -1).join(",")}; log ${mib(log)}, page ${mib(page)}, written in ${seconds} s, node ${process.version}`,
);

const launch = () =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
  });
const results = new Map();
function note(name, clock, processor) {
  const known = results.get(name) ?? { clock: [], processor: [] };
  known.clock.push(clock);
  if (processor !== undefined) known.processor.push(processor);
  results.set(name, known);
}

/** What the page's thread has had of a processor, in ms. */
async function processorTime(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

/** Asks the form of the page for something; resolves when it is drawn. */
function ask([id, value]) {
  const field = document.getElementById(id);
  if (field.type === "checkbox") field.checked = value;
  else field.value = value;
  const start = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)))),
  );
}

/** A new tab that will tell when the report is first seen (`opened`), and when its lines are there too (`whole`). */
async function newTab(browser) {
  const tab = await browser.newPage({ viewport: { width: 1500, height: 1050 } });
  const session = await tab.context().newCDPSession(tab);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await tab.addInitScript(() => {
    new MutationObserver(() => {
      const ready = document.documentElement.getAttribute("data-ready");
      if (ready === "all") globalThis.whole ??= performance.now();
      if (ready === null || globalThis.opened !== undefined) return;
      // The end of the frame in which the report was first drawn.
      globalThis.opened = new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now())))),
      );
    }).observe(document, { subtree: true, attributes: true });
  });
  return { tab, session };
}

async function opening(name, { tab, session }, open) {
  await open();
  await tab.waitForFunction(() => globalThis.opened !== undefined);
  note(name, await tab.evaluate(() => globalThis.opened));
  await tab.waitForFunction(() => globalThis.whole !== undefined);
  note(`${name}, with lines`, await tab.evaluate(() => globalThis.whole), await processorTime(session));
}

for (let round = 0; round < Number(values.rounds); round++) {
  const browser = await launch();
  const first = await newTab(browser);
  await opening("open in a new browser", first, () => first.tab.goto(`file://${page}`));
  await first.tab.close();
  const second = await newTab(browser);
  const { tab, session } = second;
  await opening("open in a new tab", second, () => tab.goto(`file://${page}`));
  // Without what the browser needs to start a process for the tab.
  await opening("open in a tab that is there", second, () => tab.reload());
  for (const [name, ...wanted] of [
    ["search: a word of most scopes", "search", "things"],
    ["search: a word of few", "search", "econnreset"],
    ["search: nothing", "search", ""],
    ["only errors", "errors", true],
    ["all again", "errors", false],
    ["slowest first", "order", "duration"],
  ]) {
    const before = await processorTime(session);
    note(name, await tab.evaluate(ask, wanted), (await processorTime(session)) - before);
  }
  await browser.close();
}
rmSync(folder, { recursive: true, force: true });

let slow = false;
const rows = {};
for (const [name, { clock, processor }] of results) {
  slow ||= median(clock) > Number(values["max-ms"]);
  const spent = processor.length > 0 ? Math.round(median(processor)) : "";
  rows[name] = { "clock ms": Math.round(median(clock)), "processor ms": spent };
}
console.table(rows);
process.exitCode = slow ? 1 : 0;
