import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import { defaultPaths, explainScope, explainSubject } from "./explain-heap.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import { Question } from "./question.ts";
import type { RetentionReport } from "./report.ts";
import { readSnapshot } from "./snapshot-file.ts";

/** How to explain, and whom to tell. */
export interface ExplainOptions {
  /** How many ways to show at most; 3 if absent. */
  readonly paths?: number;
  /** Prints the report: `true`, the default, with `console.log`; or give what takes the text. */
  readonly print?: boolean | ((text: string) => void);
}

/** How to explain a scope. */
export interface ExplainRetentionOptions extends ExplainOptions {
  /** The file of a heap snapshot to look into, instead of this process. */
  readonly snapshot?: string;
  /** Looks only at the scopes of this registry of this process; at all if absent. */
  readonly registry?: object;
}

/**
 * Says who holds a scope: the shortest strong ways from what is alive of itself (a module's variable, a timer, a
 * socket) to the live scope with that id. Weak references hold nothing, a WeakMap's value is held through its key, and
 * scopelog's own books never count; nor does the code that awaits the answer.
 *
 * In the process it takes a heap snapshot, which collects all garbage first, stops the program meanwhile, and needs
 * about as much memory again as the heap has. Node only.
 *
 * @param id the scope's id, such as `conn#17`; or a name, such as `conn`, for all live scopes of that name
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an option that there is not, or of the wrong kind
 * @throws {SnapshotError} (as a rejection) if the file is not a whole heap snapshot
 */
export function explainRetention(id: string, options: ExplainRetentionOptions = {}): Promise<RetentionReport> {
  if (typeof id !== "string" || id === "") throw badOption("the id of a scope is a text such as conn#17");
  checkKeys("explainRetention", options, ["paths", "print", "snapshot", "registry"]);
  const limit = checkOptions(options);
  if (options.snapshot !== undefined) return explainFile(options.snapshot, id, limit, options.print);
  return ask((snapshot) => explainScope(snapshot, id, limit), options.print, undefined, options.registry);
}

/**
 * Says who holds any object of this process, in the way of `explainRetention`.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is not an object or function, or for an option that there is not,
 *   or of the wrong kind
 */
export function explainObject(object: object, options: ExplainOptions = {}): Promise<RetentionReport> {
  if ((typeof object !== "object" || object === null) && typeof object !== "function") {
    throw badOption("only objects and functions are held by something");
  }
  checkKeys("explainObject", options, ["paths", "print"]);
  const limit = checkOptions(options);
  return ask((snapshot) => explainSubject(snapshot, limit), options.print, object, undefined);
}

async function explainFile(
  file: string,
  id: string,
  limit: number,
  print: ExplainOptions["print"],
): Promise<RetentionReport> {
  return printed(explainScope(await readSnapshot(file), id, limit), print);
}

// Everything that is not in the question is out of the frames here, or it would be found behind the answer.
function ask(
  answer: (snapshot: HeapSnapshot) => RetentionReport,
  print: ExplainOptions["print"],
  subject: object | undefined,
  registry: object | undefined,
): Promise<RetentionReport> {
  return new Question((snapshot) => printed(answer(snapshot), print), subject, registry).ask();
}

function printed(report: RetentionReport, print: ExplainOptions["print"] = true): RetentionReport {
  if (print === true) console.log(report.text);
  else if (print !== false) print(report.text);
  return report;
}

function checkOptions(options: ExplainRetentionOptions): number {
  const { paths = defaultPaths, print, snapshot, registry } = options;
  if (!Number.isInteger(paths) || paths < 1) throw badOption("option paths must be a whole number from 1 on");
  if (print !== undefined && typeof print !== "boolean" && typeof print !== "function") {
    throw badOption("option print must be true, false or a function that takes a text");
  }
  if (snapshot !== undefined && typeof snapshot !== "string") throw badOption("option snapshot must be a file's path");
  if (registry !== undefined && (typeof registry !== "object" || registry === null)) {
    throw badOption("option registry must be a registry");
  }
  return paths;
}

function badOption(message: string): ScopelogError {
  return new ScopelogError("ERR_SCOPELOG_OPTION", message);
}
