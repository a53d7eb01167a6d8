import { beforeAll, describe, expect, it } from "vitest";
import { puzzle, type Standing } from "../../examples/puzzle-2015/puzzle.ts";
import { forgottenScopes } from "../../examples/puzzle-2015/scopes.ts";

const count = 200;
const inTable = '.loggerDict (Map) > .get("Connection.1")';
const inPlaceHolder = '.loggerDict (Map) > .get("Connection") (PlaceHolder) > .loggerMap (Set) > member';

describe("the puzzle of 2015", () => {
  let standings: Standing[];

  beforeAll(async () => {
    standings = await puzzle(count);
  }, 120_000);

  it("leaks all sockets until the third line, and all loggers even then", () => {
    expect(standings.map(({ line, sockets, loggers }) => [line, sockets, loggers])).toEqual([
      ["nothing", count, count],
      ["loggerDict.pop(name)", count, count],
      ["logger.manager = None", count, count],
      ["logger.handlers = []", 0, count],
    ]);
  });

  it("is explained: without a line, the table holds the logger, and so does the placeholder", () => {
    const { logger, handler } = standings[0]!;
    expect(logger).toContain("Logger is held in 2 ways");
    expect(logger).toContain(`${inTable}\n`);
    expect(logger).toContain(`${inPlaceHolder}\n`);
    expect(handler).toContain(`${inTable} (Logger) > .handlers[0]`);
    expect(handler).toContain(`${inPlaceHolder} (Logger) > .handlers[0]`);
  });

  it("is explained: the first line was not enough, because of the placeholder", () => {
    const { logger, handler } = standings[1]!;
    expect(logger).toContain("Logger is held:");
    expect(logger).toContain(inPlaceHolder);
    expect(logger).not.toContain(inTable);
    expect(handler).toContain(`${inPlaceHolder} (Logger) > .handlers[0]`);
  });

  it("is explained: the second line changed nothing of that", () => {
    expect(standings[2]?.logger).toBe(standings[1]?.logger);
    expect(standings[2]?.handler).toBe(standings[1]?.handler);
  });

  it("is explained: the third line let go of the handler, and not of the logger", () => {
    const { logger, handler } = standings[3]!;
    expect(handler).toBe("nothing holds the handler: it is gone");
    expect(logger).toContain(inPlaceHolder);
  });

  it("does not arise with scopes, though all are forgotten", async () => {
    const { sockets, live, told } = await forgottenScopes(count);
    expect({ sockets, live }).toEqual({ sockets: 0, live: 0 });
    expect(told).toContain("was garbage collected without being disposed");
  });
});
