import type { MonitorRequest } from "scopelog/node";
import { counted } from "../number-text.ts";
import { findCandidates } from "./candidates.ts";
import { MonitorClient, RefusedError } from "./client.ts";
import { safe } from "./columns.ts";
import { duration } from "./format.ts";
import { drawFrame } from "./frame.ts";
import type { TopOptions } from "./options.ts";
import { Terminal, type TerminalListener } from "./terminal.ts";
import { tabs, View } from "./view.ts";

type Level = (MonitorRequest & { op: "setLevel" })["level"];

const levelKeys: Readonly<Record<string, Level>> = {
  t: "trace",
  d: "debug",
  i: "info",
  w: "warn",
  e: "error",
  f: "fatal",
  o: "off",
  u: null,
};

const tickMs = 250;
const againMs = 1_000;
/** After so long without an answer it is said that there is none. */
const patienceMs = 2_000;
const messageMs = 8_000;

/** The live view: asks, draws, and does what the keys say. */
export class Session implements TerminalListener {
  readonly #view = new View();
  readonly #options: TopOptions;
  readonly #unicode: boolean;
  #client: MonitorClient | undefined;
  #path: string;
  #terminal: Terminal | undefined;
  #quit: ((code: number) => void) | undefined;
  /** Since when an answer is waited for. */
  #askedAt: number | undefined;
  #lookAt = 0;
  #messageUntil = 0;
  #connecting = false;
  #other: { readonly pid: number; readonly path: string; readonly program: string } | undefined;

  constructor(client: MonitorClient, options: TopOptions, unicode: boolean) {
    this.#options = options;
    this.#unicode = unicode;
    this.#path = client.path;
    this.#view.sort = options.sort;
    this.#view.filter = options.filter;
    this.#use(client);
  }

  /** Runs until it is quit. Resolves to the exit code. */
  async run(): Promise<number> {
    using terminal = new Terminal(this);
    this.#terminal = terminal;
    const timer = setInterval(() => this.#tick(), tickMs);
    try {
      return await new Promise((resolve) => {
        this.#quit = resolve;
        this.#tick();
      });
    } finally {
      clearInterval(timer);
      this.#client?.[Symbol.dispose]();
    }
  }

  key(name: string): void {
    const view = this.#view;
    if (name === "ctrl-c") this.#quit?.(0);
    else if (name === "ctrl-z") this.#terminal?.suspend();
    else if (name === "ctrl-l") this.#terminal?.clear();
    else if (view.prompt?.kind === "filter") this.#filterKey(name, view.prompt);
    else if (view.prompt?.kind === "level") this.#levelKey(name, view.prompt);
    else if (view.help) view.help = false;
    else this.#viewKey(name);
    this.#draw();
  }

  resized(): void {
    this.#draw();
  }

  gone(): void {
    this.#quit?.(0);
  }

  #viewKey(name: string): void {
    const view = this.#view;
    const page = Math.max(1, (this.#terminal?.rows ?? 24) - 9);
    const moves: Readonly<Record<string, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      pageup: -page,
      pagedown: page,
      home: Number.NEGATIVE_INFINITY,
      g: Number.NEGATIVE_INFINITY,
      end: Number.POSITIVE_INFINITY,
      G: Number.POSITIVE_INFINITY,
    };
    const by = moves[name];
    if (by !== undefined) view.move(by);
    else if (name === "q") this.#quit?.(0);
    else if (name === "?" || name === "h") view.help = true;
    else if (name === "1" || name === "2" || name === "3") this.#show(Number(name) - 1);
    else if (name === "tab" || name === "right") this.#show(tabs.indexOf(view.tab) + 1);
    else if (name === "backtab" || name === "left") this.#show(tabs.indexOf(view.tab) + tabs.length - 1);
    else if (name === "o" || name === "O") {
      view.sortNext(name === "o" ? 1 : -1);
      this.#lookAt = 0;
    } else if (name === "/") view.prompt = { kind: "filter", text: view.filter };
    else if (name === "l" || name === "L") this.#askLevel(name === "L");
    else if (name === "s") void this.#sweep();
    else if (name === "p" || name === " ") view.paused = !view.paused;
    else if (name === "r" && this.#other !== undefined) this.#goOver(this.#other.path);
  }

  #show(index: number): void {
    this.#view.show(tabs[index % tabs.length] as (typeof tabs)[number]);
    this.#lookAt = 0;
  }

  #filterKey(name: string, prompt: { text: string }): void {
    const view = this.#view;
    if (name === "enter" || name === "escape") {
      if (name === "escape") prompt.text = "";
      view.prompt = undefined;
    } else if (name === "backspace") prompt.text = [...prompt.text].slice(0, -1).join("");
    else if (name === "ctrl-u") prompt.text = "";
    else if ([...name].length === 1 && prompt.text.length < 200) prompt.text += name;
    if (prompt.text === view.filter) return;
    view.setFilter(prompt.text);
    this.#lookAt = 0;
  }

