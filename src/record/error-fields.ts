import { type Fields, mergeFields, needCare, noFields, resolveLazy, setField, valueAt } from "./fields.ts";

interface Memory {
  /** Weak: what is known of an error goes with the error. */
  readonly known: WeakMap<object, Fields>;
  /** Whether there ever was one. */
  any: boolean;
}

// Who ran the request and who logs the error may be two copies of the package.
const key = Symbol.for("scopelog/error-fields@1");
const shared = globalThis as { [key]?: Memory };
const memory: Memory = (shared[key] ??= { known: new WeakMap(), any: false });

/**
 * Has `error` remember the fields of the scope it went through, so that whoever logs it outside still has the request
 * id. The scope it met first is the nearest to the cause: its fields win. What cannot be a weak key is ignored.
 */
export function rememberFields(error: unknown, fields: Fields): void {
  if ((typeof error !== "object" && typeof error !== "function") || error === null) return;
  memory.any = true;
  // Lazy values are those of now: when the error is logged, the scope and its span are over.
  const values = needCare(fields) ? resolveLazy(fields) : fields;
  memory.known.set(error, mergeFields(values, memory.known.get(error) ?? noFields));
}

/** The fields that `error` remembers, if any. */
export function rememberedFields(error: unknown): Fields | undefined {
  return memory.any && typeof error === "object" && error !== null ? memory.known.get(error) : undefined;
}

/** `fields`, with those of `background` that neither they nor `bound` have, lazy ones called. */
export function withBackground(background: Fields, bound: Fields, fields: Fields | undefined): Fields | undefined {
  let added: Record<string, unknown> | undefined;
  try {
    for (const key of Object.keys(background)) {
      if (Object.hasOwn(bound, key) || (fields !== undefined && Object.hasOwn(fields, key))) continue;
      added ??= {};
      setField(added, key, valueAt(background, key));
    }
  } catch {
    // A proxy that does not tell its keys: no reason to lose the line.
  }
  if (added === undefined) return fields;
  return fields === undefined ? added : mergeFields(added, fields);
}
