import type { HeapSnapshot } from "./heap-snapshot.ts";
import { findPaths } from "./path-search.ts";
import { joinSteps, wordPath } from "./path-wording.ts";
import { type RetentionPath, RetentionReport, type RetentionStep } from "./report.ts";
import { findRoles, type Roles } from "./roles.ts";
import { idsOf, ScopeIndex, type ScopeNode } from "./scope-index.ts";
import { StrongGraph } from "./strong-graph.ts";

/** How many ways are shown unless asked for more or fewer. */
export const defaultPaths = 3;

/** Says who holds the scope with that id in a snapshot. */
export function explainScope(snapshot: HeapSnapshot, id: string, limit = defaultPaths): RetentionReport {
  const roles = findRoles(snapshot);
  const index = new ScopeIndex(snapshot, roles);
  const wanted = ofRegistry(snapshot, roles, index.meantBy(id));
  if (wanted.length === 0) return new RetentionReport(id, index.isCollected(id), [], absence(id, index));
  const targets = new Set(wanted.map((scope) => scope.node));
  const paths = explainNodes(snapshot, roles, targets, limit, index);
  const ended = wanted.every((scope) => !scope.live);
  return new RetentionReport(
    id,
    true,
    paths,
    paths.length === 0 ? notHeld(id, roles) : ended ? ", though it has ended" : "",
  );
}

/** Says who holds the object with that number in a snapshot, the one that developer tools show after `@`. */
export function explainNode(snapshot: HeapSnapshot, number: number, limit = defaultPaths): RetentionReport {
  const roles = findRoles(snapshot);
  const node = snapshot.nodeOf(number);
  const id = `@${number}`;
  if (node < 0)
    return new RetentionReport(id, false, [], `${id} is not held: there is no such object in the snapshot.`);
  return reportOn(snapshot, roles, node, `${snapshot.name(node)} ${id}`, limit);
}

/** Says who holds the object that the snapshot was taken for. */
export function explainSubject(snapshot: HeapSnapshot, limit: number): RetentionReport {
  const roles = findRoles(snapshot);
  const node = snapshot.follow(askingQuestion(snapshot, roles), "subject", "property");
  if (node >= 0) return reportOn(snapshot, roles, node, snapshot.name(node) || "the function", limit);
  return new RetentionReport("the object", false, [], "The object is not held: it is not in the heap.");
}

function reportOn(snapshot: HeapSnapshot, roles: Roles, node: number, id: string, limit: number): RetentionReport {
  const paths = explainNodes(snapshot, roles, new Set([node]), limit, new ScopeIndex(snapshot, roles));
  return new RetentionReport(id, true, paths, paths.length === 0 ? notHeld(id, roles) : "");
}

function explainNodes(
  snapshot: HeapSnapshot,
  roles: Roles,
  targets: ReadonlySet<number>,
  limit: number,
  index: ScopeIndex,
): RetentionPath[] {
  const graph = new StrongGraph(snapshot, { targets, excluded: noHolders(snapshot, roles, index) });
  return findPaths(graph, targets, limit).map((path) => {
    const steps = wordPath(graph, path, (node) => index.labelOf(node));
    return {
      text: joinSteps(steps),
      steps: steps.map(
        ({ text, node, at }): RetentionStep => ({
          text,
          type: index.labelOf(node) === undefined ? snapshot.name(node) || snapshot.type(node) : "scope",
          id: snapshot.id(node),
          ...(at === undefined ? {} : { at }),
        }),
      ),
      objects: [path.start, ...path.edges.map((edge) => snapshot.target(edge))].map((node) => snapshot.id(node)),
    };
  });
}

/** The library's own books, and whatever belongs to the question itself. */
function noHolders(snapshot: HeapSnapshot, roles: Roles, index: ScopeIndex): Set<number> {
  const excluded = new Set<number>([...roles.slot, ...roles.question]);
  for (const scope of index.scopes) if (scope.anchor >= 0) excluded.add(scope.anchor);
  for (const question of roles.question) {
    for (const property of ["promise", "turn"]) {
      const node = snapshot.follow(question, property, "property");
      if (node >= 0 && snapshot.type(node) === "object") excluded.add(node);
    }
  }
  if (roles.question.size > 0) {
    for (const root of ["(Stack roots)", "(Handle scope)"]) {
      const name = snapshot.strings.indexOf(root);
      for (let node = 0; node < snapshot.nodeCount && name >= 0; node++) {
        if (snapshot.columns.nodeName[node] === name && snapshot.type(node) === "synthetic") excluded.add(node);
      }
    }
  }
  return excluded;
}

/** Those of `scopes` that are of the registry that was asked about, if one was. */
function ofRegistry(snapshot: HeapSnapshot, roles: Roles, scopes: ScopeNode[]): ScopeNode[] {
  const registry = snapshot.follow(askingQuestion(snapshot, roles), "registry", "property");
  return registry >= 0 && snapshot.type(registry) === "object"
    ? scopes.filter((scope) => scope.home === registry)
    : scopes;
}

/** The question that this snapshot was taken for, or -1. */
function askingQuestion(snapshot: HeapSnapshot, roles: Roles): number {
  for (const question of roles.question)
    if (snapshot.follow(question, "asking", "property") === question) return question;
  return -1;
}

function notHeld(id: string, roles: Roles): string {
  return roles.question.size > 0
    ? `${id} is not held: only the code that asks, or nothing at all, leads to it.`
    : `${id} is not held: nothing but weak references leads to it.`;
}

function absence(id: string, index: ScopeIndex): string {
  if (index.isCollected(id)) return `${id} is not held: it is collected, and its end is about to be booked.`;
  const lines = [`${id} is not held: there is no such live scope. It has ended, was collected, or never was.`];
  const name = id.slice(0, Math.max(0, id.lastIndexOf("#"))) || id;
  const alike = index.scopes.filter((scope) => scope.live && scope.name === name);
  const ids = idsOf(alike);
  const unknown = alike.filter((scope) => scope.id === undefined).length;
  if (ids.length > 0) lines.push(`Live scopes of that name: ${listed(ids)}.`);
  if (unknown > 0) {
    lines.push(
      `It may be one of ${unknown} named ${name} whose numbers are not in this snapshot, because they have logged nothing and nobody asked for their ids.`,
      `Ask for ${name} to see who holds them, or take it with v8.writeHeapSnapshot(file, { exposeNumericValues: true }).`,
    );
  }
  if (!index.scopes.some((scope) => scope.live)) lines.push("No live scope is in this heap at all.");
  return lines.join("\n");
}

const listLimit = 10;

function listed(ids: readonly string[]): string {
  const more = ids.length - listLimit;
  return ids.slice(0, listLimit).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
