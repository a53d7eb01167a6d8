import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MonitorSnapshot } from "scopelog/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Running, run as runCommand } from "./command.ts";
import { hasTerminal, OnTerminal } from "./pseudo-terminal.ts";

const fixture = fileURLToPath(new URL("./fixtures/top-program.mjs", import.meta.url));
const leave = "\u001b[0m\u001b[?25h\u001b[?1049l";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scopelog-top-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ TMPDIR: folder });
const run = (...args: string[]) => runCommand(["top", ...args], "", env());

/** The program, when it can be looked at. */
async function program(path = ""): Promise<Disposable & { pid: number; path: string; log: string; kill(): void }> {
  const log = join(folder, `${Math.random()}.log`);
  const child = spawn(process.execPath, ["--expose-gc", fixture, path, log], {
    env: { ...process.env, ...env() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString()));
    child.once("exit", () => reject(new Error("the program has ended")));
  });
  const kill = () => void child.kill("SIGKILL");
  return { ...(JSON.parse(line) as { pid: number; path: string }), log, kill, [Symbol.dispose]: kill };
}

const linesOf = (log: string, id: string, message: string) =>
  readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.includes(`"${id}"`) && line.includes(message)).length;

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("without a terminal", () => {
  it("prints once what is there now, and obeys nothing that the program says", async () => {
    using app = await program();
    const { code, out, err } = await run();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.split("\n");
    expect(lines[0]).toMatch(new RegExp(`^top-program\\.mjs {2}pid ${app.pid} {2}up \\d`));
    expect(lines[1]).toBe("scopes 31 live  12 forgotten  43 opened  0 disposed");
    expect(lines[2]).toMatch(/^lines {2}0 dropped {2}0 failed {2}0 late {2}1 transport for 1 handler$/);
    expect(out).toMatch(/^conn#13 +[\d.]+m?s +[\d.,]+ +info +\d+ +peer=10\.0\.0\.0 +\S+top-program\.mjs:\d+:\d+$/m);
    expect(out).toContain("peer=\\x1b[31mred\\u202e\\x9b2J\\n");
    expect(out).not.toMatch(/[\u001b\u202e\u009b]/);
    expect(out).toMatch(/^ *12 +lost +\S+top-program\.mjs:15:\d+ +lost#\d+ +\S+$/m);
    expect(out).toContain(app.log);
  });

  it("prints as many as are wanted, in that order, and those that match", async () => {
    using _app = await program();
    const { out } = await run("--once", "-n", "2", "--sort", "newest");
    expect(out.match(/^(?:conn|odd)#\d+/gm)).toEqual(["odd#43", "conn#42"]);
    expect(out).toContain("and 29 more scopes (--limit)");
    expect((await run("--sort", "name", "-f", "CONN#4")).out.match(/^\w+#\d+/gm)).toEqual([
      "conn#40",
      "conn#41",
      "conn#42",
    ]);
  });

  it("prints JSON, which no terminal obeys either", async () => {
    using app = await program();
    const { code, out } = await run(String(app.pid), "--json", "-n", "1000");
    expect(code).toBe(0);
    expect(out).not.toMatch(/[\u001b\u202e\u009b]/);
    const snapshot = JSON.parse(out) as MonitorSnapshot;
    expect(snapshot).toMatchObject({ pid: app.pid, live: 31, matching: 31, stats: { collected: 12 } });
    expect(snapshot.scopes.at(-1)?.fields).toEqual({ peer: "\u001b[31mred\u202e\u009b2J\n" });
  });

  it("has no colour but if it is forced", async () => {
    using _app = await program();
    expect((await runCommand(["top"], "", { ...env(), FORCE_COLOR: "1" })).out).toContain("\u001b[");
  });

  it("ends quietly when its reader has seen enough", async () => {
    using _app = await program();
    using running = new Running(["top", "-n", "1000"], env());
    running.child.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 0, err: "" });
  });
});

describe("which program", () => {
  it("is said to be none, if none runs", async () => {
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("no program that can be looked at is running");
    expect(err).toContain("serveMonitor");
  });

  it("is said to be none by that number, or at that path", async () => {
    const missing = join(folder, "no.sock");
    expect(await run("99999999")).toMatchObject({
      code: 2,
      err: expect.stringContaining("process 99999999 cannot be looked at"),
    });
    expect(await run(missing)).toMatchObject({ code: 2, err: expect.stringContaining(`nobody listens at ${missing}`) });
    writeFileSync(missing, "no socket");
    expect(await run(missing)).toMatchObject({ code: 2, err: expect.stringContaining("ECONNREFUSED") });
  });

  it("is asked, if there are several; the dead are not counted", async () => {
    using dead = await program();
    using one = await program();
    dead.kill();
    expect((await run()).out).toContain(`pid ${one.pid}`);
    using two = await program();
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("which program?");
    for (const { pid } of [one, two]) expect(err).toMatch(new RegExp(`^ *${pid} {2}top-program\\.mjs .* 31$`, "m"));
    expect((await run(String(two.pid))).out).toContain(`pid ${two.pid}`);
  });

  it.each([
    ["nothing that makes sense", "HTTP/1.1 400 Bad Request\r\n\r\n", "no answer of a monitor"],
    ["JSON of something else", '{"id":1,"result":{"hello":1}}\n', "no answer of a monitor"],
    ["null", "null\n", "no answer of a monitor"],
    ["without end", "x".repeat(9 * 1024 * 1024), "no answer of a monitor"],
    [
      "a later protocol",
      '{"id":1,"result":{"protocol":9,"pid":1,"uptime":1,"live":1,"time":1,"cost":1,"matching":1,"lines":1,"program":"x","stats":{},"scopes":[],"transports":[],"forgotten":[]}}\n',
      "protocol 9",
    ],
    ["nothing", "", "has ended"],
    ["silence", undefined, "does not answer"],
  ])("is none, if what listens answers %s", async (_, answer, message) => {
    const path = join(folder, "other.sock");
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => void (answer !== undefined && socket.end(answer)));
    }).listen(path);
    try {
      expect(await run(path)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) });
    } finally {
      server.close();
    }
  });

  it.each([
    [["1", "2"], "one program at a time"],
    [["--interval", "0"], "--interval must be a number from 0.2"],
    [["--limit", "many"], "--limit must be a number"],
    [["--sort", "worst"], "--sort is oldest"],
    [["--colour"], "--colour"],
  ])("is not looked for with %j", async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) });
  });
});

