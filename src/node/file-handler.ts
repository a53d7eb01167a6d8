import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultFormatter } from "../format/default-formatter.ts";
import { jsonFormatter } from "../format/json.ts";
import { type Lease, LeasePool } from "../lifetime/lease.ts";
import { checkKeys } from "../port/check-object.ts";
import { type FormatterLike, toFormatter } from "../port/formatter.ts";
import type { Handler } from "../port/handler.ts";
import { errorCode } from "./file-errors.ts";
import { type FileSettings, FileTransport } from "./file-transport.ts";
import { LineHandler } from "./line-handler.ts";
import { type FilePlace, LogFile } from "./log-file.ts";
import { checkBoolean, checkGate, checkNumber, type Gate, optionError } from "./options.ts";
import { checkQueue, defaultLingerMs, type QueueOptions } from "./queue-options.ts";
import { Rotation, type RotationSettings } from "./rotation.ts";

/** What all file handlers take. Of several handlers on one path, the first decides on all but formatter, level, filter and `sync`. */
export interface FileOptions extends Gate {
  /** Makes the lines; JSON if absent, unless `LOG_FORMAT` says otherwise, see `Config.env`. */
  readonly formatter?: FormatterLike | undefined;
  /**
   * True: when the log call returns, the line is with the operating system and survives even SIGKILL. False, the
   * default: lines gather and are written together, about ten times faster a line.
   */
  readonly sync?: boolean | undefined;
  /** Permissions of a file that is made, before the umask; `0o640` if absent. */
  readonly mode?: number | undefined;
  /**
   * Whether a missing folder, and those above it, are made, for those who may read the file: `0o750` with the usual `mode`,
   * before the umask; false if absent.
   */
  readonly mkdir?: boolean | undefined;
  /** The longest time, in milliseconds, that a gathered line waits while the event loop turns; 20 if absent. */
  readonly flushMs?: number | undefined;
  /** How much is gathered for one write, in bytes; 16 KiB if absent. */
  readonly batchBytes?: number | undefined;
  /** What waits while the file cannot be written: disk full, a pipe with a slow reader. */
  readonly queue?: QueueOptions | undefined;
  /** How long `flush()` and closing wait for a file that cannot be written, in milliseconds; 5000 if absent. */
  readonly lingerMs?: number | undefined;
  /** How long the file stays open when the last handler on it was closed, in milliseconds; 0, at once, if absent. */
  readonly idleMs?: number | undefined;
}

/** What `fileHandler` takes: a path or a descriptor, and how to write. */
export interface FileHandlerOptions extends FileOptions {
  /** The file, made if it is missing and always appended to. */
  readonly path?: string | URL | undefined;
  /** Instead of a path: a descriptor that is open already, such as 1 for the standard output. It is never closed. */
  readonly fd?: number | undefined;
}

