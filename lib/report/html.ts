/**
 * HTML as templates in which everything that is put in is escaped.
 *
 * @module
 */

/** A piece of HTML. */
export interface Html {
  /** Its text. */
  readonly html: string;
}

/** What a template takes: texts and numbers are escaped, nothing stands for null. */
export type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What has been made by {@linkcode html} or {@linkcode trusted}, and by nothing else. */
const MADE = new WeakSet<object>();

/**
 * Makes HTML of a template. Values of attributes stand in double quotes.
 *
 * @param texts The template's own texts.
 * @param parts What is put in.
 * @returns The HTML.
 * @throws {TypeError} If a part stands outside of quotes in an attribute, or is none of the kinds that are taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { html } from "./html.ts";
 *
 * const item = (text: string) => html`<li title="${text}">${text}</li>`;
 * assertEquals(html`<ul>${[item("a < b"), null]}</ul>`.html, '<ul><li title="a &lt; b">a &lt; b</li></ul>');
 * ```
 */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const unquoted = texts.slice(0, -1).find((text) => /=\s*'?$/.test(text));
  if (unquoted !== undefined) {
    throw new TypeError(
      `Cannot put a part into HTML as attributes must stand in double quotes: ${unquoted}`,
    );
  }
  const text = texts[0]! + parts.map((part, i) => textOf(part) + texts[i + 1]!).join("");
  return trusted(text);
}

/**
 * HTML that comes from elsewhere and is taken as it is, such as a picture that this library has drawn.
 *
 * @param text The HTML.
 * @returns The piece.
 */
export function trusted(text: string): Html {
  const made = { html: text };
  MADE.add(made);
  return made;
}

/**
 * An attribute that is there or not.
 *
 * @param name Its name.
 * @param value Its value; undefined = no attribute.
 * @returns ` name="value"`, or nothing.
 */
export function attribute(name: string, value: string | undefined): Html {
  return value === undefined ? trusted("") : trusted(` ${name}="${escaped(value)}"`);
}

function textOf(part: HtmlPart): string {
  if (part === null || part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  if (Array.isArray(part)) return part.map(textOf).join("");
  if (MADE.has(part)) return (part as Html).html;
  throw new TypeError(
    `Cannot put a part into HTML as it must be a text, a number or HTML: ${typeof part}`,
  );
}

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign]!);
