/** What is measured a few times a second. */
export interface Sample {
  /** When, in milliseconds since the act began. */
  readonly time: number;
  /** Connections that were served to their end. */
  readonly connections: number;
  /** Loggers that exist. */
  readonly live: number;
  /** Open sockets, without the demo's own. */
  readonly sockets: number;
  readonly heapBytes: number;
  /** Lines logged. */
  readonly logged: number;
  /** Different lines that the receiver has; undefined if it does not tell. */
  readonly received: number | undefined;
}

/** What an act came to. */
export interface ActResult {
  readonly number: number;
  readonly title: string;
  /** The connections that were to be served; less than asked for if the act has no room for more. */
  readonly planned: number;
  /** Why there is no room for more; undefined if there is. */
  readonly because: string | undefined;
  /** In the order of time. */
  readonly samples: readonly Sample[];
  /** After everything that goes by itself has gone. */
  readonly end: Sample;
  /** Lines that came more than once. */
  readonly duplicates: number;
  readonly seconds: number;
  /** What happened after the last connection. */
  readonly told: readonly string[];
}
