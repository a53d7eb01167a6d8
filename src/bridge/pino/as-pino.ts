import type { Logger } from "../../logger/logger.ts";
import { checkObject } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import { refuseOthers } from "./other-options.ts";
import { PinoFace, toSetting } from "./pino-face.ts";
import type { PinoChildOptions, PinoLike } from "./pino-like.ts";
import { mergeSerializers, noSerializers } from "./serializers.ts";

/**
 * A logger in the shape of pino's, for what takes "your pino": Fastify's `loggerInstance`, `pino-http`. Objects come
 * first, messages have placeholders, an error under `err` is the error of the record, a function among the fields is
 * left out. Lines go through `logger`, with its fields, level and handlers; formatting, redaction and destinations are
 * those of the handlers. It closes nothing: give it a scope, and the scope is ended by whoever opened it.
 *
 * Not there: `version`, `onChild` and the `level-change` event; and, because they are the handlers' work, `formatters`,
 * `redact`, `mixin`, `hooks`, `customLevels`, the names of keys and transports. Those are refused as options.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`
 */
export function asPino(logger: Logger, options: PinoChildOptions = {}): PinoLike {
  if (typeof logger?.log !== "function" || typeof logger.with !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "asPino() takes a logger of this library");
  }
  checkObject(options);
  refuseOthers(options, "asPino()");
  const { serializers, level, msgPrefix = "" } = options;
  if (serializers !== undefined && (typeof serializers !== "object" || serializers === null)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.serializers is an object of functions");
  }
  if (typeof msgPrefix !== "string") throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.msgPrefix is a string");
  const own = level === undefined ? undefined : toSetting(level, "options.level");
  return new PinoFace(logger, mergeSerializers(noSerializers, serializers), msgPrefix, own, undefined);
}
