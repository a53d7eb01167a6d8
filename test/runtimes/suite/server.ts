// What runs on Node, Bun and Deno.
import "./core.ts";
import "./files.ts";
import "./datagrams.ts";
import "./exits.ts";
import "./workers.ts";
import "./clusters.ts";
import { runChecks } from "./check.ts";
import { report } from "./report.ts";

report(runChecks());
