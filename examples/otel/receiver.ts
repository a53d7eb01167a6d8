// Stands in for an OpenTelemetry collector: takes logs by OTLP/HTTP, and prints each line. node receiver.js [port]
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { decodeLogs, type OtlpLogs } from "./decode-logs.ts";

const server = createServer(async (request, response) => {
  const lines = decodeLogs((await json(request)) as OtlpLogs);
  for (const line of lines) console.log(JSON.stringify(line));
  response.setHeader("content-type", "application/json").end("{}");
});

server.listen(Number(process.argv[2] ?? 4318), "127.0.0.1", () => {
  console.log(JSON.stringify({ listening: server.address() }));
});
