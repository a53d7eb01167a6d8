import { beforeAll, describe, test } from "vitest";
import type { Opening, Step } from "./model/program.ts";
import { hearWarnings, runProgram } from "./model/run-program.ts";

// Programs that once broke a rule, made small. They are compared with the model, step by step, like the random ones.
// Numbers choose: the first holder is 0; handler 1 is asynchronous, 2 throws, and a multiple of 5 makes a new one; event 0
// makes a new emitter, 3 a signal, 6 a target, 9 a promise. What was forgotten is not counted.

beforeAll(hearWarnings);

const root: Step = { do: "configure", world: 0, loggers: [{ name: "", level: "trace", handlers: [1] }], fields: 0 };
const buffer = { until: "error" } as const;

const open = (opening: Partial<Opening> & { parent?: number } = {}): Step => ({
  do: "open",
  world: 0,
  name: "a",
  fields: 0,
  handlers: [],
  ...opening,
});
const nest = (source: number, opening: Partial<Opening> = {}): Step => ({
  do: "nest",
  source,
  name: "b",
  fields: 0,
  handlers: [],
  ...opening,
});
const log = (source: number, level = 2): Step => ({ do: "log", source, level, form: "message", fields: 0, error: 0 });
const error = (source: number): Step => log(source, 4);
const fork = (holder: number): Step => ({ do: "fork", holder });
const dispose = (holder: number): Step => ({ do: "dispose", holder, wait: false });
const until = (holder: number, event: number): Step => ({ do: "until", holder, event });
const happen = (event: number): Step => ({ do: "happen", event, wait: false });
const run = (holder: number, ...body: Step[]): Step => ({ do: "run", holder, async: false, body });
const ambient: Step = { do: "ambient", world: 0, level: 4 };
const trap = (handler: number): Step => ({ do: "trap", handler, act: "log", target: 0 });
const forget = (source: number): Step => ({ do: "forget", source });
const collect: Step = { do: "collect", sweep: false };

describe("programs that were found", () => {
  test.each<[rule: string, program: Step[]]>([
    ["the lines of a fork are lines of its scope", [root, open(), fork(0), log(1), log(0)]],
    [
      "a shutdown ends inner scopes first, so that their summaries reach the handlers around",
      [open({ handlers: [0] }), nest(0, { summary: true }), { do: "shutdown", world: 0, wait: true }],
    ],
    [
      "an error that sets free an inner buffer sets free the one around too",
      [root, open({ buffer }), log(0), nest(0, { buffer }), log(1), error(1), log(1), log(0)],
    ],
    [
      "a line that sets free an inner buffer is held by one around that waits for something graver",
      [root, open({ buffer }), nest(0, { buffer: { until: "warn" } }), log(1), log(1, 3), log(0), error(0)],
    ],
    [
      "held lines go to the handlers of now",
      [
        root,
        open({ buffer }),
        log(0),
        { do: "configure", world: 0, loggers: [{ name: "a", level: "trace", handlers: [0] }], fields: 0 },
        { do: "restore", configuration: 0, wait: true },
        error(0),
      ],
    ],
    [
      "a filter that throws costs one held line, and fail() does not throw",
      [
        {
          do: "configure",
          world: 0,
          loggers: [{ name: "", level: "trace", handlers: [1], filter: "throws" }],
          fields: 0,
        },
        open({ buffer }),
        ...Array.from({ length: 6 }, () => log(0)),
        { do: "fail", holder: 0, fields: 0 },
      ],
    ],
    [
      "handlers that log for each other come to an end",
      [
        {
          do: "configure",
          world: 0,
          loggers: [{ name: "", level: "trace", handlers: [6, 1, 2, 3, 4, 11] }],
          fields: 0,
        },
        open(),
        ...[6, 1, 2, 3, 4, 11].map(trap),
        error(0),
      ],
    ],
    ["the current logger is the holder that runs", [root, open(), run(0), fork(0), run(1, ambient), run(0, ambient)]],
    [
      "a scope inside the one that runs has its fields from around, whichever holder runs",
      [root, open({ fields: 1 }), nest(0, { fields: 1 }), fork(0), run(2, run(0), open({ parent: 1 })), log(3)],
    ],
    [
      "a registry that sets no budget leaves that of another",
      [
        { do: "configure", world: 0, loggers: [{ name: "", level: "trace", handlers: [1] }], fields: 0, starved: true },
        { do: "configure", world: 1, loggers: [], fields: 0 },
        open({ buffer }),
        log(0),
        error(0),
      ],
    ],
    [
      "the end of a scope has nothing of the scope inside which it comes about",
      [
        root,
        open({ fields: 1, summary: true }),
        open({ summary: true }),
        until(1, 0),
        run(0, happen(0)),
        { do: "turn" },
      ],
    ],
  ])("%s", async (_rule, program) => {
    await runProgram(program);
  });

  test.each<[rule: string, program: Step[]]>([
    [
      "the buffer of a scope that was collected holds nothing more",
      [root, open({ buffer }), fork(0), dispose(0), forget(1), nest(0), collect, log(1), log(1)],
    ],
    [
      "a scope whose last holder was collected takes its handlers with it",
      [root, open({ handlers: [0] }), fork(0), dispose(0), forget(1), nest(0), collect, log(1), log(0)],
    ],
    [
      "a handler is not taken from a scope that was collected",
      [
        root,
        open({ handlers: [3] }),
        fork(0),
        forget(0),
        dispose(0),
        collect,
        { do: "remove", holder: 0, handler: 771 } as Step,
        { do: "configure", world: 0, loggers: [], fields: 0 } as Step,
        log(0),
      ],
    ],
    [
      "work of a holder that has ended goes on as that of its scope when the last holder was collected",
      [
        root,
        open(),
        fork(0),
        { do: "run", holder: 0, async: true, body: [dispose(0), forget(1), collect, ambient] } as Step,
      ],
    ],
  ])("%s", async (_rule, program) => {
    await runProgram(program, { forgetful: true, emptied: true });
  });
});
