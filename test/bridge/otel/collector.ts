import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { metrics } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { countLosses } from "scopelog/otel";
import { decodeLogs, type OtlpLogs, type ReceivedLine } from "../../../examples/otel/decode-logs.ts";

/** Takes logs by OTLP/HTTP, on a port that stays the same when it is closed and opened again. */
export class Collector implements AsyncDisposable {
  readonly lines: ReceivedLine[] = [];
  /** How it answers: with success, with an error status, or never. */
  mode: "takes" | "refuses" | "hangs" = "takes";
  requests = 0;
  #server: Server | undefined;
  #port = 0;

  async open(): Promise<this> {
    this.#server = createServer(async (request, response) => {
      this.requests++;
      const logs = (await json(request)) as OtlpLogs;
      if (this.mode === "hangs") return;
      if (this.mode === "takes") this.lines.push(...decodeLogs(logs));
      response.writeHead(this.mode === "takes" ? 200 : 400, { "content-type": "application/json" }).end("{}");
    });
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Goes away, as a process that is killed. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1/logs`;
  }

  /** The texts of the lines, in the order in which they came. */
  get bodies(): unknown[] {
    return this.lines.map(({ body }) => body);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** How the SDK is to send: all times in milliseconds. */
export interface SendOptions {
  /** For one request, with all its repetitions. */
  timeoutMillis?: number;
  maxQueueSize?: number;
  maxExportBatchSize?: number;
}

/** The real SDK with the real exporter, towards `url`. */
export function sdkTowards(url: string, { timeoutMillis = 20_000, ...options }: SendOptions = {}): LoggerProvider {
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter({ url, timeoutMillis }),
    scheduledDelayMillis: 10,
    exportTimeoutMillis: timeoutMillis + 10_000,
    selfObsMeterProvider: countLosses(metrics.getMeterProvider()),
    ...options,
  });
  return new LoggerProvider({ processors: [processor] });
}
