import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/repo.ts";

const keptMs = 60 * 60 * 1000;

/**
 * A folder under `.build/<kind>` that is filled once for each `key`, by whichever test comes first. It appears under
 * its name only when it is full, so tests that run at the same time may both fill it and neither sees half of it.
 */
export function folderOnce(kind: string, key: string, fill: (folder: string) => void): string {
  const parent = `${root}.build/${kind}`;
  const folder = join(parent, createHash("sha256").update(key).digest("hex").slice(0, 16));
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  mkdirSync(parent, { recursive: true });
  // What is out of date goes, unless a run that began before still needs it.
  for (const name of readdirSync(parent)) {
    const old = join(parent, name);
    const made = statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - made > keptMs) rmSync(old, { recursive: true, force: true });
  }
  const filling = mkdtempSync(join(parent, "filling-"));
  try {
    fill(filling);
    renameSync(filling, folder);
  } catch (error) {
    rmSync(filling, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
