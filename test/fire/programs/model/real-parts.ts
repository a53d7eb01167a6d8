import { EventEmitter, getEventListeners } from "node:events";
import type { EndLike, Fields, Handler, LogRecord } from "scopelog";
import { type FilterKind, fieldsText, type HandlerKind, type ModelEvent, numberOf, textOf } from "./state.ts";

/** What all handlers of a program write down. */
export interface Diary {
  /** Every line that was taken, in order. */
  readonly delivered: string[];
  /** Indices of handlers as they were closed, and `-1 - index` as they were flushed. */
  readonly closings: number[];
  /** How often the resource of each handler was closed. */
  readonly released: number[];
  /** What a handler does at the next line it takes. */
  readonly traps: ((() => void) | undefined)[];
}

const keys = ["a", "b", "c"];

/** The fields of a set of bits, all of one value; the fourth bit is a lazy one. */
export function realFields(bits: number, value: number): Fields {
  const fields: Record<string, unknown> = {};
  for (const [bit, key] of keys.entries()) if (bits & (1 << bit)) fields[key] = value;
  if (bits & 8) fields["lazy"] = () => value;
  return fields;
}

/** The same as the model knows them. */
export function modelFields(bits: number, value: number): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const [bit, key] of keys.entries()) if (bits & (1 << bit)) fields[key] = value;
  if (bits & 8) fields["lazy"] = value;
  return fields;
}

/** Fields of a logger as a text, lazy ones called. */
export function shownFields(fields: Fields): string {
  return fieldsText(
    Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === "function" ? value() : value]),
    ),
  );
}

// Handlers are built apart from the machine: one that led to it would keep every scope.

export function makeHandler(index: number, kind: HandlerKind, diary: Diary, echo: (message: string) => void): Handler {
  const { level, filter, throws, rejects, async, echoes } = kind;
  diary.released[index] = 0;
  // A handler may be asynchronous where it should not be, too.
  const answer = (): undefined => {
    if (throws) throw new Error(`handler ${index} throws`);
    return (rejects ? Promise.reject(new Error(`handler ${index} rejects`)) : undefined) as undefined;
  };
  return {
    ...(level === undefined ? {} : { level }),
    ...(filter === undefined ? {} : { filter: makeFilter(filter) }),
    handle(record) {
      diary.delivered.push(textOfRecord(index, record));
      const trap = diary.traps[index];
      diary.traps[index] = undefined;
      trap?.();
      if (echoes && record.message.startsWith("line")) echo(`echo ${numberOf(record.message)}`);
      return answer();
    },
    flush() {
      diary.closings.push(-1 - index);
      return answer();
    },
    ...(async
      ? {
          async [Symbol.asyncDispose]() {
            diary.closings.push(index);
            await null;
            await answer();
          },
        }
      : {
          [Symbol.dispose]() {
            diary.closings.push(index);
            return answer();
          },
        }),
    resource: makeResource(index, diary.released),
  };
}

function makeResource(index: number, released: number[]): Disposable {
  return {
    [Symbol.dispose]() {
      released[index]!++;
    },
  };
}

export function makeFilter(kind: FilterKind): (record: LogRecord) => boolean {
  return ({ message }) => {
    if (kind === "even") return numberOf(message) % 2 !== 1;
    if (numberOf(message) % 5 === 0) throw new Error("a filter throws");
    return true;
  };
}

function textOfRecord(index: number, record: LogRecord): string {
  const { message, levelNumber, logger, scope = "", source, error, late } = record;
  const fields: Record<string, unknown> = { ...record.bound, ...record.fields };
  if (typeof fields["durationMs"] === "number") delete fields["durationMs"];
  return textOf(index, {
    message,
    level: levelNumber,
    name: logger,
    scope,
    parent: source.parent ?? "",
    error: error === undefined ? "" : String((error as Error).message ?? error),
    late,
    fields,
  });
}

/** Something that can be the end of a scope. */
export interface RealEvent {
  readonly end: EndLike;
  happen(): void;
  /** How many still listen; 0 where that cannot be asked. */
  listeners(): number;
}

export function makeEvent(kind: ModelEvent["kind"]): RealEvent {
  switch (kind) {
    case "emitter": {
      const emitter = Object.assign(new EventEmitter(), { closed: false });
      emitter.setMaxListeners(0);
      return {
        end: emitter,
        happen() {
          emitter.closed = true;
          emitter.emit("close");
        },
        listeners: () => emitter.listenerCount("close"),
      };
    }
    case "signal": {
      const controller = new AbortController();
      return {
        end: controller.signal,
        happen: () => controller.abort(),
        listeners: () => getEventListeners(controller.signal, "abort").length,
      };
    }
    case "target": {
      const target = Object.assign(new EventTarget(), { readyState: 1, close() {} });
      return {
        end: target,
        happen() {
          target.readyState = 3;
          target.dispatchEvent(new Event("close"));
        },
        listeners: () => getEventListeners(target, "close").length,
      };
    }
    default: {
      let settle = (): void => {};
      const end = new Promise<void>((resolve, reject) => {
        settle = kind === "promise" ? resolve : () => reject(new Error("a promise is rejected"));
      });
      end.catch(() => {});
      return { end, happen: () => settle(), listeners: () => 0 };
    }
  }
}
