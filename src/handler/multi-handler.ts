import { closeAll, disposeAll, flushAll } from "../lifetime/disposal.ts";
import { checkArray } from "../port/check-object.ts";
import { checkHandler, type Handler } from "../port/handler.ts";
import { countDropped } from "../port/tally.ts";
import { processTrouble } from "../port/trouble.ts";
import { deliver } from "./deliver.ts";

/**
 * One handler out of several. It owns them: flushing and closing it flushes and closes them, the last first, and one
 * that throws keeps nothing from the others.
 */
export function multiHandler(handlers: readonly Handler[]): Handler {
  checkArray(handlers, "handlers");
  const all = [...handlers];
  for (const [index, handler] of all.entries()) checkHandler(handler, `handlers[${index}]`);
  const resource = multiResource(all.flatMap(({ resource }) => (resource === undefined ? [] : [resource])));
  let open = true;
  /** The handlers to close: all of them, once. */
  const end = (): readonly Handler[] => {
    const last = open ? all : [];
    open = false;
    return last;
  };
  return {
    handle(record) {
      if (open) for (const handler of all) deliver(handler, record);
      else countDropped();
    },
    flush: () => flushAll(all, closeFailed),
    [Symbol.dispose]: () => disposeAll(end(), closeFailed),
    [Symbol.asyncDispose]: () => closeAll(end(), closeFailed),
    resource,
  };
}

// Built apart from the handler, so that no closure of it captures the handlers.
function multiResource(resources: readonly Disposable[]): Disposable | undefined {
  if (resources.length === 0) return undefined;
  return { [Symbol.dispose]: () => disposeAll(resources, closeFailed) };
}

function closeFailed(error: unknown): void {
  processTrouble.report("SCOPELOG_WARN_CLOSE_FAILED", "A log handler threw an error while it was closed.", {
    cause: error,
  });
}
