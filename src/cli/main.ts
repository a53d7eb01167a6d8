#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Output, UsageError } from "./output.ts";

interface Command {
  readonly run: (args: readonly string[], output: Output) => Promise<number>;
  readonly usage: string;
}

// Each is loaded when it is asked for: `pretty` in a pipeline should not wait for what reads heap snapshots.
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  [
    "pretty",
    async () => {
      const { pretty, prettyUsage } = await import("./pretty/pretty.ts");
      return { run: pretty, usage: prettyUsage };
    },
  ],
  [
    "report",
    async () => {
      const { report, reportUsage } = await import("./report/report.ts");
      return { run: report, usage: reportUsage };
    },
  ],
  [
    "top",
    async () => {
      const { top, topUsage } = await import("./top/top.ts");
      return { run: top, usage: topUsage };
    },
  ],
  [
    "demo",
    async () => {
      const { demo, demoUsage } = await import("./demo/demo.ts");
      return { run: demo, usage: demoUsage };
    },
  ],
  [
    "why",
    async () => {
      const { why, whyUsage } = await import("./why.ts");
      return { run: why, usage: whyUsage };
    },
  ],
]);

/**
 * Runs a command line, without the program's name. Returns the exit code: 0 for yes, 1 for no, 2 for a command that
 * was not understood or could not be carried out.
 */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const command = await commands.get(rest[0] ?? "")?.();
    output.print(command?.usage ?? (await usage()));
    return name === undefined ? 2 : 0;
  }
  const command = await commands.get(name)?.();
  if (command === undefined) {
    output.error(`scopelog: there is no command "${name}"\n\n${await usage()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    output.print(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    if (error instanceof UsageError) output.error(`scopelog ${name}: ${error.message}\n\n${command.usage}`);
    else output.error(`scopelog ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 2;
  }
}

async function usage(): Promise<string> {
  const all = await Promise.all([...commands.values()].map((load) => load()));
  return all.map((command) => command.usage).join("\n\n");
}

// The installed command is a link to this file.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), { print: console.log, error: console.error });
}
