import { checkKeys } from "../port/check-object.ts";
import { type FileHandler, type FileOptions, fileOptionNames, openFile, toPath } from "./file-handler.ts";
import { checkBoolean, checkChoice, checkNumber, optionError } from "./options.ts";
import type { RotationPeriod } from "./rotated-names.ts";

/** What `rotatingFileHandler` takes; at least one of `maxBytes` and `every`. */
export interface RotatingFileHandlerOptions extends FileOptions {
  /** The file that is written now; the old ones lie beside it. */
  readonly path: string | URL;
  /** The most that one file holds, in bytes; only a single line that is longer makes it larger. */
  readonly maxBytes?: number | undefined;
  /** A new file for each day or hour. */
  readonly every?: RotationPeriod | undefined;
  /** How many old files are kept beside the one that is written; all if absent. */
  readonly maxFiles?: number | undefined;
  /** Whether old files are compressed, in the background; false if absent. */
  readonly gzip?: boolean | undefined;
  /** Whether days and hours are those of UTC instead of the local time; false if absent. */
  readonly utc?: boolean | undefined;
}

/** A file handler that also begins new files. */
export interface RotatingFileHandler extends FileHandler {
  /** Begins a new file now. */
  rotate(): void;
}

/**
 * Writes lines to a file and begins a new one when it is full, or when a day or hour is over. `app.log` is always the
 * newest; an old one is called `app.2026-08-14.1.log` after the day of its lines (with `every: "hour"`,
 * `app.2026-08-14T17.1.log`), the next one of that day `app.2026-08-14.2.log`, and so on; it keeps that name, but for
 * `.gz`. No line is cut or lost between two files. A day or hour ends with the first line after it.
 *
 * All handlers of a thread on one path share one file and its rotation. Let only one thread of one process rotate a path.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` as `fileHandler`, and if the path is open with other rotation settings
 */
export function rotatingFileHandler(options: RotatingFileHandlerOptions): RotatingFileHandler {
  const where = "rotatingFileHandler";
  checkKeys(where, options, ["path", "maxBytes", "every", "maxFiles", "gzip", "utc", ...fileOptionNames]);
  const { path, maxBytes, every } = options;
  if (maxBytes === undefined && every === undefined) {
    throw optionError(where, "maxBytes", "or every must be given: when is a new file begun?");
  }
  return openFile(
    where,
    options,
    { path: toPath(where, path) },
    {
      maxBytes: checkNumber(where, "maxBytes", maxBytes, Number.POSITIVE_INFINITY, 1),
      every: checkChoice(where, "every", every, ["day", "hour"]),
      maxFiles: checkNumber(where, "maxFiles", options.maxFiles, Number.POSITIVE_INFINITY, 1),
      gzip: checkBoolean(where, "gzip", options.gzip, false),
      utc: checkBoolean(where, "utc", options.utc, false),
    },
  );
}
