import type { Context, Fields, Logger, Registry } from "scopelog";
import { reentry } from "./values.ts";

/** The ways in which something hostile gets into a log. Each makes one line, of whatever it is given. */
export type Call = (registry: Registry, value: unknown, text: string) => void;

type Anything = (...args: unknown[]) => void;

function into(log: Logger): Record<string, Anything> {
  return log as unknown as Record<string, Anything>;
}

/** A scope that the value may end in the midst of a call. */
function inScope(registry: Registry, fields: Fields | undefined, act: (log: Logger) => void, name = "scope"): void {
  using scope = registry.getScoped(name, fields);
  reentry.scope = scope;
  act(scope);
}

/** Calls that take anything in any place. */
export const anyCalls: Readonly<Record<string, Call>> = {
  "message, value": (registry, value, text) => into(registry.getLogger("app"))["info"]?.(text, value),
  "message, field": (registry, value, text) => registry.getLogger("app").info(text, { before: 1, value, after: 2 }),
  "message, field of a hostile name": (registry, value, text) =>
    registry.getLogger("app").info(text, { [text]: value }),
  "message, error, value": (registry, value, text) =>
    into(registry.getLogger("app"))["warn"]?.(text, new Error("e"), value),
  "message, value, fields": (registry, value, text) => into(registry.getLogger("app"))["warn"]?.(text, value, { a: 1 }),
  "value alone": (registry, value) => into(registry.getLogger("app"))["error"]?.(value),
  "value, value, value": (registry, value) => into(registry.getLogger("app"))["fatal"]?.(value, value, value),
  "error of that message, fields": (registry, value, text) =>
    registry.getLogger("app").error(new Error(text), { value }),
  "lazy value": (registry, value) => into(registry.getLogger("app"))["info"]?.(() => value),
  "lazy message and value": (registry, value, text) => into(registry.getLogger("app"))["info"]?.(() => [text, value]),
  "lazy list of values": (registry, value) => into(registry.getLogger("app"))["info"]?.(() => [value, value]),
  "lazy message that throws it": (registry, value) => {
    registry.getLogger("app").info((): string => {
      throw value;
    });
  },
  "lazy field": (registry, value, text) => registry.getLogger("app").info(text, { value: () => value }),
  "lazy field that throws it": (registry, value, text) => {
    const lazy = () => {
      throw value;
    };
    registry.getLogger("app").info(text, { lazy });
  },
  "log() with a value for a level": (registry, value, text) => {
    // A number is a level, and there are those below all that is wanted.
    into(registry.getLogger("app"))["log"]?.(typeof value === "number" ? String(value) : value, text);
  },
  "log() with a level in between": (registry, value, text) => registry.getLogger("app").log(45.5, text, { value }),
  "a view's field": (registry, value, text) => registry.getLogger("app").with({ value }).info(text, { a: 1 }),
  "a view's lazy field": (registry, value, text) =>
    registry
      .getLogger("app")
      .with({ value: () => value })
      .info(text),
  "a scope's field": (registry, value, text) => inScope(registry, { value }, (log) => log.info(text)),
  "a scope's line": (registry, value, text) => inScope(registry, { a: 1 }, (log) => log.info(text, { value })),
  "a scope's field under the same one": (registry, value, text) =>
    inScope(registry, { value }, (log) => log.info(text, { value })),
  "an inner scope's line": (registry, value, text) =>
    inScope(registry, { value }, (log) => {
      using inner = log.scope("inner", { value: 1, inner: value });
      inner.info(text);
    }),
  "a late line": (registry, value, text) => {
    const scope = registry.getScoped("scope", { value });
    scope.dispose();
    scope.info(text, { value });
  },
  "an ambient field": (registry, value, text) =>
    inScope(registry, { value }, () => {
      registry.getScoped("run", { ambient: value }).run(() => registry.getLogger("app").info(text));
    }),
  "the current logger": (registry, value, text) => {
    registry.getScoped("run", { ambient: value }).run(() => registry.currentLogger().info(text, { value }));
  },
  "an error that went through a scope": (registry, value, text) => {
    const error = new Error(text);
    try {
      registry.getScoped("run", { through: value }).run(() => {
        throw error;
      });
    } catch (thrown) {
      registry.getLogger("app").error(text, thrown);
    }
  },
  "a thrown value that went through a scope": (registry, value, text) => {
    try {
      registry.getScoped("run", { through: 1 }).run(() => {
        throw value ?? text;
      });
    } catch (thrown) {
      registry.getLogger("app").error(text, thrown, { a: 1 });
    }
  },
  "a summary with a value": (registry, value) => {
    const scope = registry.getScoped("job", { value }, { summary: true });
    scope.ok({ value });
    scope.dispose();
  },
  "a summary of a failure": (registry, value) => {
    const scope = registry.getScoped("job", { a: 1 }, { summary: true });
    scope.fail(value, { value } as Fields);
    scope.dispose();
  },
  "a line that was held": (registry, value, text) => {
    using scope = registry.getScoped("held", { a: 1 }, { buffer: { until: "error" } });
    scope.info(text, { value });
    scope.fail();
  },
};

