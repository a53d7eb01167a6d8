/** What a colour stands for wherever something is drawn. The report's style sheet has a variable for each. */
export const roles = ["ok", "error", "unknown", "open", "forgotten", "logger", "accent"] as const;

/** `forgotten` is the colour of warnings too, and `accent` that of a number over time. */
export type Role = (typeof roles)[number];

/** The role of a line, by its level; undefined if it is no finding. */
export function roleOfLevel(level: number): "error" | "forgotten" | undefined {
  return level >= 50 ? "error" : level >= 40 ? "forgotten" : undefined;
}
