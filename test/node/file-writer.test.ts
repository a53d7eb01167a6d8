import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Drops } from "../../src/node/drops.ts";
import { FileWriter } from "../../src/node/file-writer.ts";
import { LogFile } from "../../src/node/log-file.ts";
import type { Rotation } from "../../src/node/rotation.ts";
import { processTrouble } from "../../src/port/trouble.ts";
import { linesOf, problemsTold, temporaryFolder } from "./support.ts";

/** A real file on a disk that is full after `space` more bytes, however the writes are cut. */
class TightFile extends LogFile {
  space: number;

  constructor(path: string, space: number) {
    super({ path, mode: 0o640, mkdir: false });
    this.space = space;
  }

  override write(text: string): number {
    return this.writeFrom(Buffer.from(text), 0);
  }

  override writeFrom(bytes: Uint8Array, offset: number): number {
    if (this.space === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const written = super.writeFrom(bytes.subarray(0, offset + this.space), offset);
    this.space -= written;
    return written;
  }
}

// As many bytes are written as the first line has characters, for one of these; its bytes are one or two more.
const first = "über alle Äcker\n";

test.each(Array.from({ length: 40 }, (_, space) => space))(
  "a disk that is full after %i bytes cuts no line for good",
  (space) => {
    problemsTold();
    const path = join(temporaryFolder(), "app.log");
    const file = new TightFile(path, space);
    const writer = new FileWriter(file, undefined, { maxBytes: 1000, overflow: "drop-newest" }, new Drops(path));
    writer.put(first, 1);
    writer.put("second\n", 1);
    writer.put("third\n", 1);
    file.space = 1000;
    expect(writer.drain()).toBe(true);
    writer.close();
    expect(linesOf(path)).toEqual([first.trim(), "second", "third"]);
  },
);

// Above the size that is written as it is; one with a place for encoding, and one too long for it.
test.each([300, 3_000])("a batch of %i lines is cut wherever the disk is full, and none of its lines is", (count) => {
  const batch = first.repeat(count);
  const bytes = Buffer.byteLength(batch);
  problemsTold();
  for (const space of [0, 1, 4095, 4096, batch.length - 1, batch.length, batch.length + 1, bytes - 1, bytes]) {
    const path = join(temporaryFolder(), "app.log");
    const file = new TightFile(path, space);
    const writer = new FileWriter(file, undefined, { maxBytes: 1_000_000, overflow: "drop-newest" }, new Drops(path));
    expect(writer.put(batch, count), String(space)).toBe(space === bytes);
    writer.put(`${"-".repeat(5000)}\n`, 1);
    file.space = 1_000_000;
    expect(writer.drain()).toBe(true);
    writer.close();
    expect(linesOf(path)).toEqual([...Array.from({ length: count }, () => first.trim()), "-".repeat(5000)]);
  }
});

test("what is reported while a batch is written may be logged to another file", () => {
  const folder = temporaryFolder();
  const writer = (name: string, rotation?: Rotation): FileWriter => {
    const place = { path: join(folder, name), mode: 0o640, mkdir: false };
    return new FileWriter(new LogFile(place), rotation, { maxBytes: 1000, overflow: "drop-newest" }, new Drops(name));
  };
  const other = writer("other.log");
  problemsTold();
  const told = vi.fn(() => void other.put("o".repeat(10_000), 1));
  processTrouble.listen(told);
  const broken = {
    opened: () => {},
    rotate: () => broken.fail(),
    maxBytes: 1,
    fail: () => {
      throw new Error("no");
    },
  };
  const one = writer("one.log", broken as unknown as Rotation);
  one.put("1".repeat(5000), 1);
  one.put("1".repeat(5000), 1);
  expect(told).toHaveBeenCalled();
  for (const each of [one, other]) each.close();
  expect(readFileSync(join(folder, "one.log"), "utf8")).toBe("1".repeat(10_000));
  expect(readFileSync(join(folder, "other.log"), "utf8")).toBe("o".repeat(10_000));
});
