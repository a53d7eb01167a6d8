/** The part of a `node:diagnostics_channel` channel that is used here. */
interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

const silent: Channel = { hasSubscribers: false, publish() {} };

function channelNamed(name: string): Channel {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const module = process?.getBuiltinModule?.("node:diagnostics_channel") as
    | { channel?(name: string): Channel }
    | undefined;
  return module?.channel?.(name) ?? silent;
}

/** Published on `scopelog:open` when a scope is opened, if anybody listens. */
export interface OpenEvent {
  readonly id: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Published on `scopelog:end` when a scope has ended, if anybody listens. */
export interface EndEvent {
  readonly id: string;
  readonly name: string;
  readonly reason: "disposed" | "collected" | "shutdown";
}

/** `scopelog:open`: takes an `OpenEvent`. Ask `hasSubscribers` before making one. */
export const openChannel = channelNamed("scopelog:open");

/** `scopelog:end`: takes an `EndEvent`. */
export const endChannel = channelNamed("scopelog:end");

/** `scopelog:forgotten`: takes a `ForgottenReport`. */
export const forgottenChannel = channelNamed("scopelog:forgotten");
