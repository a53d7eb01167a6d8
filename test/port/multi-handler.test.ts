import { createRecord, multiHandler, nullHandler } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { processTrouble } from "../../src/port/trouble.ts";
import { expectCode } from "../support/errors.ts";
import { recorder } from "../support/recorder.ts";

const record = createRecord({ message: "m" });

describe("multiHandler", () => {
  test("hands a record to all, past their levels and filters, whatever one throws", () => {
    const listener = vi.fn();
    const before = processTrouble.listen(listener);
    const [a, b] = [recorder("a"), recorder("b", { level: "error" })];
    const broken = {
      handle() {
        throw new Error("broken");
      },
    };
    multiHandler([broken, a, b]).handle(record);
    processTrouble.listen(before);
    expect([a.messages, b.messages]).toEqual([["m"], []]);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(listener.mock.calls[0]?.[0].code).toBe("SCOPELOG_WARN_HANDLER_FAILED");
  });

  test("closes its handlers, the last first", async () => {
    const diary: string[] = [];
    const two = () => multiHandler([recorder("a", { diary }), recorder("b", { diary })]);
    two()[Symbol.dispose]?.();
    expect(diary.splice(0)).toEqual(["b.dispose", "a.dispose"]);
    await two()[Symbol.asyncDispose]?.();
    expect(diary.splice(0)).toEqual(["b.flush", "b.asyncDispose", "a.flush", "a.asyncDispose"]);
    await two().flush?.();
    expect(diary).toEqual(["a.flush", "b.flush"]);
  });

  test("has the resources of its handlers as one, which closes all of them whatever one throws", () => {
    const closed: string[] = [];
    const resource = (name: string): Disposable => ({
      [Symbol.dispose]() {
        closed.push(name);
        if (name === "bad") throw new Error("bad");
      },
    });
    const listener = vi.fn();
    const before = processTrouble.listen(listener);
    const multi = multiHandler([
      recorder("a", { resource: resource("a") }),
      nullHandler(),
      recorder("b", { resource: resource("bad") }),
    ]);
    multi.resource?.[Symbol.dispose]();
    processTrouble.listen(before);
    expect(closed).toEqual(["bad", "a"]);
    expect(listener.mock.calls[0]?.[0].code).toBe("SCOPELOG_WARN_CLOSE_FAILED");
    expect(multiHandler([nullHandler()]).resource).toBeUndefined();
  });

  test("refuses what is no handler and says which", () => {
    expectCode("ERR_SCOPELOG_HANDLER", () => multiHandler([nullHandler(), {} as never]), "handlers[1]");
  });

  test("keeps its own list", () => {
    const a = recorder();
    const list = [a];
    const multi = multiHandler(list);
    list.length = 0;
    multi.handle(record);
    expect(a.messages).toEqual(["m"]);
  });
});
