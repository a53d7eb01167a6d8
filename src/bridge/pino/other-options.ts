import { ScopelogError } from "../../port/codes.ts";

const others: ReadonlySet<string> = new Set([
  ...["redact", "formatters", "mixin", "mixinMergeStrategy", "hooks", "onChild", "customLevels", "useOnlyCustomLevels"],
  ...["levelComparison", "messageKey", "errorKey", "nestedKey", "base", "name", "timestamp", "transport", "enabled"],
]);

/**
 * Refuses the options of pino that are not there: to ignore `redact` would write what must not be.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function refuseOthers(options: object, where: string): void {
  for (const name in options) {
    if (!others.has(name) || (options as Record<string, unknown>)[name] === undefined) continue;
    throw new ScopelogError(
      "ERR_SCOPELOG_OPTION",
      `${name} is no option of ${where}: handlers, their filters and formatters do that`,
    );
  }
}
