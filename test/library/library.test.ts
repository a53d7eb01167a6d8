import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { RegistryStats } from "scopelog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, type Change, packPackage, runtimes, thisNode } from "./application.ts";

// A library that depends on scopelog, in applications that do or do not configure it: with the package as it is
// published, in processes of their own, with one copy of scopelog or two.

let tarball: string;
let shared: Application;
let separate: Application;

beforeAll(() => {
  tarball = packPackage();
  shared = new Application(tarball);
  separate = new Application(tarball).separate(tarball);
}, 120_000);

afterAll(() => {
  rmSync(dirname(tarball), { recursive: true });
  shared[Symbol.dispose]();
  separate[Symbol.dispose]();
});

/** How the application and the library load scopelog; other runtimes than this one are tried where both ways meet. */
const mixed = ["app.esm-cjs.mjs", "app.cjs-esm.cjs"];
const loadings = ["app.esm-esm.mjs", "app.cjs-cjs.cjs", ...mixed];

/** Whether there is one copy of scopelog makes no difference to those who have two of it: that is tried once. */
const applications = (script: string) => (script === loadings[0] ? [shared, separate] : [separate]);

type Line = [logger: string, message: string, fields: Record<string, unknown>, late: boolean];

describe.each(runtimes())("on $name", (runtime) => {
  describe.each(runtime === thisNode ? loadings : mixed)("%s", (script) => {
    test("a library is silent while nobody configures, opens nothing and leaves nothing", () => {
      interface Opened {
        readonly descriptors: readonly string[];
      }
      interface Silence {
        readonly stats: RegistryStats;
        readonly before: Opened;
        readonly after: Opened;
        readonly grown: number;
      }
      for (const application of applications(script)) {
        const { status, before, stderr, answer } = application.run<Silence>(runtime, script, ["silent", "library"]);
        expect({ status, before, stderr }).toEqual({ status: 0, before: [], stderr: "" });
        expect(answer.stats).toEqual({
          opened: 10_000,
          live: 0,
          disposed: 10_000,
          collected: 0,
          shutdown: 0,
          late: 0,
          dropped: 0,
          failed: 0,
          buffered: 0,
          transports: 0,
          leases: 0,
        });
        expect(answer.after).toEqual(answer.before);
        // Less than three bytes a scope: nothing is kept of any.
        expect(answer.grown).toBeLessThan(128 * 1024);
      }
    });

    test("its lines come under its own categories once the application configures, and no longer", () => {
      for (const application of applications(script)) {
        for (const first of ["app", "library"]) {
          const { stderr, answer } = application.run<Line[]>(runtime, script, ["told", first]);
          expect(stderr).toBe("");
          expect(answer).toEqual([
            ["wire-client", "pong", { peer: "10.0.0.1" }, false],
            ["wire-client", "no answer", { peer: "10.0.0.1" }, false],
            ["wire-client.conn", "open", { peer: "10.0.0.1:0" }, false],
            ["wire-client.conn", "sent", { peer: "10.0.0.1:0", bytes: 5 }, false],
          ]);
        }
      }
    });

    test.each(["app", "library"])("two copies are as one, whoever comes first: %s", (first) => {
      interface Together {
        readonly origins: readonly string[];
        readonly lines: readonly Line[];
        readonly reports: readonly string[];
      }
      const { stderr, answer } = separate.run<Together>(runtime, script, ["together", first]);
      expect(stderr).toBe("");
      const library = script.includes("-cjs.") ? "index.cjs" : "index.js";
      expect(answer).toEqual({
        copies: 2,
        registries: 1,
        // Never a place inside of one of the copies.
        origins: [
          expect.stringMatching(/^app#1 play\.mjs:\d+:\d+$/),
          expect.stringMatching(new RegExp(`^wire-client\\.conn#2 ${library}:\\d+:\\d+$`)),
          expect.stringMatching(new RegExp(`^wire-client\\.conn#3 ${library}:\\d+:\\d+$`)),
          expect.stringMatching(/^app\.job#4 play\.mjs:\d+:\d+$/),
        ],
        live: 0,
        levelFromApp: "error",
        levelFromLibrary: "trace",
        dropped: [6, 6],
        reports: [expect.stringMatching(new RegExp(`^wire-client\\.lost wire-client/${library}:\\d+:\\d+$`))],
        problems: ["SCOPELOG_WARN_LATE", "SCOPELOG_WARN_DROPPED"],
        lines: [
          ["wire-client.conn", "sent", { requestId: "r1", peer: "inner", bytes: 2 }, false],
          ["app.job", "working", { peer: "outer", job: 7 }, false],
          ["app", "ambient from the application", { requestId: "r1" }, false],
          ["wire-client.conn", "ambient from the library", { peer: "outer" }, false],
          ["app", "caught", { peer: "outer" }, false],
          ["app", "answered", { requestId: "r-4711", method: "GET", path: "/" }, false],
          ["wire-client.conn", "sent", { peer: "outer", bytes: 4 }, true],
        ],
      });
    });
  });

  test("LOG_FORMAT holds for the handlers of either copy", () => {
    const lines = (first: string, format: string) =>
      separate.run<string[]>(runtime, "app.esm-esm.mjs", ["format", first], { LOG_FORMAT: format }).answer;
    expect(lines("library", "json")).toEqual(['{"time":"TIME","level":"info","logger":"app","msg":"hello"}']);
    expect(lines("app", "logfmt")).toEqual(["time=TIME level=info logger=app msg=hello"]);
    expect(lines("library", "nonsense")).toEqual(["TIME INFO  app hello"]);
  });
});

describe("copies of different versions", () => {
  const newer: readonly Change[] = [
    { file: "logger/agreement.js", from: "revision = 1", to: "revision = 2" },
    { file: "tree/config.js", from: "env: checkBoolean,", to: "env: checkBoolean, tracing: checkBoolean," },
  ];
  interface Versions {
    readonly newKey: string;
    readonly misspelt: string;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
    readonly lines: readonly string[];
    readonly live: number;
  }
  const play = (whose: "app" | "library", first: "app" | "library"): Versions => {
    using application = new Application(tarball).separate(tarball);
    for (const change of newer) application.change(whose, change);
    const { stderr, answer } = application.run<Versions>(thisNode, "app.esm-esm.mjs", ["versions", first]);
    expect(stderr).toBe("");
    expect(answer).toMatchObject({ lines: ["sent"], live: 0 });
    expect(answer.misspelt).toMatch(/^ERR_SCOPELOG_CONFIG_KEY: config has the unknown key "handler"; known are /);
    return answer;
  };

  test("a newer copy goes by an older registry: what that does not know is told, what nobody knows is refused", () => {
    const { newKey, problems } = play("app", "library");
    expect(newKey).toBe("taken");
    expect(problems).toEqual([
      {
        code: "SCOPELOG_WARN_IGNORED",
        message:
          "config.tracing is ignored: an older copy of scopelog came first, which does not know it. Install one copy.",
      },
    ]);
  });

  test("a newer copy that comes first knows all", () => {
    expect(play("app", "app")).toMatchObject({ newKey: "taken", problems: [] });
  });

  test("an older copy goes by a newer registry", () => {
    expect(play("library", "library")).toMatchObject({ newKey: "taken", problems: [] });
    const { newKey, problems } = play("library", "app");
    expect(newKey).toMatch(/^ERR_SCOPELOG_CONFIG_KEY: config has the unknown key "tracing"/);
    expect(problems).toEqual([]);
  });

  test.each([
    ["app", "library"],
    ["library", "app"],
  ] as const)("copies that cannot work together have a registry each: that of %s is another", (whose, first) => {
    using application = new Application(tarball).separate(tarball);
    const change = { file: "logger/agreement.js", from: "scopelog/registry@1", to: "scopelog/registry@2" };
    application.change(whose, change);
    const { stderr, answer } = application.run(thisNode, "app.esm-esm.mjs", ["strangers", first]);
    expect(stderr).toBe("");
    expect(answer).toEqual({
      before: 0,
      registries: 2,
      live: [1, 1],
      ended: [0, 0],
      mine: [["app", "mine", {}, false]],
      yours: [["wire-client.conn", "sent", { peer: "10.0.0.1", bytes: 5 }, false]],
    });
  });
});
