import { type Code, type Config, createRegistry, nullContext, nullHandler } from "scopelog";
import { describe, expect, test } from "vitest";
import { checkConfig } from "../../src/tree/config.ts";
import { expectCode } from "../support/errors.ts";

const handlers = { known: nullHandler() };

describe("checkConfig", () => {
  test("accepts everything that is documented", () => {
    const config: Config = {
      handlers,
      loggers: {
        "": { level: "off", handlers: ["known"] },
        "net.conn": { level: "trace", propagate: false, filters: [() => true, { filter: () => false }] },
        empty: {},
      },
      context: nullContext,
      forgotten: { report: () => {}, origin: "always" },
      onError: () => {},
    };
    expect(() => checkConfig(config)).not.toThrow();
    for (const report of ["warn", "silent"] as const) checkConfig({ forgotten: { report } });
    for (const origin of ["off", "sampled", "always"] as const) checkConfig({ forgotten: { origin } });
    checkConfig({});
  });

  test("takes a key that is there but undefined as absent", () => {
    checkConfig({ loggers: undefined, onError: undefined, forgotten: { report: undefined } } as never);
  });

  test.each<[Code, unknown, string[]]>([
    ["ERR_SCOPELOG_CONFIG_VALUE", null, ["config", "object"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", "text", ["config", "object"]],
    ["ERR_SCOPELOG_CONFIG_KEY", { sinks: {} }, ["config", '"sinks"', "loggers, handlers"]],
    ["ERR_SCOPELOG_CONFIG_KEY", JSON.parse('{"__proto__": {}}'), ['"__proto__"']],
    ["ERR_SCOPELOG_CONFIG_KEY", { constructor: {} }, ['"constructor"']],
    ["ERR_SCOPELOG_CONFIG_VALUE", { loggers: 5 }, ["config.loggers", "object"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { loggers: { net: null } }, ['config.loggers["net"]', "object"]],
    ["ERR_SCOPELOG_CONFIG_KEY", { loggers: { net: { lvl: "info" } } }, ['config.loggers["net"]', '"lvl"', "level"]],
    ["ERR_SCOPELOG_LEVEL", { loggers: { net: { level: "INFO" } } }, ['config.loggers["net"].level', '"INFO"']],
    ["ERR_SCOPELOG_LEVEL", { loggers: { "": { level: 30 } } }, ['config.loggers[""].level', "number"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { loggers: { net: { handlers: "known" } } }, ['["net"].handlers', "array"]],
    ["ERR_SCOPELOG_CONFIG_HANDLER", { loggers: { net: { handlers: ["x"] } } }, ['["net"].handlers[0]', '"x"']],
    [
      "ERR_SCOPELOG_CONFIG_HANDLER",
      { handlers, loggers: { net: { handlers: ["known", "y"] } } },
      ["handlers[1]", '"y"'],
    ],
    ["ERR_SCOPELOG_CONFIG_HANDLER", { handlers, loggers: { net: { handlers: ["constructor"] } } }, ['"constructor"']],
    ["ERR_SCOPELOG_CONFIG_HANDLER", { handlers, loggers: { net: { handlers: [handlers.known] } } }, ["object"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { loggers: { net: { propagate: "no" } } }, ['["net"].propagate']],
    ["ERR_SCOPELOG_CONFIG_VALUE", { loggers: { net: { filters: () => true } } }, ['["net"].filters', "array"]],
    ["ERR_SCOPELOG_FILTER", { loggers: { net: { filters: [() => true, {}] } } }, ['["net"].filters[1]']],
    ["ERR_SCOPELOG_CONFIG_VALUE", { handlers: 5 }, ["config.handlers"]],
    ["ERR_SCOPELOG_HANDLER", { handlers: { file: {} } }, ['config.handlers["file"]']],
    ["ERR_SCOPELOG_HANDLER", { handlers: { file: undefined } }, ['config.handlers["file"]']],
    ["ERR_SCOPELOG_CONFIG_VALUE", { fields: [] }, ["config.fields"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { context: {} }, ["config.context", "current()"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { context: null }, ["config.context"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { forgotten: true }, ["config.forgotten"]],
    ["ERR_SCOPELOG_CONFIG_KEY", { forgotten: { when: 1 } }, ["config.forgotten", '"when"']],
    ["ERR_SCOPELOG_CONFIG_VALUE", { forgotten: { report: "error" } }, ["config.forgotten.report", "warn, silent"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { forgotten: { origin: true } }, ["config.forgotten.origin", "off, sampled, always"]],
    ["ERR_SCOPELOG_CONFIG_VALUE", { onError: "console" }, ["config.onError", "function"]],
  ])("%s names the key: case %#", (code, config, words) => {
    expectCode(code, () => checkConfig(config as Config), ...words);
    const registry = createRegistry();
    expectCode(code, () => registry.configure(config as Config), ...words);
    expect(registry.getLogger().level, "nothing is changed").toBe("info");
  });
});
