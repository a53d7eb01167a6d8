import { createRegistry, type Fields, type Filter, type LogRecord, nullFilter, type Registry } from "scopelog";
import { asConsole } from "scopelog/console";
import { fromLogtape } from "scopelog/logtape";
import { asWritable } from "scopelog/node";
import { asPino } from "scopelog/pino";
import { scopelogTransport } from "scopelog/winston";
import winston from "winston";
import { applyFilter } from "../../../../src/port/filter.ts";

/** Where lines come in, with and without the filter: it is at a handler, or at the category. */
export class Entrance {
  filter: Filter = nullFilter;
  shown: LogRecord[] = [];
  bare: LogRecord[] = [];
  told: string[] = [];
  readonly registry: Registry;
  readonly #place: "handler" | "category";

  constructor(place: "handler" | "category") {
    this.#place = place;
    this.registry = this.open();
  }

  open(fields?: Fields): Registry {
    const filter = (record: LogRecord) => applyFilter(this.filter, record) ?? false;
    const atCategory = (record: LogRecord) => {
      this.bare.push(record);
      return filter(record);
    };
    const shown = { handle: (record: LogRecord) => void this.shown.push(record) };
    const bare = { handle: (record: LogRecord) => void this.bare.push(record) };
    const common = {
      forgotten: { report: "silent", origin: "off" },
      budget: { scopes: 1e9 },
      onError: ({ message }: { message: string }) => void this.told.push(message),
      ...(fields && { fields }),
    } as const;
    return this.#place === "handler"
      ? createRegistry({
          ...common,
          handlers: { shown: { ...shown, filter }, bare },
          loggers: { "": { level: "trace", handlers: ["bare", "shown"] } },
        })
      : createRegistry({
          ...common,
          handlers: { shown },
          loggers: { "": { level: "trace", handlers: ["shown"], filters: [atCategory] } },
        });
  }
}

/** A way for a value to get into a line. */
export interface Form {
  readonly name: string;
  /** Whether it is in the error, and not among the fields. */
  readonly error?: boolean;
  log(entrance: Entrance, name: string, value: unknown): void;
}

const failing = (name: string, value: unknown) => Object.assign(new Error("failed"), { [name]: value });
const app = (entrance: Entrance) => entrance.registry.getLogger("app");

export const forms: readonly Form[] = [
  { name: "fields of the call", log: (at, name, value) => app(at).info("m", { [name]: value }) },
  { name: "fields with an error", log: (at, name, value) => app(at).error("m", new Error("e"), { [name]: value }) },
  { name: "a lazy call", log: (at, name, value) => app(at).info(() => ["m", { [name]: value }]) },
  { name: "a lazy field", log: (at, name, value) => app(at).info("m", { [name]: () => value }) },
  { name: "an error", error: true, log: (at, name, value) => app(at).error(failing(name, value)) },
  { name: "an error with a message", error: true, log: (at, name, value) => app(at).error("m", failing(name, value)) },
  { name: "a thrown object", error: true, log: (at, name, value) => app(at).error("m", { [name]: value }, {}) },
  {
    name: "bound fields",
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", { [name]: value });
      scope.info("m");
    },
  },
  {
    name: "fields of with()",
    log: (at, name, value) =>
      app(at)
        .with({ [name]: value })
        .info("m"),
  },
  {
    name: "a lazy bound field",
    log: (at, name, value) =>
      app(at)
        .with({ [name]: () => value })
        .info("m"),
  },
  {
    name: "fields of the scope around",
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", { [name]: value });
      using inner = scope.scope("inner", { id: 1 });
      inner.info("m");
    },
  },
  {
    name: "ambient fields",
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", { [name]: value });
      scope.run(() => app(at).info("m"));
    },
  },
  {
    name: "fields of the configuration",
    log: (at, name, value) =>
      at
        .open({ [name]: value })
        .getLogger("app")
        .info("m"),
  },
  {
    name: "the summary of ok()",
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", {}, { summary: true });
      scope.ok({ [name]: value });
    },
  },
  {
    name: "the summary of fail()",
    error: true,
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", {}, { summary: true });
      scope.fail(failing(name, value));
    },
  },
  {
    name: "fields that an error remembers",
    log(at, name, value) {
      try {
        using scope = at.registry.getScoped("scope", { [name]: value });
        scope.run(() => {
          throw new Error("left");
        });
      } catch (error) {
        app(at).error(error as Error);
      }
    },
  },
  {
    name: "a line that was held",
    log(at, name, value) {
      using scope = at.registry.getScoped("scope", {}, { buffer: { until: "error" } });
      scope.debug("m", { [name]: value });
      scope.error("now");
    },
  },
  {
    name: "a late line",
    log(at, name, value) {
      const scope = at.registry.getScoped("scope", { [name]: value });
      scope.dispose();
      scope.info("m");
    },
  },
  { name: "the object of asPino()", log: (at, name, value) => asPino(app(at)).info({ [name]: value }, "m") },
  {
    name: "the bindings of asPino()",
    log: (at, name, value) =>
      asPino(app(at))
        .child({ [name]: value })
        .info("m"),
  },
  {
    name: "a serializer of asPino()",
    log: (at, name, value) => asPino(app(at), { serializers: { [name]: () => value } }).info({ [name]: 1 }, "m"),
  },
  {
    name: "err of asPino()",
    error: true,
    log: (at, name, value) => asPino(app(at)).error({ err: failing(name, value) }, "m"),
  },
  { name: "an object of asConsole()", log: (at, name, value) => asConsole(app(at)).log("m", { [name]: value }) },
  {
    name: "an error of asConsole()",
    error: true,
    log: (at, name, value) => asConsole(app(at)).error("m", failing(name, value)),
  },
  {
    name: "what asWritable() parses",
    log(at, name, value) {
      asWritable(app(at), { parse: () => ({ fields: { [name]: value } }) }).write("m\n");
    },
  },
  {
    name: "a line of winston",
    log(at, name, value) {
      const logger = winston.createLogger({ level: "silly", transports: [scopelogTransport(app(at))] });
      logger.info("m", { [name]: value });
    },
  },
  {
    name: "a line of LogTape",
    log(at, name, value) {
      const properties = { [name]: value };
      const common = { category: ["a", "b"], level: "info", timestamp: 0 } as const;
      fromLogtape(app(at))({ ...common, message: ["m"], rawMessage: "m", properties });
    },
  },
];
