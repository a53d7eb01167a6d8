/** What a report keeps at most; the rest is counted. */
export interface Limits {
  /** Scopes, groups and loggers: each is a row. */
  readonly scopes: number;
  /** Lines in all. The last tenth is for warnings, errors and ends of scopes. */
  readonly lines: number;
  /** Lines of one scope; as many again are kept of warnings, errors and its end. */
  readonly linesPerScope: number;
  /** Characters of lines in all. */
  readonly text: number;
}

export const defaultLimits: Limits = {
  scopes: 200_000,
  lines: 1_000_000,
  linesPerScope: 200,
  text: 64 * 1024 * 1024,
};

/** Characters of one message, of the value of one field, and of all fields or the error of one line. */
export const textLimits = { message: 4000, value: 1000, part: 8000 } as const;
