/** An input that cannot be read, or not to its end; the message says why, without the name of the input. */
export class InputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "InputError";
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file: a part of its path is no directory",
  EISDIR: "is a directory; give a file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
  EIO: "the device failed to read it",
  Z_BUF_ERROR: "the compressed data ends in the middle; what was before that has been read",
  Z_DATA_ERROR: "the compressed data is damaged; what was before that has been read",
};

/** What the system said of an input, in words. */
export function inputError(cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new InputError((code === undefined ? undefined : reasons[code]) ?? message ?? String(cause), { cause });
}
