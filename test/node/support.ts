import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "scopelog";
import { onTestFinished, vi } from "vitest";
import { processTrouble } from "../../src/port/trouble.ts";
import { createRecord, type LogRecord } from "../../src/record/log-record.ts";

/** The message alone. */
export const plain = (record: LogRecord): string => record.message;

export const record = (message: string): LogRecord => createRecord({ message });

/** A folder that is removed at the end of the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-node-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines of a file; fails if the last one has no end. */
export function linesOf(path: string): string[] {
  const lines = readFileSync(path, "utf8").split("\n");
  if (lines.pop() !== "") throw new Error(`${path} ends in the middle of a line`);
  return lines;
}

let later = 0;

/** What is told to `processTrouble` during the test, whatever was told in the tests before. */
export function problemsTold(): Problem[] {
  // One kind of problem is told once in ten seconds: each test is a minute later than the one before.
  const now = Date.now;
  const offset = (later += 60_000);
  vi.spyOn(Date, "now").mockImplementation(() => now() + offset);
  onTestFinished(() => void vi.restoreAllMocks());
  const told: Problem[] = [];
  const before = processTrouble.listen((problem) => told.push(problem));
  onTestFinished(() => void processTrouble.listen(before));
  return told;
}

/** `line 0`, `line 1`, ... */
export const lines = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);
