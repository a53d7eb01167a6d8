import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The folder with the built package. */
export const built: string = process.env["SCOPELOG_DIST"] ?? `${root}dist`;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
  readonly output: string;
}

/**
 * Runs `body` in a process of its own, with the built package: `handlerFor(options)` makes a syslog handler, `log` gives
 * it a line, `transports()` tells of the connections. Whatever holds that process is ours.
 * @param signal sent once the process has written `ready`
 */
export async function runChild(body: string, signal?: NodeJS.Signals, dist: string = built): Promise<Ended> {
  if (!existsSync(`${dist}/syslog/index.js`))
    throw new Error("run `npm run build` first: the children use the built package");
  const at = (file: string) => JSON.stringify(pathToFileURL(`${dist}/${file}`).href);
  const source = `
    import { syslogHandler, syslogTransports as transports } from ${at("syslog/index.js")};
    import { createRecord } from ${at("record/log-record.js")};
    const handlerFor = (options) => syslogHandler(options);
    const log = (handler, message, init) => handler.handle(createRecord({ message, ...init }));
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${body}`;
  const start = performance.now();
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { cwd: root });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (signal !== undefined && output.includes("ready")) child.kill(signal);
    });
  }
  // A child that does not end is the failure that is looked for; it must not outlive the test.
  const timer = setTimeout(() => child.kill("SIGKILL"), 25_000);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, ended) => resolve({ code, signal: ended, ms: performance.now() - start, output }));
    });
  } finally {
    clearTimeout(timer);
  }
}
