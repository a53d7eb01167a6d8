import type { Outcome, Run } from "./outcome.ts";
import type { Result } from "./suite/check.ts";

/** A run and what became of it; undefined if the runtime is not there. */
export interface Line {
  readonly run: Run;
  readonly outcome: Outcome | undefined;
  readonly seconds: number;
}

/** The two tables and the list of what is skipped, as Markdown. */
export function toMarkdown(lines: readonly Line[], date: string): string {
  const groups = "Checks that passed, by what they are about; all forms of a runtime together:";
  const parts = [`The run of ${date}:`, runTable(lines), groups, groupTable(lines), skipList(lines)];
  return parts.filter(Boolean).join("\n\n");
}

function runTable(lines: readonly Line[]): string {
  const rows = lines.map(({ run, outcome }) => {
    const version = outcome === undefined ? "not there" : outcome.version;
    return [run.runtime, version, run.form, ...counts(outcome?.results ?? [])];
  });
  return table(["runtime", "version", "form", "passed", "failed", "skipped"], rows);
}

function groupTable(lines: readonly Line[]): string {
  const runtimes = [...new Set(lines.flatMap(({ run, outcome }) => (outcome === undefined ? [] : run.runtime)))];
  const groups = [...new Set(lines.flatMap(({ outcome }) => outcome?.results ?? []).map(({ group }) => group))];
  const rows = groups.map((group) => [
    group,
    ...runtimes.map((runtime) => {
      const results = lines.flatMap(({ run, outcome }) => (run.runtime === runtime ? (outcome?.results ?? []) : []));
      return cell(results.filter((result) => result.group === group));
    }),
  ]);
  return table(["group", ...runtimes], rows);
}

function cell(results: readonly Result[]): string {
  const [passed, failed, skipped] = counts(results) as [string, string, string];
  if (results.length === 0) return "–";
  return [passed, failed === "0" ? "" : `**${failed} failed**`, skipped === "0" ? "" : `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");
}

function skipList(lines: readonly Line[]): string {
  const reasons = new Map<string, Set<string>>();
  for (const { run, outcome } of lines) {
    for (const { group, name, detail, outcome: became } of outcome?.results ?? []) {
      if (became !== "skipped") continue;
      const key = `${group}, "${name}": ${detail}`;
      reasons.set(key, (reasons.get(key) ?? new Set()).add(run.runtime));
    }
  }
  if (reasons.size === 0) return "";
  const list = [...reasons].map(([key, runtimes]) => `- ${[...runtimes].join(", ")}: ${key}.`);
  return ["Skipped:", "", ...list].join("\n");
}

function counts(results: readonly Result[]): string[] {
  const of = (wanted: Result["outcome"]) => String(results.filter(({ outcome }) => outcome === wanted).length);
  return [of("passed"), of("failed"), of("skipped")];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
