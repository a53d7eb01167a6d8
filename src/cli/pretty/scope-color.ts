// Of the 256 colours, those that are readable on a dark and on a light ground, and that are not those of the levels.
const palette = [
  27, 33, 37, 63, 64, 67, 70, 72, 97, 98, 99, 104, 128, 129, 132, 133, 135, 136, 138, 162, 166, 168, 169, 172,
];
// Scopes come and go: the table is let go instead of growing with them.
const maxScopes = 4096;

const known = new Map<string, string>();

/** The colour of a scope, the same in every run, as the parameter of Select Graphic Rendition (ECMA-48). */
export function scopeColor(id: string): string {
  let color = known.get(id);
  if (color === undefined) {
    if (known.size >= maxScopes) known.clear();
    color = `38;5;${palette[hash(id) % palette.length]}`;
    known.set(id, color);
  }
  return color;
}

/** FNV-1a over UTF-16 units, and the last bits mixed: ids differ in their last digits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) >>> 8;
}
