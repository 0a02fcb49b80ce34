/**
 * Takes the pictures of this folder: `deno task screenshots REPORT_FOLDER RUN_FOLDER`, with the folder of a report
 * (`deno task reproduce --report --out REPORT_FOLDER`) and that of a finished run of the quickstart, whose page of
 * discussions is made for it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Resvg } from "@resvg/resvg-js";
import type { Page } from "puppeteer-core";
import { writeRunPage } from "../../../lib/report/mod.ts";
import { withBrowser } from "../browser.ts";
import { indexedPng } from "./indexed_png.ts";

const WIDTH = 1180;

/** The pixels of a PNG file: as part of an SVG, resvg reads it. */
function pixelsOf(png: Uint8Array) {
  const size = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [size.getUint32(16), size.getUint32(20)];
  const href = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<image width="${width}" height="${height}" href="${href}"/></svg>`;
  return { width, height, rgba: new Uint8Array(new Resvg(svg).render().pixels) };
}

async function take(page: Page, name: string): Promise<void> {
  const png = indexedPng(pixelsOf(await page.screenshot()));
  await Deno.writeFile(new URL(`${name}.png`, import.meta.url), png);
  console.log(`${name}.png: ${(png.length / 1000).toFixed(0)} kB`);
}

const [report, run] = Deno.args;
if (report === undefined || run === undefined) {
  console.error("Usage: deno task screenshots REPORT_FOLDER RUN_FOLDER");
  Deno.exit(2);
}
const discussions = await writeRunPage(run);

await withBrowser("the screenshots", async (open) => {
  const { page: first } = await open(`${report}/index.html`, { width: WIDTH });
  await take(first, "report");

  const { page } = await open(discussions, { width: WIDTH });
  // Training answers have their rewards part by part.
  await (await page.waitForSelector(".list > nav .chip:last-of-type"))!.click();
  await (await page.waitForSelector(".items li:nth-of-type(2) a"))!.click();
  await page.waitForSelector(".answer");
  await take(page, "viewer");
});
