import { describe, expect, it } from "vitest";
import { type EdgePath, findPaths } from "../../src/leaks/path-search.ts";
import { StrongGraph } from "../../src/leaks/strong-graph.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";

/** The ways to `target`, as the indices of the nodes on them. */
function waysTo(builder: SnapshotBuilder, target: number, excluded: number[] = [], limit = 5): number[][] {
  const snapshot = builder.build();
  const targets = new Set([target]);
  const graph = new StrongGraph(snapshot, { targets, excluded: new Set(excluded) });
  return findPaths(graph, targets, limit).map(({ start, edges }: EdgePath) => [
    start,
    ...edges.map((edge) => snapshot.target(edge)),
  ]);
}

/** The nodes of objects of these names. */
function objects<const Names extends string[]>(builder: SnapshotBuilder, ...names: Names) {
  return names.map((name) => builder.node("object", name)) as { [Index in keyof Names]: number };
}

describe("what holds", () => {
  it("is a strong edge of any kind, and never a weak one", () => {
    for (const type of ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]) {
      const builder = new SnapshotBuilder();
      const [holder, target] = objects(builder, "Holder", "Target");
      builder.edge(0, "element", 1, holder);
      builder.edge(holder, type, type === "element" || type === "hidden" ? 1 : "x", target);
      expect(waysTo(builder, target), type).toEqual(type === "weak" ? [] : [[0, holder, target]]);
    }
  });

  it("is not what only the target leads to", () => {
    const builder = new SnapshotBuilder();
    const [holder, target, below] = objects(builder, "Holder", "Target", "Below");
    builder.edge(0, "element", 1, holder);
    builder.edge(holder, "property", "x", target);
    builder.edge(target, "property", "y", below);
    builder.edge(below, "property", "up", target);
    expect(waysTo(builder, target)).toEqual([[0, holder, target]]);
  });

  it("is not what is excluded, nor what only that leads to", () => {
    const builder = new SnapshotBuilder();
    const [books, entry, target] = objects(builder, "Books", "Entry", "Target");
    builder.edge(0, "element", 1, books);
    builder.edge(books, "property", "entry", entry);
    builder.edge(entry, "property", "x", target);
    expect(waysTo(builder, target)).toHaveLength(1);
    expect(waysTo(builder, target, [books])).toEqual([]);
  });
});

describe("an entry of a WeakMap", () => {
  function entry(heldKey: boolean, heldTable: boolean) {
    const builder = new SnapshotBuilder();
    const [keys, maps, key, target] = objects(builder, "Keys", "Maps", "Key", "Target");
    const table = builder.node("array", "");
    if (heldKey) builder.edge(0, "element", 1, keys);
    if (heldTable) builder.edge(0, "element", 2, maps);
    builder.edge(keys, "property", "key", key);
    builder.edge(maps, "internal", "table", table);
    builder.ephemeron(table, key, target);
    return { builder, keys, maps, key, target, table };
  }

  it("holds its value while both its key and its table are held, and is told by the key", () => {
    const { builder, keys, key, target } = entry(true, true);
    expect(waysTo(builder, target)).toEqual([[0, keys, key, target]]);
  });

  it("holds nothing without its key", () => {
    const { builder, target } = entry(false, true);
    expect(waysTo(builder, target)).toEqual([]);
  });

  it("holds nothing without its table", () => {
    const { builder, target } = entry(true, false);
    expect(waysTo(builder, target)).toEqual([]);
  });

  it("holds nothing if its key is held by its value alone", () => {
    const { builder, key, target } = entry(false, true);
    builder.edge(target, "property", "back", key);
    expect(waysTo(builder, target)).toEqual([]);
  });

  it("holds nothing if its table is held by its value alone", () => {
    const { builder, maps, target } = entry(true, false);
    builder.edge(target, "property", "own", maps);
    expect(waysTo(builder, target)).toEqual([]);
  });

  it("holds nothing if its table is referred to weakly alone", () => {
    const { builder, maps, target } = entry(true, false);
    builder.edge(0, "weak", "1", maps);
    expect(waysTo(builder, target)).toEqual([]);
  });

  it("holds nothing below its value if its table is held by its value alone", () => {
    const { builder, maps, target: value } = entry(true, false);
    const below = builder.node("object", "Below");
    builder.edge(value, "property", "own", maps);
    builder.edge(value, "property", "below", below);
    expect(waysTo(builder, below)).toEqual([]);
  });

  it("gives another table to no key if its own key is not held", () => {
    const { builder, keys, target: value } = entry(false, true);
    const [held, last] = objects(builder, "Held", "Last");
    const inner = builder.node("array", "");
    builder.edge(0, "element", 3, held);
    builder.edge(value, "internal", "table", inner);
    builder.ephemeron(inner, held, last);
    expect(waysTo(builder, last)).toEqual([]);
    // With the key it does.
    builder.edge(0, "element", 4, keys);
    expect(waysTo(builder, last)).toEqual([[0, held, last]]);
  });

  it("may be the key of another", () => {
    const { builder, keys, key, target: middle, table } = entry(true, true);
    const last = builder.node("object", "Last");
    builder.ephemeron(table, middle, last);
    expect(waysTo(builder, last)).toEqual([[0, keys, key, middle, last]]);
  });

  it("holds a table that holds the next value, in whatever order they are met", () => {
    // key -> (first table) inner WeakMap, whose table then holds for another key that was met long before.
    const builder = new SnapshotBuilder();
    const [early, outer, key, inner, target] = objects(builder, "Early", "Outer", "Key", "Inner", "Target");
    const outerTable = builder.node("array", "");
    const innerTable = builder.node("array", "");
    builder.edge(0, "element", 1, key);
    builder.edge(0, "element", 2, outer);
    builder.edge(0, "element", 3, early);
    builder.edge(outer, "internal", "table", outerTable);
    builder.edge(inner, "internal", "table", innerTable);
    const value = builder.node("object", "Value");
    builder.ephemeron(outerTable, key, inner);
    builder.ephemeron(innerTable, early, value);
    builder.edge(value, "property", "x", target);
    expect(waysTo(builder, target)).toEqual([[0, early, value, target]]);
  });
});

