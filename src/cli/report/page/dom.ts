// The few parts of the browser that the page uses, as types. The compiler's own library of them is global: with it, all
// of this package would be checked as if it ran in a browser.

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Ev {
  readonly key: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly deltaY: number;
  readonly pointerId: number;
  readonly button: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly target: El | null;
  preventDefault(): void;
}

/** An element of any kind: what a kind does not have is not asked of it. */
export interface El {
  textContent: string | null;
  className: string;
  hidden: boolean;
  value: string;
  checked: boolean;
  tabIndex: number;
  scrollTop: number;
  readonly id: string;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly isConnected: boolean;
  readonly dataset: Record<string, string | undefined>;
  readonly style: { setProperty(name: string, value: string): void };
  readonly classList: { toggle(name: string, on: boolean): void; contains(name: string): boolean };
  append(...children: (El | string)[]): void;
  replaceChildren(...children: (El | string)[]): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: Ev) => void, options?: { passive?: boolean }): void;
  closest(selector: string): El | null;
  querySelector(selector: string): El | null;
  querySelectorAll(selector: string): Iterable<El>;
  focus(options?: { preventScroll?: boolean }): void;
  scrollIntoView(options?: { block?: string }): void;
  getBoundingClientRect(): Rect;
  setPointerCapture(id: number): void;
}

export interface Canvas extends El {
  width: number;
  height: number;
  getContext(kind: "2d"): Pen | null;
}

export interface Pen {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  closePath(): void;
  fill(): void;
  stroke(): void;
  clip(): void;
  save(): void;
  restore(): void;
  createLinearGradient(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
  ): { addColorStop(at: number, color: string): void };
}

interface MediaQuery {
  readonly matches: boolean;
  addEventListener(type: "change", listener: () => void): void;
}

export interface Browser {
  readonly document: {
    readonly documentElement: El;
    readonly activeElement: El | null;
    readonly readyState: "loading" | "interactive" | "complete";
    getElementById(id: string): El | null;
    createElement(tag: string): El;
    addEventListener(type: string, listener: (event: Ev) => void): void;
  };
  readonly devicePixelRatio: number;
  addEventListener(type: string, listener: () => void): void;
  matchMedia(query: string): MediaQuery;
  getComputedStyle(element: El): { getPropertyValue(name: string): string };
  requestAnimationFrame(callback: () => void): number;
  requestIdleCallback?(callback: () => void, options: { timeout: number }): unknown;
  readonly localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  readonly ResizeObserver: new (
    callback: (entries: readonly { readonly contentRect: Rect }[]) => void,
  ) => { observe(element: El): void };
}

export const browser = globalThis as unknown as Browser;

/** The element of the page's own markup with that id. */
export function byId<E extends El = El>(id: string): E {
  const found = browser.document.getElementById(id);
  if (found === null) throw new Error(`no #${id} in the page`);
  return found as E;
}

/** A new element. Texts become text, whatever is in them. */
export function el(tag: string, attributes: Readonly<Record<string, string>>, ...children: (El | string)[]): El {
  const element = browser.document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Calls `paint` with the next frame, once, however often it was asked for. */
export function onFrame(paint: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    browser.requestAnimationFrame(() => {
      asked = false;
      paint();
    });
  };
}

/** Calls `work` when the next frame is drawn, once, however often it was asked for. */
export function afterFrame(work: () => void): () => void {
  return onFrame(() => setTimeout(work));
}

/** Calls `changed` with the size of an element in CSS pixels: at first, and when it is another. */
export function watchSize(element: El, changed: (width: number, height: number) => void): void {
  new browser.ResizeObserver(([entry]) => {
    if (entry !== undefined) changed(entry.contentRect.width, entry.contentRect.height);
  }).observe(element);
}

/** Makes a canvas of that size, in CSS pixels, as fine as the screen. Returns its pen; undefined if it has none. */
export function penOf(canvas: Canvas, width: number, height: number): Pen | undefined {
  const ratio = Math.max(1, browser.devicePixelRatio);
  const [fineWidth, fineHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== fineWidth) canvas.width = fineWidth;
  if (canvas.height !== fineHeight) canvas.height = fineHeight;
  const pen = canvas.getContext("2d");
  if (pen === null || width === 0 || height === 0) return undefined;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}
