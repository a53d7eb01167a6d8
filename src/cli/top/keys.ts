const names: Readonly<Record<string, string>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[C": "right",
  "\u001bOC": "right",
  "\u001b[D": "left",
  "\u001bOD": "left",
  "\u001b[5~": "pageup",
  "\u001b[6~": "pagedown",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[1~": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b[4~": "end",
  "\u001b[Z": "backtab",
  "\u001b": "escape",
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0003": "ctrl-c",
  "\u000c": "ctrl-l",
  "\u0015": "ctrl-u",
  "\u001a": "ctrl-z",
};

// A sequence (ECMA-48, section 5.4), or one character; several keys may come in one piece.
const each = /\u001b\[[0-?]*[ -/]*[@-~]|\u001bO[A-Z]|\u001b|[^\u001b]/gu;

/** The keys in what a terminal sent: by name, or the character itself. What is neither is left out. */
export function keysOf(text: string): string[] {
  return (text.match(each) ?? []).flatMap((sequence) => {
    const name = names[sequence];
    if (name !== undefined) return [name];
    return sequence.length <= 2 && !/[\u0000-\u001f\u007f-\u009f]/.test(sequence) ? [sequence] : [];
  });
}
