// One logger per connection, each with its own syslog handler and formatter: the way of 2015, with `using`, and
// forgotten. A real server, real connections and a real receiver, all on loopback.
import { configure, type ForgottenReport, getLogger } from "scopelog";
import { fileHandler } from "scopelog/node";
import type { Output } from "../output.ts";
import type { Act } from "./acts/act.ts";
import { Forgotten } from "./acts/forgotten.ts";
import { The2015Way } from "./acts/the-2015-way.ts";
import { Using } from "./acts/using.ts";
import { type Options, parseOptions } from "./args.ts";
import { exposeCollector } from "./measure/collector.ts";
import { newLog } from "./measure/log-file.ts";
import { maxConcurrency, roomForSockets } from "./measure/room.ts";
import type { ActResult } from "./measure/sample.ts";
import { offerReport } from "./offer-report.ts";
import { Clients, Receiver } from "./peers/helpers.ts";
import { runAct } from "./run-act.ts";
import { LiveTable } from "./screen/live-table.ts";
import { conclusion, introduction } from "./screen/report.ts";
import { styleFor } from "./screen/style.ts";
import { failures } from "./verdict.ts";

export { demoUsage } from "./args.ts";

/** Plays the demo. Returns the exit code: 0 if all is as it should be. */
export async function demo(args: readonly string[], output: Output): Promise<number> {
  const options = parseOptions(args);
  const log = newLog(options.log);
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on("error", () => process.exit(0));
  try {
    const ok = await play(options, log);
    const offered = await offerReport(log, options.report, output);
    return ok && offered ? 0 : 1;
  } catch (error) {
    output.error(String((error as Error).stack ?? error));
    // Not only the exit code: an act that broke off may have left sockets open, and they would keep the process.
    process.exit(1);
  }
}

/** Plays the three acts and says what came of them. Resolves to whether all is as it should be. */
async function play(asked: Options, log: string): Promise<boolean> {
  const options = { ...asked, concurrency: Math.min(asked.concurrency, maxConcurrency()) };
  using clients = new Clients();
  using receiver = options.syslog === undefined ? new Receiver() : undefined;
  const { port, window } = (await receiver?.listening()) ?? { port: 0, window: Number.POSITIVE_INFINITY };
  const syslog = options.syslog ?? { host: "127.0.0.1", port };

  // To syslog each scope has a handler of its own; all of them share the file. One scope in 1024 is asked where it was
  // opened; in a short demo all.
  const forgotten: ForgottenReport[] = [];
  const origin = options.connections < 5_000 ? "always" : "sampled";
  const report = (report: ForgottenReport): void => {
    forgotten.push(report);
    getLogger("demo").warn(report.message, { id: report.id });
  };
  using _configuration = configure({
    loggers: { "": { level: "debug", handlers: ["file"] } },
    handlers: { file: fileHandler(log) },
    forgotten: { report, origin },
  });

  const style = styleFor(process.stdout);
  const table = new LiveTable(process.stdout, style);
  say(introduction(options, syslog, style));

  const results: ActResult[] = [];
  const perform = async (act: Act): Promise<void> => {
    const { number, title } = act;
    const result = await runAct(act, {
      options,
      clients,
      receiver,
      window,
      watch: (planned, sample) => table.show({ number, title, planned, sample }),
    });
    table.settle({ ...result, sample: result.end });
    results.push(result);
    // The next act begins with a heap that holds what is in use, and not what this one left to collect.
    exposeCollector()?.();
  };
  await perform(new The2015Way(syslog, roomForSockets(options.concurrency)));
  await perform(new Using(syslog));
  await perform(new Forgotten(syslog));

  say(conclusion(results, forgotten, options, style));
  return failures(results).length === 0;
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
