/**
 * Pictures as part of a page.
 *
 * @module
 */

/** Names that a picture may give to its parts. */
const SAFE = /^[a-z0-9-]+$/;

/**
 * Prepares an SVG picture of Vega for a page that has several: parts get names of their own, and what describes
 * single marks to screen readers goes, as the page describes the picture as a whole.
 *
 * @param svg The picture.
 * @param name Its name in the page: a to z, digits and `-`.
 * @returns The picture without a fixed size: it becomes as wide as it is drawn, and narrower where there is less room.
 * @throws {RangeError} If the name has other characters.
 */
export function inlineSvg(svg: string, name: string): string {
  if (!SAFE.test(name)) {
    throw new RangeError(
      `Cannot name a picture as its name must be of a to z, digits and -: ${name}`,
    );
  }
  const inside = (text: string) =>
    text.replaceAll(/ id="([^"]*)"/g, ` id="${name}-$1"`)
      .replaceAll(/url\(#([^)]*)\)/g, `url(#${name}-$1)`)
      .replaceAll(/ (?:role|tabindex|aria-[a-z]+)="[^"]*"/g, "")
      .replaceAll(/ xmlns(?::\w+)?="[^"]*"/g, "");
  // The picture's own white background: the page has one, which may be dark.
  return inside(svg).replace(/<rect [^>]*fill="#ffffff"\/>/, "");
}
