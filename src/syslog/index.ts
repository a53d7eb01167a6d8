/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />
export type { ReconnectOptions } from "./backoff.ts";
export type { ControlCharacters } from "./control-characters.ts";
export type { Framing } from "./framing.ts";
export { type FacilityName, facilityNames } from "./severity.ts";
export type { StructuredData } from "./structured-data.ts";
export { type SyslogHandler, syslogHandler } from "./syslog-handler.ts";
export type { QueueOptions, SyslogOptions, SyslogTlsOptions, SyslogTransportName } from "./syslog-options.ts";
export { type SyslogTransportInfo, syslogTransports } from "./transport-pool.ts";
export type { Overflow, TransportCounts, TransportState } from "./transport-settings.ts";