  #askLevel(below: boolean): void {
    const scope = this.#view.selectedScope;
    if (scope === undefined) {
      this.#say("select a scope first");
      return;
    }
    this.#view.prompt = {
      kind: "level",
      targets: [String(scope.id), String(scope.name), `${scope.name}.*`],
      index: below ? 2 : 0,
    };
  }

  #levelKey(name: string, prompt: { readonly targets: readonly string[]; index: number }): void {
    if (name === "tab" || name === "backtab") {
      prompt.index = (prompt.index + (name === "tab" ? 1 : prompt.targets.length - 1)) % prompt.targets.length;
      return;
    }
    if (name === "escape" || name === "q") this.#view.prompt = undefined;
    const level = levelKeys[name];
    if (level === undefined) return;
    this.#view.prompt = undefined;
    void this.#setLevel(prompt.targets[prompt.index] as string, level);
  }

  async #setLevel(target: string, level: Level): Promise<void> {
    await this.#command(async (client) => {
      const scopes = await client.setLevel(target, level);
      const what = level === null ? "is as configured again" : `is at ${level} now`;
      // A name without live scopes is a category: what is opened there later, and its loggers, heed it.
      if (scopes === 0 && target.includes("#")) return `${target} has ended`;
      return `${target} ${what} (${counted(scopes, "live scope")})`;
    });
  }

  async #sweep(): Promise<void> {
    await this.#command(async (client) => {
      const scopes = await client.sweep();
      return scopes === 0 ? "swept: nothing was collected" : `swept: ${counted(scopes, "collected scope")} ended`;
    });
  }

  async #command(run: (client: MonitorClient) => Promise<string>): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    try {
      this.#say(safe(await run(client)));
      this.#lookAt = 0;
    } catch (error) {
      this.#say(safe((error as Error).message));
    }
    this.#tick();
  }

  #say(message: string): void {
    this.#view.message = message;
    this.#messageUntil = Date.now() + messageMs;
  }

  #tick(): void {
    const now = Date.now();
    if (this.#view.message !== "" && now > this.#messageUntil) this.#view.message = "";
    if (this.#client === undefined) {
      if (now >= this.#lookAt) void this.#connect();
    } else if (this.#askedAt !== undefined) {
      const waited = now - this.#askedAt;
      if (waited > patienceMs)
        this.#view.trouble = `the program has not answered for ${duration(waited)}; it is busy, or stopped`;
    } else if (now >= this.#lookAt && !this.#view.paused) void this.#look(this.#client);
    this.#draw();
  }

  async #look(client: MonitorClient): Promise<void> {
    this.#askedAt = Date.now();
    this.#lookAt = Number.POSITIVE_INFINITY;
    try {
      const snapshot = await client.snapshot(this.#view.query);
      if (client !== this.#client) return;
      this.#view.take(snapshot);
      this.#view.trouble = "";
      // What a look costs the program is a hundredth of its time at most.
      const next = Date.now() + Math.max(this.#options.intervalMs, snapshot.cost * 100);
      this.#lookAt = Math.min(this.#lookAt, next);
    } catch (error) {
      // That the connection is over is told there.
      if (!client.closed || error instanceof RefusedError) {
        this.#view.trouble = safe((error as Error).message);
        this.#lookAt = Date.now() + againMs;
      }
    } finally {
      if (client === this.#client) this.#askedAt = undefined;
      this.#draw();
    }
  }

  #use(client: MonitorClient): void {
    this.#client = client;
    this.#path = client.path;
    this.#other = undefined;
    this.#askedAt = undefined;
    this.#lookAt = 0;
    client.onclose = () => {
      this.#client = undefined;
      this.#askedAt = undefined;
      this.#view.prompt = undefined;
      this.#lookAt = 0;
      this.#tick();
    };
  }

  /** Tries to come back to where it was connected, and looks who else is there. */
  async #connect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    this.#lookAt = Date.now() + againMs;
    try {
      const before = this.#view.snapshot?.pid;
      const client = await MonitorClient.connect(this.#path);
      this.#use(client);
      const { pid } = await client.info(patienceMs);
      this.#say(pid === before ? "connected again" : `the program has started again, as process ${pid}`);
      this.#view.trouble = "";
    } catch {
      if (this.#client === undefined) await this.#tellEnd();
    } finally {
      this.#connecting = false;
      this.#draw();
    }
  }

  async #tellEnd(): Promise<void> {
    const { snapshot } = this.#view;
    const who = snapshot === undefined ? "the program" : `process ${snapshot.pid} (${safe(snapshot.program)})`;
    const candidates = await findCandidates();
    const [one] = candidates;
    this.#other =
      one !== undefined && candidates.length === 1
        ? { pid: one.pid, path: one.path, program: one.info.program }
        : undefined;
    const other =
      this.#other === undefined ? "" : `; r: look at process ${this.#other.pid} (${safe(this.#other.program)})`;
    if (this.#client === undefined) this.#view.trouble = `${who} has ended, or has closed its monitor${other}; q: quit`;
  }

  #goOver(path: string): void {
    this.#path = path;
    this.#lookAt = 0;
    this.#tick();
  }

  #draw(): void {
    const terminal = this.#terminal;
    if (terminal === undefined) return;
    const { columns, rows } = terminal;
    terminal.draw(drawFrame(this.#view, { columns, rows, color: this.#options.color, unicode: this.#unicode }));
  }
}
