import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { LogRecord } from "scopelog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./command.ts";
import { check, hasChromium, launch, open, settle } from "./fixtures/report-browser.ts";
import { logOf, record, smallLog, start } from "./fixtures/report-log.ts";
import { SlowPage } from "./fixtures/slow-page.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the page of a log. */
async function pageOf(name: string, log: readonly LogRecord[] | string): Promise<string> {
  const [file, page] = [join(folder, `${name}.log`), join(folder, `${name}.html`)];
  writeFileSync(file, typeof log === "string" ? log : logOf(log));
  const { code, err } = await run(["report", file, "-o", page, "--title", `log of ${name}`]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return page;
}

const ids = (page: Page) => page.locator(".row .id").allTextContents();
const count = (page: Page) => page.locator("#count").textContent();
const current = async (page: Page) => {
  await settle(page);
  const row = await page.locator("#grid").getAttribute("aria-activedescendant");
  return row === null ? undefined : await page.locator(`#${row} .id`).textContent();
};

/** The colours in the bar of a row, the most frequent first. */
async function colorsOf(page: Page, id: string): Promise<string[]> {
  const row = (await page.locator(".row", { has: page.getByText(id, { exact: true }) }).boundingBox())!;
  const bars = (await page.locator("#bars").boundingBox())!;
  return await check<string[]>(page, `colors(${row.y - bars.y}, ${row.height})`);
}

const variable = (page: Page, name: string) => check<string>(page, `variable("${name}")`);
const click = (page: Page, id: string) => page.locator("#grid").getByText(id, { exact: true }).first().click();

describe.skipIf(!hasChromium())("the page of the report", () => {
  let browser: Browser;
  let small: string;
  beforeAll(async () => {
    browser = await launch();
    small = await pageOf("small", smallLog());
  });
  afterAll(() => browser?.close());

  it("opens without a request, an error or a word on the console", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    expect(await page.title()).toBe("log of small · scopelog");
    expect(await page.locator("h1").textContent()).toBe("log of small");
    expect(await page.locator("#tiles > div").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Scopes\s+5$/), expect.stringMatching(/^Forgotten\s+1$/)]),
    );
    expect(await count(page)).toBe("All 8 rows");
    expect(await ids(page)).toEqual([
      ...["server", "conn#1", "conn.query#4", "conn#2", "conn.query#3", "stats", "conn#5", "leaks"],
    ]);
    expect(await page.locator("#live").isVisible()).toBe(true);
    expect(await page.locator("#sockets").isVisible()).toBe(true);
    expect(noise).toEqual([]);
  });

  it("shows the lines of a scope that is clicked on", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    await click(page, "conn#1");
    const details = page.getByRole("complementary", { name: "conn#1" });
    expect(await details.getByRole("row").allInnerTexts()).toEqual([
      expect.stringMatching(/^Time\s+Level\s+Message$/),
      expect.stringMatching(/info\s+opened$/),
      expect.stringMatching(/error\s+request failed\s+TypeError: cannot read$/),
      expect.stringMatching(/error\s+conn ended/),
    ]);
    expect(await details.innerText()).toMatch(/Duration\s+55\.3 ms/);
    // What all lines have is there once.
    expect(await details.getByText("10.0.0.1:1").count()).toBe(1);
    await details.getByText("TypeError: cannot read", { exact: true }).click();
    expect(await details.locator("pre").innerText()).toContain("caused by: Error: read ECONNRESET");
    await details.getByRole("button", { name: "conn.query#4" }).click();
    const inner = page.getByRole("complementary", { name: "conn.query#4" });
    expect(await inner.innerText()).toMatch(/Inside of\s+conn#1 \(concluded: the log does not tell\)/);
    expect(await page.locator("[aria-selected=true] .id").allTextContents()).toEqual(["conn.query#4"]);
    expect(noise).toEqual([]);
  });

  it("shows the scopes before it has the lines, and lets a search wait for them", async () => {
    await using slow = await SlowPage.of(small);
    await using opened = await open(browser, slow.url, { until: "scopes" });
    const { page, noise } = opened;
    expect(await count(page)).toBe("All 8 rows");
    expect((await ids(page)).length).toBe(8);
    await page.getByLabel("Only with errors").check();
    await settle(page);
    expect(await ids(page)).toEqual(["conn#1", "conn.query#4"]);
    await page.getByRole("button", { name: "Reset" }).click();
    await click(page, "conn#1");
    const details = page.getByRole("complementary", { name: "conn#1" });
    expect(await details.innerText()).toMatch(/Duration\s+55\.3 ms[\s\S]*Reading the lines …$/);
    await page.getByLabel("Search").fill("econnreset");
    await settle(page);
    const status = page.getByRole("status").and(page.locator("#count"));
    expect(await status.textContent()).toBe("Reading the lines to search in them …");
    expect((await ids(page)).length).toBe(8);
    slow.goOn();
    await page.waitForSelector('html[data-ready="all"]');
    await settle(page);
    expect(await status.textContent()).toBe("2 of 8 rows");
    expect(await ids(page)).toEqual(["conn#1", "conn.query#4"]);
    expect(await details.getByRole("row").count()).toBe(4);
    expect(noise).toEqual([]);
  });

  it("shows what there is of a page that was cut off, and says what is missing", async () => {
    const cut = (name: string, id: string) => {
      const html = readFileSync(small, "utf8");
      const at = html.indexOf(`id="${id}">`) + 200;
      const file = join(folder, name);
      writeFileSync(file, html.slice(0, at));
      return file;
    };
    await using opened = await open(browser, cut("cut.html", "texts"));
    const { page, noise } = opened;
    const missing = page.getByRole("status").filter({ hasText: "The lines of this report cannot be shown." });
    expect(await missing.isVisible()).toBe(true);
    await page.getByLabel("Search").fill("query");
    await settle(page);
    expect(await count(page)).toBe("2 of 8 rows");
    await click(page, "conn.query#4");
    expect(await page.locator("#details").innerText()).toMatch(/The lines cannot be read\.$/);
    expect(noise).toEqual([]);
    const whole = readFileSync(small, "utf8");
    const file = join(folder, "broken.html");
    writeFileSync(file, whole.replace(/(id="scopes">.{40})./, "$1!"));
    await page.goto(`file://${file}`);
    await page.getByText(/^This report cannot be shown\. ./).waitFor();
    expect(await page.locator("#report").isVisible()).toBe(false);
  });

  it("shows only what is wanted, with what is around it", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    const look = async (text: string) => {
      await page.getByLabel("Search").fill(text);
      await settle(page);
      return await ids(page);
    };
    expect(await look("econnreset")).toEqual(["conn#1", "conn.query#4"]);
    expect(await count(page)).toBe("2 of 8 rows");
    expect(await look("TABLE=users slow")).toEqual(["conn#1", "conn.query#4"]);
    expect(await page.locator(".row.around .id").allTextContents()).toEqual(["conn#1"]);
    await click(page, "conn.query#4");
    expect(await page.locator("#details mark").allTextContents()).toEqual(["slow"]);
    expect(await look("conn#2")).toEqual(["conn#2"]);
    expect(await look("nothing like it")).toEqual([]);
    expect(await page.getByText("No scope is like that.").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByLabel("Only with errors").check();
    await settle(page);
    expect(await ids(page)).toEqual(["conn#1", "conn.query#4"]);
    await page.getByLabel("Only with errors").uncheck();
    await page.getByLabel("Outcome").selectOption("ok");
    await settle(page);
    expect(await ids(page)).toEqual(["conn#2", "conn.query#3"]);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByLabel("Name").selectOption({ label: "conn.query (2)" });
    await page.getByLabel("Level").selectOption("40");
    await settle(page);
    expect(await count(page)).toBe("1 of 8 rows");
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByLabel("Order").selectOption("duration");
    await settle(page);
    expect((await ids(page)).slice(0, 3)).toEqual(["conn#2", "conn#1", "stats"]);
    expect(noise).toEqual([]);
  });

  it("has tables of the slowest, the noisiest and the forgotten", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    const table = (name: string) => page.getByRole("table", { name });
    const cells = async (name: string) =>
      (await table(name).getByRole("row").allInnerTexts()).map((text) => text.split(/\s*\t\s*/));
    expect((await cells("Slowest"))[1]).toEqual(["conn#2", "60 ms", "ok"]);
    expect((await cells("Noisiest"))[1]).toEqual(["conn#1", "3", "2"]);
    expect(await cells("Forgotten")).toEqual([
      ["Opened at", "Scopes", "Name"],
      ["/app/src/server.ts:41:17", "1", "conn"],
    ]);
    await table("Forgotten").getByRole("button").click();
    await settle(page);
    expect(await ids(page)).toEqual(["conn#5"]);
    expect(await page.locator(".chip").innerText()).toContain("opened at /app/src/server.ts:41:17");
    // A scope of a table is shown even if something else was asked for.
    await page.getByLabel("Only forgotten").uncheck();
    await page.locator(".chip").click();
    await page.getByLabel("Search").fill("conn#5");
    await settle(page);
    expect(await ids(page)).toEqual(["conn#5"]);
    await page.getByRole("button", { name: "Reset" }).click();
    await settle(page);
    await table("Slowest").getByRole("button", { name: "conn#1", exact: true }).click();
    await page.getByRole("complementary", { name: "conn#1" }).waitFor();
    expect(noise).toEqual([]);
  });

  it("draws failures red, forgotten ones hatched, and the others calmly", async () => {
    await using opened = await open(browser, small);
    const { page } = opened;
    const red = await variable(page, "--error");
    const amber = await variable(page, "--forgotten");
    expect(await colorsOf(page, "conn#1")).toContain(red);
    expect(await colorsOf(page, "conn#2")).not.toContain(red);
    const hatched = await colorsOf(page, "conn#5");
    expect(hatched).toContain(amber);
    // Stripes on the colour of the card.
    expect(hatched).toContain(await variable(page, "--card"));
    expect(await colorsOf(page, "conn#2")).not.toContain(amber);
  });

  it("can be used with the keyboard alone", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return await current(page);
    };
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the scopes");
    await page.keyboard.press("Enter");
    expect(await current(page)).toBe("server");
    expect(await press("ArrowDown", "ArrowDown")).toBe("conn.query#4");
    expect(await press("End")).toBe("leaks");
    expect(await press("Home", "ArrowDown")).toBe("conn#1");
    // Folds it, and goes back out of what is inside.
    expect(await press("ArrowLeft")).toBe("conn#1");
    expect(await page.locator(".row.current").getAttribute("aria-expanded")).toBe("false");
    expect(await ids(page)).not.toContain("conn.query#4");
    expect(await press("ArrowRight", "ArrowRight")).toBe("conn.query#4");
    expect(await press("ArrowLeft")).toBe("conn#1");
    await press("Enter");
    expect(await page.locator("#details-title").textContent()).toBe("conn#1");
    expect(await page.locator("#said").textContent()).toBe("Lines of conn#1 are shown beside.");
    // Into the lines, and back.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.id")).toBe("grid");
    expect(await page.locator("#details-title").textContent()).toBe("Lines");
    await press("+");
    expect(await page.locator(".chip").count()).toBe(1);
    await press("0");
    expect(await page.locator(".chip").count()).toBe(0);
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.id")).toBe("search");
    expect(noise).toEqual([]);
  });

  it("is named for a screen reader", async () => {
    await using opened = await open(browser, small);
    const { page } = opened;
    await click(page, "conn#5");
    expect(await check(page, "unnamed()")).toEqual([]);
    const tree = await page.locator("main").ariaSnapshot();
    expect(tree).toContain('treegrid "Scopes"');
    expect(tree).toMatch(
      /row "▾? ?.*conn#1 55\.3 ms 3 failed, from \+8\.75 ms, 2 errors"|row "conn#1 55\.3 ms 3 failed, from \+8\.75 ms, 2 errors" \[expanded\]/,
    );
    expect(tree).toContain("forgotten: collected, not disposed, from +70 ms, opened at /app/src/server.ts:41:17");
    expect(tree).toMatch(/img "live scopes over 100 ms: at most 4\. The numbers are in the table below\."/);
    expect(await page.locator("#grid").getAttribute("aria-rowcount")).toBe("9");
    expect(await page.locator(".row").first().getAttribute("aria-rowindex")).toBe("2");
    await page.locator("#live summary").click();
    expect(await page.locator("#live tbody tr").count()).toBe(20);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it.each(["light", "dark"] as const)("has text that can be read, %s", async (colorScheme) => {
    await using opened = await open(browser, small, { colorScheme });
    const { page } = opened;
    await click(page, "conn#1");
    await settle(page);
    const low = await check<{ faults: string[]; seen: number }>(page, "contrast()");
    expect(low.faults).toEqual([]);
    expect(low.seen).toBeGreaterThan(80);
  });

  it("is light or dark, as the system or the user wants", async () => {
    await using opened = await open(browser, small, { colorScheme: "dark" });
    const { page, noise } = opened;
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const bar = async () => (await colorsOf(page, "conn#1")).includes(await variable(page, "--error"));
    const dark = await ground();
    expect(await bar()).toBe(true);
    await page.getByText("Light", { exact: true }).click();
    await settle(page);
    const light = await ground();
    expect(light).not.toBe(dark);
    // The drawings have the new colours too.
    expect(await bar()).toBe(true);
    await page.reload();
    await page.waitForSelector('html[data-ready="all"]');
    expect(await ground()).toBe(light);
    expect(await page.getByRole("radio", { name: "Light" }).isChecked()).toBe(true);
    await page.getByText("Auto", { exact: true }).click();
    expect(await ground()).toBe(dark);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await ground()).toBe(light);
    expect(noise).toEqual([]);
  });

  it("moves nothing for those who do not want it, and prints light, without its controls", async () => {
    await using opened = await open(browser, small, { colorScheme: "dark", reducedMotion: "reduce" });
    const { page, noise } = opened;
    expect(await page.evaluate("getComputedStyle(document.getElementById('reset')).transitionDuration")).toBe("0s");
    const paper = await page.pdf();
    expect(paper.subarray(0, 4).toString()).toBe("%PDF");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#filters").isVisible()).toBe(false);
    expect(await page.getByRole("table", { name: "Slowest" }).isVisible()).toBe(true);
    expect(noise).toEqual([]);
  });

  it("lets a time be chosen in the chart", async () => {
    await using opened = await open(browser, small);
    const { page, noise } = opened;
    const box = (await page.locator("#live canvas").boundingBox())!;
    const x = (share: number) => box.x + 44 + share * (box.width - 56);
    await page.mouse.move(x(0.66), box.y + 40);
    await page.mouse.down();
    await page.mouse.move(x(0.85), box.y + 50);
    await page.mouse.up();
    await settle(page);
    expect(await page.locator(".chip").innerText()).toMatch(/^\+6\d\.?\d? ms to \+8\d\.?\d? ms/);
    expect(await ids(page)).toEqual(["conn#2", "stats", "conn#5"]);
    expect(await page.locator("#live .tip").innerText()).toMatch(/^\d live scopes at \+8\d/);
    await page.locator(".chip").click();
    expect(await count(page)).toBe("All 8 rows");
    expect(noise).toEqual([]);
  });

  it("takes nothing in a log for a part of the page", async () => {
    const evil = [
      "</script><script>alert(1)</script>",
      "<img src=x onerror=alert(2)><b>bold</b>",
      "\u202egnp.exe\u001b[31m\u0007",
      "<!--<script>",
      "&lt;img&gt; `",
      "__proto__",
    ];
    const log = evil.flatMap((text, at) => [
      record({
        at,
        scope: `${text}#${at + 1}`,
        message: text,
        fields: { [text]: text },
        error: new Error(text),
        levelNumber: 50,
      }),
      record({ at, logger: text, message: text }),
    ]);
    const place = evil[1] as string;
    log.push(
      record({
        at: 9,
        message: "x",
        fields: { code: "SCOPELOG_WARN_FORGOTTEN", name: place, origin: place, count: 2 },
      }),
    );
    const file = await pageOf("evil", log);
    await using opened = await open(browser, file);
    const { page, noise } = opened;
    expect(await page.locator("img, b, main script").count()).toBe(0);
    for (const id of await ids(page)) {
      await click(page, id);
      expect(await page.locator("#details-title").textContent()).toBe(id);
      expect(id).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
    await click(page, "<img src=x onerror=alert(2)><b>bold</b>#2");
    expect(await page.locator("#details").innerText()).toContain("Error: <img src=x onerror=alert(2)><b>bold</b>");
    await page.getByLabel("Search").fill("</script>");
    await settle(page);
    expect(await count(page)).toBe("2 of 13 rows");
    expect(await page.locator("img, b, main script").count()).toBe(0);
    // Were something to run nevertheless, the policy would not let it.
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'ran = true' }))",
    );
    expect(await page.evaluate("typeof ran")).toBe("undefined");
    expect(noise.filter((text) => !text.includes("Content Security Policy"))).toEqual([]);
  });

  it("can be used on a narrow screen", async () => {
    await using opened = await open(browser, small, { viewport: { width: 390, height: 800 } });
    const { page } = opened;
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await click(page, "conn#2");
    expect(await page.locator("#details-title").textContent()).toBe("conn#2");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  });

  it("says so when there is hardly anything to show", async () => {
    const file = await pageOf("one", [record({ at: 0, message: "alone" })]);
    await using opened = await open(browser, file);
    const { page, noise } = opened;
    expect(await count(page)).toBe("1 row");
    expect(await page.locator("#slowest").innerText()).toBe("None.");
    expect(await page.locator("#forgotten").innerText()).toBe("None.");
    expect(await page.locator("#sockets").isVisible()).toBe(false);
    await page.getByLabel("Search").fill("zzz");
    await settle(page);
    expect(await page.getByText("No scope is like that.").isVisible()).toBe(true);
    expect(noise).toEqual([]);
  });

  it("opens with 100,000 scopes, and has only those in sight in the document", async () => {
    const log: string[] = [];
    for (let number = 1; number <= 100_000; number++) {
      const head = `{"time":${start + number},"level":"info","logger":"conn","scope":"conn#${number}"`;
      log.push(`${head},"msg":"opened","peer":"10.0.0.1:${number}"}\n`);
      log.push(
        `${head},"msg":"conn ended","durationMs":${number % 977},"outcome":"${number % 100 === 0 ? "error" : "ok"}","lines":{"info":1}}\n`,
      );
    }
    const file = await pageOf("large", log.join(""));
    await using opened = await open(browser, file);
    const { page, noise } = opened;
    expect(await count(page)).toBe("All 100,000 rows");
    expect(await page.locator(".row").count()).toBeLessThan(60);
    await page.locator("#grid").focus();
    await page.keyboard.press("End");
    await settle(page);
    expect((await ids(page)).at(-1)).toBe("conn#100000");
    expect(await current(page)).toBe("conn#100000");
    await page.getByLabel("Search").fill("10.0.0.1:99999");
    await settle(page);
    expect(await ids(page)).toEqual(["conn#99999"]);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Outcome").selectOption("error");
    await settle(page);
    expect(await count(page)).toBe("1,000 of 100,000 rows");
    expect(await page.locator(".row").count()).toBeLessThan(60);
    expect(noise).toEqual([]);
  });
});
