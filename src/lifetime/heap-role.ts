/**
 * The property by which a heap snapshot tells what is what, also where class names were shortened. A class has it on
 * its prototype, so that its objects pay nothing for it. Snapshots outlive versions: neither the property nor a role
 * is ever renamed, nor are the properties that are read from such objects (`name`, `sequence`, `anchor`, `source`,
 * `home` of a scope; `name` and `sequence` of a slot; `scope` of a source).
 */
export const heapRole = "scopelog:role";

/** What an object is: one holder of a scope, the books' entry of one, or a question about the heap. */
export type HeapRole = "scope" | "slot" | "question";

/** Gives all objects of a class their role. */
export function markRole(type: { readonly prototype: object }, role: HeapRole): void {
  Object.defineProperty(type.prototype, heapRole, { value: role });
}
