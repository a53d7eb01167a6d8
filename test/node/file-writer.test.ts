import { join } from "node:path";
import { expect, test } from "vitest";
import { Drops } from "../../src/node/drops.ts";
import { FileWriter } from "../../src/node/file-writer.ts";
import { LogFile } from "../../src/node/log-file.ts";
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
