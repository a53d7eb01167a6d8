import { speaksUnicode } from "../demo/screen/style.ts";
import type { Output } from "../output.ts";
import { candidatesText, findCandidates, nobodyText, pathsOf } from "./candidates.ts";
import { MonitorClient } from "./client.ts";
import { safe } from "./columns.ts";
import { onceText } from "./once-text.ts";
import { type TopOptions, topOptions } from "./options.ts";
import { Session } from "./session.ts";
import { orders } from "./view.ts";

export { topUsage } from "./options.ts";

const answerMs = 5_000;

/** Shows the scopes of a running program. Returns the exit code. */
export async function top(args: readonly string[], output: Output): Promise<number> {
  const options = topOptions(args);
  const { stdin, stdout } = process;
  const live = stdin.isTTY === true && stdout.isTTY === true && process.env["TERM"] !== "dumb";
  const client = await reach(options, output);
  if (client === undefined) return 2;
  if (live && !options.once && !options.json)
    return await new Session(client, options, speaksUnicode(process.env)).run();
  // `head` has seen enough: no failure.
  stdout.on("error", () => process.exit(0));
  using _client = client;
  try {
    await printOnce(client, options, output);
    return 0;
  } catch (error) {
    output.error(`scopelog top: ${safe(client.path)}: ${safe((error as Error).message)}`);
    return 2;
  }
}

/** A connection to the program that is meant; undefined if there is none, which was said then. */
async function reach({ target }: TopOptions, output: Output): Promise<MonitorClient | undefined> {
  if (target === undefined) {
    const candidates = await findCandidates();
    const [one, ...more] = candidates;
    if (one !== undefined && more.length === 0) return await MonitorClient.connect(one.path);
    output.error(
      `scopelog top: ${one === undefined ? nobodyText(undefined) : `which program?\n${candidatesText(candidates)}`}`,
    );
    return undefined;
  }
  let failure = "";
  for (const path of pathsOf(target)) {
    try {
      return await MonitorClient.connect(path);
    } catch (error) {
      failure = ` (${(error as Error).message})`;
    }
  }
  output.error(`scopelog top: ${nobodyText(target)}${safe(failure)}`);
  return undefined;
}

async function printOnce(client: MonitorClient, options: TopOptions, output: Output): Promise<void> {
  const { sort, filter, limit } = options;
  const snapshot = await client.snapshot({ order: orders[sort], filter, limit }, answerMs);
  if (options.json) {
    output.print(safeJson(snapshot));
    return;
  }
  output.print(onceText(snapshot, sort, process.stdout.columns ?? 200, options.color));
}

/** JSON that is the same to a reader, and that no terminal obeys. */
function safeJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
