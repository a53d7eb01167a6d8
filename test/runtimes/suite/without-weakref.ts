// In a runtime without `WeakRef` the library can be loaded, and says at the first use what is missing.
import { createRegistry } from "scopelog";
import { check, inGroup, runChecks } from "./check.ts";
import { report } from "./report.ts";

inGroup("platform");

check("without WeakRef there is no registry, and the error names it", () => {
  try {
    createRegistry();
  } catch (error) {
    if (error instanceof ReferenceError && /WeakRef/.test(error.message)) return;
    throw error;
  }
  throw new Error("a registry was made");
});

report(runChecks());
