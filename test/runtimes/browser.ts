import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { failedRun, type Outcome } from "./outcome.ts";
import type { Result } from "./suite/check.ts";

const program = process.env["SCOPELOG_CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is no browser here. */
export const browserMissing = existsSync(program)
  ? undefined
  : "Chromium is not there: install it, or set SCOPELOG_CHROMIUM to its path";

/** A browser and the server of its pages. */
export interface Pages extends AsyncDisposable {
  /** Opens a page, and returns what its suite came to. Never rejects. */
  run(page: string): Promise<Outcome>;
}

const kinds: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** Starts a browser that has a collector to ask, and a server of `folder` on a port of its own. */
export async function openBrowser(folder: string): Promise<Pages> {
  const server = createServer(({ url = "/" }, response) => {
    const path = `${folder}${new URL(url, "http://localhost").pathname}`;
    if (!existsSync(path) || path.endsWith("/")) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": kinds[path.split(".").at(-1) ?? ""] ?? "" }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: program,
    args: [
      ...["--js-flags=--expose-gc", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  return {
    run: (page) => runPage(browser, `http://127.0.0.1:${port}/${page}`),
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function runPage(browser: Browser, url: string): Promise<Outcome> {
  const version = browser.version();
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  try {
    await page.goto(url);
    const results = await page.evaluate(async () => {
      const { scopelogResults } = globalThis as unknown as { scopelogResults?: Promise<Result[]> };
      if (scopelogResults === undefined) throw new Error("the suite did not start");
      return await scopelogResults;
    });
    if (errors.length > 0) results.push(...failedRun(errors.join("\n")));
    return { version, results };
  } catch (error) {
    return { version, results: failedRun([String(error), ...errors].join("\n")) };
  } finally {
    await page.close();
  }
}