describe.runIf(hasTerminal())("on a terminal", () => {
  const onTerminal = (...args: string[]) => new OnTerminal(["top", ...args], 100, 24, env());

  it("shows the scopes, the transports, and what was forgotten by its place", async () => {
    using app = await program();
    using terminal = onTerminal();
    // A rate needs two looks.
    await terminal.until(({ screen }) => /^ {2}conn#14 +\S+ +[1-9][\d.]* /m.test(screen));
    expect(terminal.out).toContain("\u001b[?1049h\u001b[?25l");
    const { screen } = terminal;
    expect(screen.split("\n")).toHaveLength(24);
    expect(screen.split("\n").every((line) => line.length <= 100)).toBe(true);
    expect(screen).toMatch(new RegExp(`^top-program\\.mjs {2}pid ${app.pid} {2}up`));
    expect(screen).toContain("scopes 31 live  12 forgotten");
    // 31 of 40, on the scale that a report would have.
    expect(screen).toMatch(/^live {3}▆+ +of 40 +lines\/s [▁-█ ]+ of \d[\d,]*$/m);
    expect(screen).toMatch(/^\[1 scopes 31\] {2}2 transports 1 {3}3 forgotten 12 +oldest first/m);
    expect(screen).toMatch(/^> conn#13 /m);
    expect(screen).toContain("q quit");
    terminal.type("2");
    await terminal.until(({ screen }) => screen.includes("destination") && screen.includes(app.log.slice(-20)));
    terminal.type("\t");
    await terminal.until(({ screen }) => /^> +12 +lost +\S+top-program\.mjs:15:\d+ +lost#\d+/m.test(screen));
    terminal.type("?");
    await terminal.until(({ screen }) => screen.includes("the program is not touched"));
    terminal.type("xq");
    expect(await terminal.ended).toEqual({ status: 0, restored: true });
    expect(terminal.out.trimEnd().endsWith(leave)).toBe(true);
  });

  it("sets the level of a scope, of its name, and takes it back: the program's lines tell", async () => {
    using app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    // Down twice, then level debug.
    terminal.type("\u001b[B\u001b[B");
    await terminal.until(({ screen }) => screen.includes("> conn#15 "));
    expect(linesOf(app.log, "conn#15", "details")).toBe(0);
    terminal.type("l");
    await terminal.until(({ screen }) => screen.includes("level of conn#15  (Tab: conn)"));
    terminal.type("d");
    await terminal.until(({ screen }) => screen.includes("conn#15 is at debug now (1 live scope)"));
    await terminal.until(({ screen }) => /^> conn#15 .* debug /m.test(screen));
    await until(() => linesOf(app.log, "conn#15", "details") > 0);
    expect(linesOf(app.log, "conn#16", "details")).toBe(0);
    // All below the name.
    terminal.type("L");
    await terminal.until(({ screen }) => screen.includes("level of conn.*"));
    terminal.type("e");
    await terminal.until(({ screen }) => screen.includes("conn.* is at error now (30 live scopes)"));
    await terminal.until(({ screen }) => /^ {2}conn#17 .* error /m.test(screen));
    terminal.type("Lu");
    await terminal.until(({ screen }) => screen.includes("conn.* is as configured again (30 live scopes)"));
    await terminal.until(({ screen }) => /^ {2}conn#17 .* info /m.test(screen));
    terminal.type("s");
    await terminal.until(({ screen }) => screen.includes("swept: nothing was collected"));
    terminal.type("\u0003");
    expect(await terminal.ended).toEqual({ status: 0, restored: true });
  });

  it("filters while it is typed, scrolls, and orders", async () => {
    using _app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    terminal.type("/ODD");
    await terminal.until(({ screen }) => screen.includes("/ODD_") && screen.includes("> odd#43 "));
    expect(terminal.screen).toContain("peer=\\x1b[31mred\\u202e\\x9b2J\\n");
    expect(terminal.out).not.toMatch(/[\u202e\u009b]|\u001b\[31mred/);
    terminal.type("\r");
    await terminal.until(({ screen }) => screen.includes("/ODD (1)"));
    terminal.type("/\u001b");
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    terminal.type("G");
    await terminal.until(({ screen }) => screen.includes("> odd#43 ") && !screen.includes("conn#13 "));
    terminal.type("o");
    await terminal.until(({ screen }) => screen.includes("newest first") && screen.includes("> odd#43 "));
  });

  it("is drawn anew when its size changes, on a small one too", async () => {
    using _app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    terminal.resize(50, 12);
    await terminal.until(({ screen }) => screen.split("\n").length === 12 && screen.includes("> conn#13 "));
    expect(terminal.screen.split("\n").every((line) => line.length <= 50)).toBe(true);
    for (const [columns, rows] of [
      [10, 8],
      [3, 6],
      [40, 2],
      [1, 1],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.until(({ screen }) => screen.split("\n").length === rows);
      expect(terminal.screen.split("\n").every((line) => line.length <= columns)).toBe(true);
    }
    terminal.resize(120, 30);
    await terminal.until(({ screen }) => screen.split("\n").length === 30 && screen.includes("> conn#13 "));
  });

  it("has no colour with NO_COLOR, and marks what is selected without", async () => {
    using _app = await program();
    using terminal = new OnTerminal(["top"], 100, 24, { ...env(), NO_COLOR: "1" });
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    terminal.type("q");
    await terminal.ended;
    expect(terminal.out.replaceAll(leave, "")).not.toMatch(/\u001b\[[\d;]*m/);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("leaves the terminal as it was after %s, and ends by it", async (signal, status) => {
    using _app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    process.kill(terminal.pid, signal);
    expect(await terminal.ended).toEqual({ status, restored: true });
    expect(terminal.out).toContain(leave);
  });

  it("leaves the terminal as it was when it crashes, and the error is seen", async () => {
    using _app = await program();
    const crash = `process.on("SIGUSR2",()=>{throw new Error("crash")})`;
    using terminal = new OnTerminal(["top"], 100, 24, {
      ...env(),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    });
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    process.kill(terminal.pid, "SIGUSR2");
    expect(await terminal.ended).toEqual({ status: 1, restored: true });
    expect(terminal.out.slice(terminal.out.lastIndexOf(leave))).toContain("Error: crash");
  });

  it("gives the terminal back while it is suspended", async () => {
    using _app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    process.kill(terminal.pid, "SIGTSTP");
    await terminal.until(({ out }) => out.includes(leave));
    // Nobody is there to continue it, or it was never stopped: either way it is to come back.
    process.kill(terminal.pid, "SIGCONT");
    await terminal.until(({ out }) => out.lastIndexOf("\u001b[?1049h") > out.lastIndexOf(leave));
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    terminal.type("q");
    expect(await terminal.ended).toEqual({ status: 0, restored: true });
  });

  it("says that the program has ended, and goes on with another when it is told to", async () => {
    using app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    app.kill();
    await terminal.until(({ screen }) => screen.includes(`process ${app.pid} (top-program.mjs) has ended`));
    using next = await program();
    await terminal.until(({ screen }) => screen.includes(`r: look at process ${next.pid}`));
    terminal.type("r");
    await terminal.until(({ screen }) => screen.includes(`pid ${next.pid} `) && !screen.includes("has ended"));
    terminal.type("q");
    expect(await terminal.ended).toEqual({ status: 0, restored: true });
  });

  it("goes on by itself with the program that starts again at its path", async () => {
    const path = join(folder, "fixed.sock");
    using app = await program(path);
    using terminal = onTerminal(path);
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    app.kill();
    await terminal.until(({ screen }) => screen.includes("has ended"));
    expect(existsSync(path)).toBe(true);
    using next = await program(path);
    await terminal.until(({ screen }) => screen.includes(`the program has started again, as process ${next.pid}`));
    await terminal.until(({ screen }) => screen.includes(`pid ${next.pid} `));
  });

  it("says that the program does not answer while it is stopped, and can be quit", async () => {
    using app = await program();
    using terminal = onTerminal();
    await terminal.until(({ screen }) => screen.includes("> conn#13 "));
    process.kill(app.pid, "SIGSTOP");
    await terminal.until(({ screen }) => screen.includes("the program has not answered for"));
    process.kill(app.pid, "SIGCONT");
    await terminal.until(({ screen }) => !screen.includes("has not answered"));
    process.kill(app.pid, "SIGSTOP");
    terminal.type("q");
    expect(await terminal.ended).toEqual({ status: 0, restored: true });
    process.kill(app.pid, "SIGCONT");
  });
});
