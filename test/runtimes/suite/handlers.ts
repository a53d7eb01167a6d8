import type { Handler } from "scopelog";
import { check, equal, inGroup, throwsCode } from "./check.ts";
import { waitUntil } from "./gc.ts";
import { recorder, world } from "./world.ts";

inGroup("handlers");

check("owned handlers are closed once, the last added first; borrowed ones never", () => {
  const diary: string[] = [];
  const { registry, root } = world();
  const log = registry.getScoped("conn", {}, { handlers: [recorder("1", diary), recorder("2", diary)] });
  log.use(recorder("3", diary));
  const borrowed = recorder("borrowed", diary);
  log.addHandler(borrowed);
  log.info("m");
  log.dispose();
  log.dispose();
  equal(diary, ["3 disposed", "2 disposed", "1 disposed"]);
  equal([borrowed.messages, root.messages], [["m"], ["m"]]);
});

check("a handler with two owners is refused", () => {
  const { registry } = world();
  const handler = recorder();
  const one = registry.getScoped("conn", {}, { handlers: [handler] });
  throwsCode(() => registry.getScoped("conn", {}, { handlers: [handler] }), "ERR_SCOPELOG_HANDLER_OWNED");
  one.removeHandler(handler);
  const two = registry.getScoped("conn", {}, { handlers: [handler] });
  one.dispose();
  two.dispose();
});

check("one that throws, or rejects, disturbs nobody", async () => {
  const { registry, root, told } = world();
  const before = registry.stats().failed;
  const bad: Handler = {
    handle() {
      throw new Error("on purpose");
    },
    [Symbol.dispose]() {
      throw new Error("on purpose");
    },
  };
  const rejecting: Handler = { handle: (async () => Promise.reject(new Error("on purpose"))) as () => void };
  const log = registry.getScoped("conn", {}, { handlers: [bad, rejecting] });
  log.info("m");
  await waitUntil(() => registry.stats().failed >= before + 2, "two failures counted");
  log.dispose();
  equal(root.messages, ["m"]);
  equal([...new Set(told)], ["SCOPELOG_WARN_HANDLER_FAILED", "SCOPELOG_WARN_CLOSE_FAILED"]);
});

check("one that logs to itself is stopped", () => {
  const { registry, root } = world();
  const handler: Handler = { handle: () => registry.getLogger("loop").info("again") };
  using log = registry.getScoped("conn", {}, { handlers: [handler] });
  log.addHandler(handler);
  log.info("once");
  equal(root.messages.filter((message) => message === "once").length, 1);
});

check("propagate: false keeps lines in the scope", () => {
  const { registry, root } = world();
  const own = recorder();
  using log = registry.getScoped("quiet", {}, { handlers: [own], propagate: false });
  log.info("m");
  equal([own.messages, root.messages], [["m"], []]);
});
