import { getStreamSink, jsonLinesFormatter } from "@logtape/logtape";
import { logtapeHandler } from "scopelog/logtape";
import { test } from "vitest";
import { conforms, endless } from "../shared/conforms.ts";

/** A sink that writes lines, like a stream's, to a list. */
function sinkTo(lines: string[]) {
  const decoder = new TextDecoder();
  const stream = new WritableStream<Uint8Array>({ write: (chunk) => void lines.push(decoder.decode(chunk)) });
  return getStreamSink(stream, { formatter: jsonLinesFormatter });
}

test("logtapeHandler passes the checks for handlers, borrowing", async () => {
  const lines: string[] = [];
  const sink = sinkTo(lines);
  await conforms(() => logtapeHandler(sink), {
    lines: () => lines,
    configured: (given) => logtapeHandler(sink, given),
    skipped: endless,
  });
});

test("logtapeHandler passes the checks for handlers, owning", async () => {
  const lines: string[] = [];
  await conforms(() => logtapeHandler(sinkTo(lines), { owned: true }), {
    lines: () => lines,
    configured: (given) => logtapeHandler(sinkTo(lines), { owned: true, ...given }),
    skipped: ["drops"],
  });
});
