// What runs from one file on Node, Bun and Deno: all but what needs further files.
import "./core.ts";
import "./files.ts";
import "./datagrams.ts";
import { runChecks } from "./check.ts";
import { report } from "./report.ts";

report(runChecks());
