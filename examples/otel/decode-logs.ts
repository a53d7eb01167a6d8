/** A value in OTLP's JSON: one member says its type. Whole numbers may come as texts, bytes come in base64. */
interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpPair[] };
}

interface OtlpPair {
  readonly key: string;
  readonly value: OtlpValue;
}

/** What is posted to `/v1/logs`. */
export interface OtlpLogs {
  readonly resourceLogs: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpPair[] };
    readonly scopeLogs: readonly {
      readonly scope?: { readonly name: string };
      readonly logRecords: readonly {
        readonly timeUnixNano: string;
        readonly severityNumber: number;
        readonly severityText: string;
        readonly eventName?: string;
        readonly body: OtlpValue;
        readonly attributes: readonly OtlpPair[];
        readonly droppedAttributesCount: number;
        readonly traceId?: string;
        readonly spanId?: string;
        readonly flags?: number;
      }[];
    }[];
  }[];
}

/** One line, as it arrived. */
export interface ReceivedLine {
  /** The name of the instrumentation scope. */
  readonly logger: string | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string | undefined;
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly dropped: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly flags: number | undefined;
}

/** The lines of a request. */
export function decodeLogs({ resourceLogs }: OtlpLogs): ReceivedLine[] {
  return resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((record) => ({
        logger: scope?.name,
        time: Number(BigInt(record.timeUnixNano) / 1_000_000n),
        severityNumber: record.severityNumber,
        severityText: record.severityText,
        eventName: record.eventName,
        body: decodeValue(record.body),
        attributes: decodePairs(record.attributes),
        dropped: record.droppedAttributesCount,
        traceId: record.traceId,
        spanId: record.spanId,
        flags: record.flags,
      })),
    ),
  );
}

function decodePairs(pairs: readonly OtlpPair[] = []): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, decodeValue(value)]));
}

function decodeValue(value: OtlpValue): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, "base64"));
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(decodeValue);
  if (value.kvlistValue !== undefined) return decodePairs(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}
