import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** Pixels of a picture. */
export interface Pixels {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Shape [height, width, 4]: red, green, blue, opacity of each; the last is not looked at. */
  readonly rgba: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** What one byte per pixel can tell apart. */
const MOST_COLORS = 256;

/**
 * A picture as a PNG file with a palette (w3.org/TR/png-3, colour type 3), a third as large as one with three
 * bytes per pixel.
 *
 * @param pixels The picture.
 * @returns The file's bytes. Of more than 256 colours the rarest become the nearest of the others.
 */
export function indexedPng({ width, height, rgba }: Pixels): Uint8Array {
  const colors = Array.from(
    { length: width * height },
    (_, i) => rgba[4 * i]! << 16 | rgba[4 * i + 1]! << 8 | rgba[4 * i + 2]!,
  );
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([color]) => color);
  const palette = sorted.slice(0, MOST_COLORS);
  const places = new Map(sorted.map((color) => [color, nearest(palette, color)]));

  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, 0 = none
  colors.forEach((color, i) => rows[i + Math.floor(i / width) + 1] = places.get(color)!);
  const size = new Uint8Array(13);
  const view = new DataView(size.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  size.set([8, 3, 0, 0, 0], 8); // bits per pixel, colour type, then what has one value alone
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", size),
    chunk("PLTE", Uint8Array.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

const channels = (color: number) => [color >> 16, color >> 8 & 0xff, color & 0xff];

/** Index of the colour that differs least, as the sum of squares. */
function nearest(palette: readonly number[], color: number): number {
  const wanted = channels(color);
  let best = 0, least = Infinity;
  for (const [i, other] of palette.entries()) {
    const distance = channels(other).reduce((sum, x, c) => sum + (x - wanted[c]!) ** 2, 0);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, data.length);
  numbers.setUint32(4, crc32(body));
  const bytes = new Uint8Array(numbers.buffer);
  return Buffer.concat([bytes.subarray(0, 4), body, bytes.subarray(4)]);
}
