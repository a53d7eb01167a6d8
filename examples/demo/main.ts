// One logger per connection, each with its own syslog handler and formatter: the way of 2015, with `using`, and
// forgotten. A real server, real connections and a real receiver, all on loopback.
import { configure, type ForgottenReport } from "scopelog";
import type { Act } from "./acts/act.ts";
import { Forgotten } from "./acts/forgotten.ts";
import { The2015Way } from "./acts/the-2015-way.ts";
import { Using } from "./acts/using.ts";
import { help, type Options, parseOptions, UsageError, usage } from "./args.ts";
import { exposeCollector } from "./measure/collector.ts";
import { maxConcurrency, roomForSockets } from "./measure/room.ts";
import type { ActResult } from "./measure/sample.ts";
import { Clients, Receiver } from "./peers/helpers.ts";
import { runAct } from "./run-act.ts";
import { LiveTable } from "./screen/live-table.ts";
import { conclusion, introduction } from "./screen/report.ts";
import { styleFor } from "./screen/style.ts";
import { failures } from "./verdict.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) say([help]);
  else process.exitCode = (await demo(options)) ? 0 : 1;
} catch (error) {
  const wrong = error instanceof UsageError;
  console.error(wrong ? `${error.message}\n${usage}` : error);
  // Not only the exit code: an act that broke off may have left sockets open, and they would keep the process.
  process.exit(wrong ? 2 : 1);
}

/** Plays the three acts and says what came of them. Resolves to whether all is as it should be. */
async function demo(asked: Options): Promise<boolean> {
  const options = { ...asked, concurrency: Math.min(asked.concurrency, maxConcurrency()) };
  using clients = new Clients();
  using receiver = options.syslog === undefined ? new Receiver() : undefined;
  const { port, window } = (await receiver?.listening()) ?? { port: 0, window: Number.POSITIVE_INFINITY };
  const syslog = options.syslog ?? { host: "127.0.0.1", port };

  // No handlers here: each scope brings its own. One scope in 1024 is asked where it was opened; in a short demo all.
  const forgotten: ForgottenReport[] = [];
  const origin = options.connections < 5_000 ? "always" : "sampled";
  using _configuration = configure({
    loggers: { "": { level: "info" } },
    forgotten: { report: (report) => forgotten.push(report), origin },
  });

  const style = styleFor(process.stdout);
  const table = new LiveTable(process.stdout, style);
  say(introduction(options, syslog, style));

  const results: ActResult[] = [];
  const play = async (act: Act): Promise<void> => {
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
  await play(new The2015Way(syslog, roomForSockets(options.concurrency)));
  await play(new Using(syslog));
  await play(new Forgotten(syslog));

  say(conclusion(results, forgotten, options, style));
  return failures(results).length === 0;
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
