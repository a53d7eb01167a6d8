/** What the keys do. */
export const helpLines: readonly string[] = [
  "",
  "  up down j k      select a row; PgUp, PgDn, Home and End too",
  "  1 2 3, Tab       scopes, transports, forgotten by the place that opened them",
  "  o O              the next, the last order of the scopes",
  "  /                filter: a part of the id, of the place, or of a field that is shown; Enter, or Esc for none",
  "  l                sets the level of the selected scope; Tab goes on to its name, and to all below the name",
  "  L                the same, beginning with all below the name (conn.*)",
  "  s                sweeps: ends the scopes that are collected already",
  "  p, space         stops the view; again goes on",
  "  Ctrl-L Ctrl-Z    draws anew, suspends",
  "  q                quits; the program is not touched",
  "",
  "  live and lines/s above are drawn over time; a full column stands for the number behind them.",
  "  lines/s is that of the scopes listed, between two looks; what was logged without a scope is not in it.",
];
