/**
 * The little of a browser that the viewer uses, as its types contradict Deno's.
 *
 * @module
 */

/** An element of the page. */
export interface PageElement {
  /** Name of its tag, in capitals. */
  readonly tagName: string;
  /** Its height on the screen; 0 where it is hidden. */
  readonly offsetHeight: number;
  /** The text inside. */
  textContent: string | null;
  /** The HTML inside. */
  readonly innerHTML: string;
  /** The value of an attribute. */
  getAttribute(name: string): string | null;
  /** What somebody typed or chose. */
  value: string;
  /** Makes it take keys. */
  focus(options?: { preventScroll?: boolean }): void;
  /** Takes it out of the page. */
  remove(): void;
  /** Scrolls until it is in sight. */
  scrollIntoView(options?: { block?: string }): void;
  /** Whether a selector means it. */
  matches(selector: string): boolean;
}

/** Something that happened to an element. */
export interface PageEvent {
  /** The element. */
  readonly target: PageElement;
  /** The key that was pressed. */
  readonly key: string;
  /** Keys that were held. */
  readonly altKey: boolean;
  /** Keys that were held. */
  readonly ctrlKey: boolean;
  /** Keys that were held. */
  readonly metaKey: boolean;
  /** Keys that were held. */
  readonly shiftKey: boolean;
  /** Whether somebody has dealt with it. */
  readonly defaultPrevented: boolean;
  /** Deals with it. */
  preventDefault(): void;
}

interface Page {
  readonly document: {
    /** The first element that a selector means. */
    querySelector(selector: string): PageElement | null;
    /** All elements that a selector means. */
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
  /** Scrolls the page. */
  scrollTo(x: number, y: number): void;
  readonly location: {
    /** What follows `#` in the address, with it. */
    hash: string;
  };
  readonly history: {
    /** Changes the address without a step back. */
    replaceState(state: unknown, title: string, address: string): void;
  };
  /** Listens. */
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** The page. */
export const page: Page = globalThis as unknown as Page;
