import type { QueuedTransport } from "./queued-transport.ts";
import { RelpTransport } from "./relp-transport.ts";
import { StreamTransport } from "./stream-transport.ts";
import type { SyslogTlsOptions, SyslogTransportName } from "./syslog-options.ts";
import type { TransportSettings } from "./transport-settings.ts";
import { UdpTransport } from "./udp-transport.ts";
import { UnixDatagramTransport } from "./unix-datagram-transport.ts";

/** Where messages go. */
export interface Destination {
  readonly transport: SyslogTransportName;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: SyslogTlsOptions | undefined;
  /** Messages of RELP under way, at most. */
  readonly window: number;
  /** For people: `tcp://127.0.0.1:514`. */
  readonly name: string;
}

/** The transport to a destination; nothing is opened before its first line. */
export function createTransport(settings: TransportSettings, destination: Destination): QueuedTransport {
  loadFor(destination);
  switch (destination.transport) {
    case "udp":
      return new UdpTransport(settings, destination.host, destination.port);
    case "relp":
    case "relps":
      return new RelpTransport(settings, destination);
    case "unix-dgram":
      return new UnixDatagramTransport(settings, destination.path);
    default:
      return new StreamTransport(settings, destination);
  }
}

// What a connection is made with is not imported: TLS alone takes longer to load than all of this library, and most do
// without. But a log call, which makes it, is no place to load modules in.
function loadFor({ transport, tls }: Destination): void {
  if (transport === "udp" || transport === "unix-dgram") return;
  process.getBuiltinModule(tls === undefined ? "node:net" : "node:tls");
}
