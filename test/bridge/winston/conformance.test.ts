import { winstonHandler } from "scopelog/winston";
import { test } from "vitest";
import { conforms, endless } from "../shared/conforms.ts";
import { destination } from "./destination.ts";

test("winstonHandler passes the checks for handlers", async () => {
  const { logger, texts } = destination();
  await conforms(() => winstonHandler(logger), {
    lines: () => texts,
    configured: (given) => winstonHandler(logger, given),
    skipped: endless,
  });
});
