#!/usr/bin/env node
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { escapeControls } from "../record/escape.ts";
import { type Output, UsageError } from "./output.ts";

interface Command {
  readonly run: (args: readonly string[], output: Output) => Promise<number>;
  readonly usage: string;
}

interface Listed {
  /** What it does, on a line. */
  readonly summary: string;
  // Loaded when it is asked for: `pretty` in a pipeline should not wait for what reads heap snapshots.
  readonly load: () => Promise<Command>;
}

const commands: ReadonlyMap<string, Listed> = new Map(
  Object.entries({
    pretty: {
      summary: "shows logs in JSON lines for people",
      async load() {
        const { pretty: run, prettyUsage: usage } = await import("./pretty/pretty.ts");
        return { run, usage };
      },
    },
    report: {
      summary: "draws the scopes of a log as one page",
      async load() {
        const { report: run, reportUsage: usage } = await import("./report/report.ts");
        return { run, usage };
      },
    },
    top: {
      summary: "shows the scopes of a running program, live",
      async load() {
        const { top: run, topUsage: usage } = await import("./top/top.ts");
        return { run, usage };
      },
    },
    why: {
      summary: "says who holds a scope, from a heap snapshot",
      async load() {
        const { why: run, whyUsage: usage } = await import("./why.ts");
        return { run, usage };
      },
    },
    demo: {
      summary: "shows what scopes are for: sockets that leak, and sockets that do not",
      async load() {
        const { demo: run, demoUsage: usage } = await import("./demo/demo.ts");
        return { run, usage };
      },
    },
  } satisfies Record<string, Listed>),
);

const overview = `scopelog COMMAND [OPTIONS]

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`).join("\n")}

"scopelog COMMAND --help" tells its options, "scopelog --version" the version.`;

/**
 * Runs a command line, without the program's name. Returns the exit code: 0 for yes, 1 for no, 2 for a command that
 * was not understood or could not be carried out.
 */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const command = await commands.get(rest[0] ?? "")?.load();
    output.print(command?.usage ?? overview);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    output.print(version());
    return 0;
  }
  const command = await commands.get(name)?.load();
  if (command === undefined) {
    output.error(`scopelog: there is no command "${escapeControls(name)}"\n\n${overview}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    output.print(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`scopelog ${name}: ${error.message}\n"scopelog ${name} --help" tells what there is.`);
    } else output.error(`scopelog ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 2;
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return String(version);
}

// The installed command is a link to this file.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), { print: console.log, error: console.error });
}