/** Writes lines to a file. Close it with the scope that owns it, or with `using`. */
export interface FileHandler extends Handler {
  /** The absolute path; `fd:1` for a descriptor. */
  readonly path: string;
  /** Resolves once everything taken so far is with the operating system, at the latest after `lingerMs`. */
  flush(): Promise<void>;
  /** Opens the path anew: after another program, such as logrotate, has renamed the file. */
  reopen(): void;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const optionNames = ["formatter", "level", "filter", "sync", "mode", "mkdir", "flushMs", "batchBytes", "queue"];
const commonNames = [...optionNames, "lingerMs", "idleMs"];

/** The open files of this thread, by path: one for all handlers that write to it. */
const files = new LeasePool<FileTransport>();

/**
 * Writes lines to a file, or to a descriptor such as 1. All handlers on one path share one open file, so a handler per
 * scope costs no descriptor. What happens to lines at each way out of the process is in the delivery table of the docs.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if an option is of the wrong kind, or the file cannot be opened;
 * `cause` is the system's error then. With no space or descriptor left just now it does not throw: lines wait.
 */
export function fileHandler(options: string | URL | number | FileHandlerOptions): FileHandler {
  const given = typeof options === "object" && !(options instanceof URL) ? options : whereOnly(options);
  const where = "fileHandler";
  checkKeys(where, given, ["path", "fd", ...commonNames]);
  const { path, fd } = given;
  if ((path === undefined) === (fd === undefined))
    throw optionError(where, "path", "or fd must be given, and not both");
  if (fd === undefined) return openFile(where, given, { path: toPath(where, path) });
  return openFile(where, given, { fd: checkNumber(where, "fd", fd, 1) });
}

/** @internal A handler on a file of the pool. */
export function openFile(
  where: string,
  options: FileOptions,
  place: { readonly path: string } | { readonly fd: number },
  rotation?: RotationSettings,
): PooledFileHandler {
  checkGate(where, options);
  const terminal = "fd" in place && place.fd <= 2;
  const formatter =
    options.formatter === undefined ? defaultFormatter(jsonFormatter(), terminal) : toFormatter(options.formatter);
  const sync = checkBoolean(where, "sync", options.sync, false);
  const mode = checkNumber(where, "mode", options.mode, 0o640);
  const mkdir = checkBoolean(where, "mkdir", options.mkdir, false);
  const idleMs = checkNumber(where, "idleMs", options.idleMs, 0);
  const settings: FileSettings = {
    flushMs: checkNumber(where, "flushMs", options.flushMs, 20),
    batchBytes: checkNumber(where, "batchBytes", options.batchBytes, 16 * 1024, 1),
    lingerMs: checkNumber(where, "lingerMs", options.lingerMs, defaultLingerMs),
    queue: checkQueue(where, options.queue),
  };
  const full: FilePlace = "fd" in place ? place : { ...place, mode, mkdir };
  const key = "fd" in place ? `fd:${place.fd}` : place.path;
  const lease = leaseFile(where, key, full, settings, rotation, idleMs);
  return new PooledFileHandler(lease, formatter, options, sync);
}

/** @internal The names of the options that every file handler takes. */
export { commonNames as fileOptionNames };

/** @internal The absolute path meant by `path`. */
export function toPath(where: string, path: unknown): string {
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return resolve(path);
  throw optionError(where, "path", "must be a path or a file: URL");
}

/** @internal Opens all files of this thread anew. */
export function reopenAll(): void {
  for (const transport of [...files.targets()]) transport.reopen();
}

/** @internal */
export class PooledFileHandler extends LineHandler<FileTransport> implements FileHandler {
  get path(): string {
    return this.transport.destination;
  }

  reopen(): void {
    this.transport.reopen();
  }

  rotate(): void {
    this.transport.rotate();
  }
}

function whereOnly(place: unknown): FileHandlerOptions {
  return typeof place === "number" ? { fd: place } : { path: place as string | URL };
}

function leaseFile(
  where: string,
  key: string,
  place: FilePlace,
  settings: FileSettings,
  rotation: RotationSettings | undefined,
  idleMs: number,
): Lease<FileTransport> {
  const open = (): FileTransport => {
    try {
      const rotates = rotation === undefined ? undefined : new Rotation(key, rotation);
      return new FileTransport(new LogFile(place), settings, rotates);
    } catch (error) {
      throw optionError(where, "fd" in place ? "fd" : "path", `${key} cannot be opened: ${reason(error)}`, error);
    }
  };
  const lease = files.lease(key, open, idleMs);
  // A handler without rotation may join a file that rotates; two opinions on the rotation of one file cannot be had.
  if (rotation !== undefined && lease.target?.rotation?.agrees(rotation) !== true) {
    lease[Symbol.dispose]();
    throw optionError(where, "path", `${key} is open already, with other rotation settings or none`);
  }
  return lease;
}

function reason(error: unknown): string {
  const code = errorCode(error);
  if (code === "ENOENT") return "its folder does not exist; make it, or pass mkdir: true (ENOENT)";
  return code === "" ? String(error) : code;
}
