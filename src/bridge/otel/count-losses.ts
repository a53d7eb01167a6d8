import { ScopelogError } from "../../port/codes.ts";
import { countDropped } from "../../port/tally.ts";
import { processTrouble } from "../../port/trouble.ts";

/** The part of an OpenTelemetry `Counter` that is used here. */
interface CounterLike {
  add(value: number, attributes?: object, context?: unknown): void;
}

/** The part of an OpenTelemetry `MeterProvider` that is used here. */
export interface MeterProviderLike {
  getMeter(name: string): { createCounter(name: string): CounterLike };
}

/** The counter of a log processor for the lines it is done with; those that were lost have an `error.type`. */
const processedLines = "otel.sdk.processor.log.processed";

/**
 * A meter provider like `provider`, to be given to a log processor of the SDK as `selfObsMeterProvider`: the lines that
 * the SDK gives up, because its queue is full or an export failed for good, are then counted in `stats().dropped` and
 * told as `SCOPELOG_WARN_DROPPED`, like those of any handler. There is no other way to know of them.
 *
 * It reads the counter `otel.sdk.processor.log.processed` of the semantic conventions for SDK metrics, which are still
 * in development: try it when you change the version of the SDK.
 * @param provider `metrics.getMeterProvider()` of the API, or your own
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is no meter provider
 */
export function countLosses<P extends MeterProviderLike>(provider: P): P {
  if (typeof provider?.getMeter !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "countLosses() takes an OpenTelemetry MeterProvider");
  }
  return withMethod(provider, "getMeter", (meter: object) =>
    withMethod(meter, "createCounter", (counter: CounterLike, name: unknown) =>
      name === processedLines ? withLosses(counter) : counter,
    ),
  );
}

function withLosses(counter: CounterLike): CounterLike {
  return {
    add(value, attributes, context) {
      counter.add(value, attributes, context);
      const reason = (attributes as Record<string, unknown> | undefined)?.["error.type"];
      if (reason === undefined) return;
      countDropped(value);
      const lines = value === 1 ? "1 line" : `${value} lines`;
      processTrouble.report("SCOPELOG_WARN_DROPPED", `The OpenTelemetry SDK gave up ${lines}: ${reason}.`, {
        key: `otel ${reason}`,
      });
    },
  };
}

/** `target`, but for what the method `name` returns. A proxy, because objects with private parts cannot be inherited from. */
function withMethod<T extends object>(target: T, name: string, change: (result: never, first: unknown) => unknown): T {
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== name) return value.bind(target);
      return (...args: unknown[]) => change(value.apply(target, args) as never, args[0]);
    },
  });
}
