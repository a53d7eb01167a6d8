import { chmodSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { defaultRegistry } from "../logger/default.ts";
import type { Registry } from "../logger/registry.ts";
import { checkKeys } from "../port/check-object.ts";
import { processTrouble } from "../port/trouble.ts";
import { messageOf } from "../record/fields.ts";
import { errorCode } from "./file-errors.ts";
import { MonitorConnection } from "./monitor-connection.ts";
import { ForgottenPlaces } from "./monitor-forgotten.ts";
import { defaultMonitorPath, makeMonitorFolder, removeIfStale, removeStaleMonitors } from "./monitor-path.ts";
import { MonitorRequests } from "./monitor-requests.ts";
import { optionError } from "./options.ts";

/** What `serveMonitor` takes. */
export interface MonitorOptions {
  /**
   * Where to listen: the path of a socket, or of a named pipe on Windows (`\\.\pipe\name`). If absent,
   * `<tmpdir>/scopelog-<uid>/<pid>.sock`, where `scopelog top` finds it.
   */
  readonly path?: string | undefined;
  /** The registry that is looked at; the default one if absent. */
  readonly registry?: Registry | undefined;
  /**
   * The names of the bound fields that are shown; none if absent. What the filters of handlers redact in lines is not
   * redacted here.
   */
  readonly fields?: readonly string[] | undefined;
}

/** Lets the process be looked at until it is disposed. */
export interface Monitor extends Disposable {
  /** Where it listens. */
  readonly path: string;
  /** Resolves to whether it listens, when that is known. Never rejects. */
  readonly listening: Promise<boolean>;
}

const maxConnections = 8;
// With those that are just being refused.
const maxSockets = 32;
const maxPath = process.platform === "darwin" ? 103 : 107;
// Several monitors of one process, or processes of several containers with one number.
const maxTries = 16;

const open = new Set<MonitorServer>();

/**
 * Lets this process be looked at by `scopelog top`: listens on a local socket that only this user can reach (folder
 * 0700, socket 0600), and costs nothing until it is asked. It never keeps the process alive, and never throws for what
 * the system refuses: that is told with the code `SCOPELOG_WARN_MONITOR`, and the program runs on.
 *
 * The protocol is JSON, a `MonitorRequest` and a `MonitorAnswer` a line. At most 8 may look at the same time. On
 * Windows the pipe can be reached by whom its default permissions admit.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for a wrong option
 */
export function serveMonitor(options: MonitorOptions = {}): Monitor {
  const where = "serveMonitor";
  checkKeys(where, options, ["path", "registry", "fields"]);
  const { path, registry = defaultRegistry(), fields = [] } = options;
  if (path !== undefined && (typeof path !== "string" || path === "" || path.includes("\0"))) {
    throw optionError(where, "path", "must be the path of a socket");
  }
  if (path !== undefined && process.platform !== "win32" && Buffer.byteLength(path) > maxPath) {
    throw optionError(where, "path", `must have at most ${maxPath} bytes, which is the system's limit for sockets`);
  }
  if (typeof registry?.scopes !== "function") throw optionError(where, "registry", "must be a registry");
  if (!Array.isArray(fields) || !fields.every((name) => typeof name === "string") || fields.length > 16) {
    throw optionError(where, "fields", "must be an array of at most 16 names");
  }
  return new MonitorServer(path, registry, [...fields]);
}

class MonitorServer implements Monitor {
  readonly listening: Promise<boolean>;
  readonly #forgotten = new ForgottenPlaces();
  readonly #requests: MonitorRequests;
  readonly #connections = new Set<MonitorConnection>();
  readonly #given: string | undefined;
  #path: string;
  #server: Server | undefined;
  #disposed = false;

  constructor(path: string | undefined, registry: Registry, fields: readonly string[]) {
    this.#given = path;
    this.#path = path ?? defaultMonitorPath(0);
    this.#requests = new MonitorRequests(registry, this.#forgotten, fields);
    if (open.size === 0) process.on("exit", disposeAll);
    open.add(this);
    this.listening = this.#start();
  }

  get path(): string {
    return this.#path;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // Closing removes the socket's file too.
    this.#server?.close();
    for (const connection of this.#connections) connection.end();
    this.#forgotten[Symbol.dispose]();
    if (open.delete(this) && open.size === 0) process.off("exit", disposeAll);
  }

  async #start(): Promise<boolean> {
    try {
      if (this.#given === undefined) makeMonitorFolder();
      await this.#listen();
      if (this.#given === undefined) void removeStaleMonitors();
      return !this.#disposed;
    } catch (cause) {
      if (this.#disposed) return false;
      this[Symbol.dispose]();
      processTrouble.report(
        "SCOPELOG_WARN_MONITOR",
        `serveMonitor cannot listen at ${this.#path}: ${messageOf(cause)}. The program runs on, but cannot be looked at.`,
        { key: this.#path, cause },
      );
      return false;
    }
  }

  /** Listens at the path, after what a dead process left there was removed; of the default ones at the first free. */
  async #listen(): Promise<void> {
    let removed = false;
    for (let index = 0; ; ) {
      try {
        await this.#tryToListen();
        return;
      } catch (error) {
        if (errorCode(error) !== "EADDRINUSE" || this.#disposed) throw error;
        if (!removed && (await removeIfStale(this.#path))) {
          removed = true;
          continue;
        }
        if (this.#given !== undefined || ++index >= maxTries) throw error;
        this.#path = defaultMonitorPath(index);
        removed = false;
      }
    }
  }

  #tryToListen(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) {
        reject(new Error("it was disposed"));
        return;
      }
      // Not imported: programs without a monitor load this too.
      const server = process.getBuiltinModule("node:net").createServer((socket) => this.#welcome(socket));
      server.maxConnections = maxSockets;
      server.once("error", reject);
      server.once("close", () => reject(new Error("it was disposed")));
      server.once("listening", () => {
        server.off("error", reject);
        // Of one connection that cannot be accepted nothing need be known.
        server.on("error", () => undefined);
        resolve();
      });
      this.#server = server;
      // In a worker of a cluster too, each for itself.
      server.listen({ path: this.#path, exclusive: true });
      server.unref();
      try {
        // The socket is there already, if it can be.
        if (process.platform !== "win32" && server.listening) chmodSync(this.#path, 0o600);
      } catch (error) {
        server.close();
        reject(error);
      }
    });
  }

  #welcome(socket: Socket): void {
    if (this.#connections.size >= maxConnections) {
      MonitorConnection.refuse(socket, `${maxConnections} are looking at this process already`);
      return;
    }
    this.#connections.add(
      new MonitorConnection(socket, this.#requests, (connection) => this.#connections.delete(connection)),
    );
  }
}

function disposeAll(): void {
  for (const monitor of [...open]) monitor[Symbol.dispose]();
}
