// node lines.mjs FILE COUNT: writes lines with pino itself, as a server would: requests, some with an error.
import { pino } from "pino";

const [file, count] = process.argv.slice(2);
const log = pino({ level: "trace" }, pino.destination({ dest: file, sync: true, minLength: 8192 }));
const failure = new TypeError("cannot read the upstream's answer", { cause: new Error("socket hang up") });
for (let number = 0; number < Number(count); number++) {
  const request = log.child({ reqId: `req-${number >> 2}` });
  switch (number % 8) {
    case 0:
      request.info(
        { req: { method: "GET", url: `/things/${number}`, remotePort: 40_000 + (number % 9999) } },
        "incoming",
      );
      break;
    case 1:
    case 2:
      request.debug({ key: `thing:${number}`, hit: number % 3 === 0 }, "cache");
      break;
    case 3:
      request.info({ statusCode: 200, responseTime: number % 250 }, "request completed");
      break;
    case 7:
      if (number % 64 === 7) request.error(failure, "request failed");
      else request.warn({ retries: 2, upstream: "10.1.2.3:8080" }, "upstream is slow");
      break;
    default:
      request.info("reading the thing from the database");
  }
}
log.flush();
