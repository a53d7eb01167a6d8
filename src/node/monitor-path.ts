import { chmodSync, lstatSync, mkdirSync, readdirSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "./file-errors.ts";

const windows = process.platform === "win32";
const pipes = "\\\\.\\pipe\\";

/** Where a process of this user listens. */
export interface MonitorAddress {
  readonly pid: number;
  /** The path of its socket, or of its pipe on Windows. */
  readonly path: string;
}

/** The folder with the sockets of this user's processes: `<tmpdir>/scopelog-<uid>`; on Windows that of the pipes. */
export function monitorFolder(): string {
  return windows ? pipes : join(tmpdir(), `scopelog-${process.getuid?.() ?? 0}`);
}

/** The path of the `index`th monitor, from 0 on, of this thread. */
export function defaultMonitorPath(index: number): string {
  // Nor is this imported, or `node:net`: programs without a monitor load this file too.
  const { threadId } = process.getBuiltinModule("node:worker_threads");
  const thread = threadId === 0 ? "" : `-thread${threadId}`;
  const name = `${process.pid}${thread}${index === 0 ? "" : `-${index}`}`;
  return windows ? `${pipes}scopelog-${name}` : join(monitorFolder(), `${name}.sock`);
}

/**
 * Makes the folder, for this user alone.
 * @throws Error if it belongs to somebody else, or is no folder: it lies where everybody may write
 */
export function makeMonitorFolder(): void {
  if (windows) return;
  const folder = monitorFolder();
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const { uid, mode } = checkFolder(folder);
  if (uid === process.getuid?.() && (mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
}

/** Throws unless `folder` is one, and this user's. */
function checkFolder(folder: string) {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw new Error(`${folder} is no folder`);
  if (stats.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  return stats;
}

/** Where this user's processes listen, by what the folder says; some of them may be gone. */
export function listMonitors(): MonitorAddress[] {
  const folder = monitorFolder();
  let names: string[];
  try {
    if (!windows) checkFolder(folder);
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const form = windows ? /^scopelog-(\d+)(?:-\w+)*$/ : /^(\d+)(?:-\w+)*\.sock$/;
  return names
    .flatMap((name) => {
      const pid = form.exec(name)?.[1];
      return pid === undefined ? [] : [{ pid: Number(pid), path: join(folder, name) }];
    })
    .sort((a, b) => a.pid - b.pid || (a.path < b.path ? -1 : 1));
}

/** Removes the sockets of processes that died without doing it. Never rejects. */
export async function removeStaleMonitors(): Promise<void> {
  if (windows) return;
  await Promise.all(
    listMonitors()
      .filter(({ pid }) => pid !== process.pid && !isRunning(pid))
      .map(({ path }) => removeIfStale(path)),
  );
}

/**
 * Removes the socket at `path` if nobody listens there; the number of the process alone does not tell, since another
 * container may use the same folder. Never rejects. True if it is gone.
 */
export async function removeIfStale(path: string): Promise<boolean> {
  try {
    // What is no socket is not ours to remove.
    if (!lstatSync(path).isSocket() || (await isHeard(path))) return false;
    unlinkSync(path);
    return true;
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
}

/** Whether somebody listens at `path`, as far as can be known. */
function isHeard(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = process.getBuiltinModule("node:net").connect(path);
    socket.unref();
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error) => resolve(errorCode(error) !== "ECONNREFUSED"));
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}
