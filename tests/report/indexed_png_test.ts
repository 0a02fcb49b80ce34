import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { Resvg } from "@resvg/resvg-js";
import { indexedPng } from "./screenshots/indexed_png.ts";

/** The pixels of a PNG file, as resvg reads it. */
function pixelsOf(png: Uint8Array, [width, height]: readonly [number, number]): number[] {
  const href = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<image width="${width}" height="${height}" href="${href}"/></svg>`;
  return [...new Resvg(svg).render().pixels];
}

Deno.test("indexedPng() keeps every pixel of a picture of few colours", () => {
  const rgba = [
    ...[255, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255],
    ...[1, 2, 3, 255, 255, 255, 255, 255, 0, 0, 255, 255],
  ];
  const png = indexedPng({ width: 3, height: 2, rgba: Uint8Array.from(rgba) });
  assertEquals(pixelsOf(png, [3, 2]), rgba);
});

Deno.test("indexedPng() gives the rarest of too many colours the nearest of the others", () => {
  // Grey 0 to 255 twice each, and once a red that is nearest to grey 85: (255 - g)² + 2 g² is least at 255 / 3.
  const grey = Array.from({ length: 512 }, (_, i) => [i >> 1, i >> 1, i >> 1, 255]);
  const rgba = Uint8Array.from([...grey, [255, 0, 0, 255]].flat());
  const shown = pixelsOf(indexedPng({ width: 513, height: 1, rgba }), [513, 1]);
  assertEquals(shown.slice(0, -4), grey.flat());
  assertEquals(shown.slice(-4), [85, 85, 85, 255]);
});
