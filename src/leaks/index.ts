export { type ExplainOptions, type ExplainRetentionOptions, explainObject, explainRetention } from "./explain.ts";
export { type RetentionPath, RetentionReport, type RetentionStep } from "./report.ts";
export { SnapshotError } from "./snapshot-error.ts";
