import { constants } from "node:os";

// Node has the number of this one and not its name, and says `UNKNOWN`, or that it is an unknown error.
const { EDQUOT } = constants.errno;

/** The `code` of a system error, such as `ENOSPC`; `""` if it has none. */
export function errorCode(error: unknown): string {
  const { code, errno } = Object(error) as NodeJS.ErrnoException;
  if (errno !== undefined && errno === -EDQUOT) return "EDQUOT";
  return typeof code === "string" ? code : "";
}

const busy = ["EAGAIN", "EWOULDBLOCK", "EBUSY", "EINTR"];
const full = ["ENOSPC", "EDQUOT", "EFBIG"];
const gone = ["EPIPE", "EBADF", "ECONNRESET"];
const passing = ["EMFILE", "ENFILE", "ENOMEM", "EIO", "ENXIO"];

/** The descriptor takes nothing just now: a pipe whose reader is slow. */
export function isBusy(error: unknown): boolean {
  return busy.includes(errorCode(error));
}

/** There is no space, and there may be some later. */
export function isFull(error: unknown): boolean {
  return full.includes(errorCode(error));
}

/** Nothing written to this descriptor will ever arrive. */
export function isGone(error: unknown): boolean {
  return gone.includes(errorCode(error));
}

/** An open that failed so may succeed later without anybody changing the options. */
export function mayPass(error: unknown): boolean {
  return isBusy(error) || isFull(error) || passing.includes(errorCode(error));
}
