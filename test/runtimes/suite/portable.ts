// What runs everywhere.
import "./core.ts";
import { runChecks } from "./check.ts";
import { report } from "./report.ts";

report(runChecks());