/** Calls that take hostile fields: an object of whatever kind. */
export const fieldCalls: Readonly<Record<string, (registry: Registry, fields: Fields, text: string) => void>> = {
  fields: (registry, fields, text) => registry.getLogger("app").info(text, fields),
  "fields beside an error": (registry, fields, text) => registry.getLogger("app").info(text, new Error(text), fields),
  "an error, fields": (registry, fields, text) => registry.getLogger("app").error(new Error(text), fields),
  "lazy fields": (registry, fields, text) => registry.getLogger("app").info(() => [text, fields]),
  "a view's fields": (registry, fields, text) => registry.getLogger("app").with(fields).info(text),
  "views on views": (registry, fields, text) =>
    registry.getLogger("app").with(fields).with({ a: 1 }).with(fields).info(text, fields),
  "a scope's fields": (registry, fields, text) => inScope(registry, fields, (log) => log.info(text)),
  "a scope's fields and more": (registry, fields, text) => inScope(registry, fields, (log) => log.info(text, fields)),
  "a scope in a scope": (registry, fields, text) =>
    inScope(registry, fields, (log) => {
      using inner = log.scope("inner", fields);
      inner.info(text, { a: 1 });
    }),
  "ambient fields": (registry, fields, text) => {
    registry.getScoped("run", fields).run(() => registry.getLogger("app").info(text, { a: 1 }));
  },
  "ambient fields under others": (registry, fields, text) => {
    registry.getScoped("run", fields).run(() => inScope(registry, fields, (log) => log.info(text, fields)));
  },
  "ambient fields that an error remembers": (registry, fields, text) => {
    const error = new Error(text);
    try {
      registry.getScoped("run", fields).run(() => {
        throw error;
      });
    } catch {
      registry.getLogger("app").error(text, error, fields);
    }
  },
  "a summary": (registry, fields) => {
    const scope = registry.getScoped("job", fields, { summary: "error" });
    scope.fail(new Error("e"), fields);
    scope.dispose();
  },
  "held fields": (registry, fields, text) => {
    using scope = registry.getScoped("held", fields, { buffer: { until: "error" } });
    scope.info(text, fields);
    scope.fail();
  },
};

/** Calls under hostile names. */
export const nameCalls: Readonly<Record<string, (registry: Registry, name: string, text: string) => void>> = {
  "the name of a logger": (registry, name, text) => registry.getLogger(name).info(text),
  "the name of a child": (registry, name, text) => registry.getLogger("app").getChild(name).info(text),
  "the name of a scope": (registry, name, text) => inScope(registry, { a: 1 }, (log) => log.info(text), name),
  "the name of an inner scope": (registry, name, text) =>
    inScope(registry, undefined, (log) => {
      using inner = log.scope(name);
      inner.info(text, { a: 1 });
    }),
};

/** A context whose frames are as the program that gives it makes them. */
export function contextOf(current: () => unknown): Context {
  return { current: current as Context["current"], run: (_, fn) => fn() };
}