describe("several ways", () => {
  it("are told the shortest first, each with a holder of its own", () => {
    const builder = new SnapshotBuilder();
    const [a, b, c, d, target] = objects(builder, "A", "B", "C", "D", "Target");
    for (const [index, node] of [a, b, d].entries()) builder.edge(0, "element", index + 1, node);
    builder.edge(a, "property", "x", target);
    builder.edge(b, "property", "c", c);
    builder.edge(c, "property", "x", target);
    builder.edge(d, "property", "c", c);
    expect(waysTo(builder, target)).toEqual([
      [0, a, target],
      [0, b, c, target],
      [0, d, c, target],
    ]);
    expect(waysTo(builder, target, [], 2)).toHaveLength(2);
  });

  it("are one if they differ only in where in it a holder has it", () => {
    const builder = new SnapshotBuilder();
    const [list, target] = objects(builder, "Array", "Target");
    const elements = builder.node("array", "(object elements)");
    builder.edge(0, "element", 1, list);
    builder.edge(list, "element", 0, target);
    builder.edge(list, "element", 7, target);
    builder.edge(list, "internal", "elements", elements);
    builder.edge(elements, "internal", "0", target);
    builder.edge(elements, "internal", "7", target);
    expect(waysTo(builder, target)).toEqual([[0, list, target]]);
  });

  it("prefer what a reader knows to a shorter one through the engine's own notes", () => {
    const builder = new SnapshotBuilder();
    const [holder, a, b, target] = objects(builder, "Holder", "A", "B", "Target");
    const code = builder.node("code", "(shared function info)");
    builder.edge(0, "element", 1, holder);
    builder.edge(holder, "internal", "code", code);
    builder.edge(code, "internal", "note", target);
    builder.edge(holder, "property", "a", a);
    builder.edge(a, "property", "b", b);
    builder.edge(b, "property", "x", target);
    expect(waysTo(builder, target)[0]).toEqual([0, holder, a, b, target]);
  });
});

describe("of two ways of the same length", () => {
  it("the one that is first by name is told, in whatever order the heap has them", () => {
    for (const order of [
      ["idTable", "urlTable"],
      ["urlTable", "idTable"],
    ]) {
      for (const reversed of [false, true]) {
        const builder = new SnapshotBuilder();
        const [owner, first, second, entry, target] = objects(builder, "Owner", "A", "B", "Entry", "Target");
        builder.edge(0, "element", 1, owner);
        const branches = [first, second].map((node, index) => [node, order[index]!] as const);
        for (const [node, name] of reversed ? branches.reverse() : branches) {
          builder.edge(owner, "property", name, node);
          builder.edge(node, "property", "entry", entry);
        }
        builder.edge(entry, "property", "x", target);
        const taken = order[0] === "idTable" ? first : second;
        expect(waysTo(builder, target, [], 1), order.join()).toEqual([[0, owner, taken, entry, target]]);
      }
    }
  });
});
