// Ends while its log file fails: node exit.mjs <folder> <how> <call> <fault>. Preloaded with faults.c.
import { fileHandler } from "../../../../src/node/file-handler.ts";
import { rotatingFileHandler } from "../../../../src/node/rotating-file-handler.ts";
import { createRecord } from "../../../../src/record/log-record.ts";
import { type Call, Place } from "./place.ts";

const [folder = "", way = "batched", how = "exit", call = "write", fault = "ENOSPC"] = process.argv.slice(2);
const place = new Place();
place.folder(folder);
const fail = () => place.fail(call as Call, fault, { from: 1, count: fault.startsWith("takes") ? 3 : 0, every: 1 });
if (call === "open") fail();
const path = `${folder}app.log`;
const formatter = ({ message }: { readonly message: string }) => message;
const common = { path, formatter, batchBytes: 400 };
const handler =
  way === "rotating"
    ? rotatingFileHandler({ ...common, maxBytes: 1_000 })
    : fileHandler({ ...common, sync: way === "sync" });
const log = (n: number) => handler.handle(createRecord({ message: `line ${n} ${"ü".repeat(20)} end` }));
for (let n = 0; n < 50; n++) log(n);
if (call !== "open") fail();
for (let n = 50; n < 100; n++) log(n);
if (how === "exit") process.exit(0);
if (how === "throw") throw new Error("uncaught, as it should be");
if (how === "reject") void Promise.reject(new Error("unhandled, as it should be"));
