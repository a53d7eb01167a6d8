import { claim, disclaim } from "../lifetime/ownership.ts";
import { ScopelogError } from "../port/codes.ts";
import { checkHandler, type Handler } from "../port/handler.ts";

/**
 * Makes a scope the owner of all `handlers`, or of none.
 * @throws {ScopelogError} `ERR_SCOPELOG_HANDLER`, `ERR_SCOPELOG_HANDLER_OWNED`
 */
export function claimHandlers(handlers: readonly Handler[], where: string): void {
  for (const [index, handler] of handlers.entries()) {
    try {
      checkHandler(handler, where);
      if (claim(handler)) continue;
      throw new ScopelogError("ERR_SCOPELOG_HANDLER_OWNED", `${where} has an owner already; addHandler() borrows`);
    } catch (error) {
      for (const claimed of handlers.slice(0, index)) disclaim(claimed);
      throw error;
    }
  }
}
