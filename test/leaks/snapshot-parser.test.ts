import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getHeapSnapshot } from "node:v8";
import { afterAll, describe, expect, it } from "vitest";
import type { HeapSnapshot } from "../../src/leaks/heap-snapshot.ts";
import { SnapshotError } from "../../src/leaks/snapshot-error.ts";
import { readSnapshot } from "../../src/leaks/snapshot-file.ts";
import { SnapshotParser } from "../../src/leaks/snapshot-parser.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-snapshot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const odd = ['say "hi"', "back\\slash", "zwölf 12 €", "new\nline", "]},[", "\u0001", "emoji 😀", "", 'ends in \\"'];

function sample(): SnapshotBuilder {
  const builder = new SnapshotBuilder();
  const closure = builder.node("closure", "onMessage");
  builder.edge(0, "element", 3, closure);
  for (const text of odd) builder.edge(closure, "property", text, builder.node("string", text));
  return builder;
}

function parse(text: string, size = text.length): HeapSnapshot {
  const parser = new SnapshotParser();
  const bytes = Buffer.from(text);
  // The buffer is used again, as a stream may.
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(chunk, 0, at, at + size);
    parser.write(chunk.subarray(0, length));
  }
  return parser.end();
}

function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(SnapshotError);
    return (error as SnapshotError).message;
  }
  return "none";
}

describe("SnapshotParser", () => {
  it.each([1, 2, 3, 7, 64, 1 << 20])("reads the same in pieces of %i bytes", (size) => {
    const snapshot = parse(sample().text(), size);
    expect(snapshot.nodeCount).toBe(2 + odd.length);
    expect(snapshot.name(1)).toBe("onMessage");
    expect(snapshot.type(1)).toBe("closure");
    expect(snapshot.id(1)).toBe(3);
    expect(snapshot.nodeOf(3)).toBe(1);
    expect(snapshot.location(1)).toEqual({ line: 5, column: 3 });
    expect(snapshot.edgeName(0)).toBe("3");
    for (const [index, text] of odd.entries()) {
      const edge = snapshot.edge(1, text);
      expect(snapshot.target(edge), text).toBe(2 + index);
      expect(snapshot.source(edge)).toBe(1);
      expect(snapshot.text(2 + index)).toBe(text);
      expect([...snapshot.retainers(2 + index)]).toEqual([edge]);
      expect(snapshot.strings.get(snapshot.strings.indexOf(text))).toBe(text);
    }
    expect(snapshot.strings.indexOf("hi")).toBe(-1);
    expect(snapshot.strings.indexOf("nowhere")).toBe(-1);
  });

  it("reads the engine's own as JSON.parse does", async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    const snapshot = parse(text, 65_536);
    const { nodes, edges, strings, snapshot: head } = JSON.parse(text);
    const width = head.meta.node_fields.length;
    const { nodeName, edgeTarget, firstEdge } = snapshot.columns;
    expect(snapshot.nodeCount).toBe(head.node_count);
    expect(snapshot.strings.size).toBe(strings.length);
    const differing: string[] = [];
    for (let node = 0, edge = 0; node < head.node_count; node++) {
      if (nodeName[node] !== nodes[node * width + 1]) differing.push(`name of ${node}`);
      if (firstEdge[node] !== edge) differing.push(`edges of ${node}`);
      edge += nodes[node * width + 4];
    }
    for (let edge = 0; edge < head.edge_count; edge++) {
      if (edgeTarget[edge] !== edges[edge * 3 + 2] / width) differing.push(`edge ${edge}`);
    }
    for (let index = 0; index < strings.length; index++) {
      if (snapshot.strings.get(index) !== strings[index]) differing.push(`string ${index}: ${strings[index]}`);
    }
    expect(differing).toEqual([]);
  });

  it("tells what is no heap snapshot", () => {
    for (const text of [
      "",
      "  \n",
      "no JSON",
      "{}",
      '{"name":"scopelog"}',
      "[1,2]",
      '{"snapshots":{}}',
      "\u0000\u0001",
    ]) {
      expect(
        problemOf(() => parse(text)),
        text,
      ).toMatch(/^not a heap snapshot/);
    }
    expect(problemOf(() => parse(`{"snapshot":{"meta":3},"nodes":[1]}`))).toMatch(/^not a heap snapshot/);
    expect(problemOf(() => parse(`{"snapshot":${" ".repeat(1 << 21)}`))).toMatch(/^not a heap snapshot/);
  });

  it("tells a truncated one, wherever it was cut", () => {
    const text = sample().text();
    const from = '{"snapshot":'.length;
    for (let end = from; end < text.length; end++) {
      expect(
        problemOf(() => parse(text.slice(0, end))),
        text.slice(0, end).slice(-20),
      ).toMatch(/truncated/);
    }
    expect(problemOf(() => parse(text))).toBe("none");
  });

  it("tells a damaged one", () => {
    const text = sample().text();
    const last = text.lastIndexOf(",", text.indexOf("],", text.indexOf('"edges"')));
    expect(problemOf(() => parse(text.replace(/"edge_count":\d+/, '"edge_count":1')))).toMatch(/damaged/);
    expect(problemOf(() => parse(text.slice(0, last) + text.slice(text.indexOf("]", last))))).toMatch(/damaged/);
    expect(problemOf(() => parse(text.replace('"self_size"', '"other"')))).toMatch(/unknown kind/);
  });
});

describe("readSnapshot", () => {
  it("tells what is wrong with the file", async () => {
    await expect(readSnapshot(join(folder, "none"))).rejects.toThrow(/^no such file$/);
    await expect(readSnapshot(folder)).rejects.toThrow(/^this is a directory, not a file$/);
    const file = join(folder, "cut.heapsnapshot");
    writeFileSync(file, sample().text().slice(0, 900));
    await expect(readSnapshot(file)).rejects.toThrow(/truncated/);
  });
});
