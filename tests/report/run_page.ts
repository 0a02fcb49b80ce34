/**
 * The page of a run in a browser, for tests.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Page } from "puppeteer-core";
import { writeRunPage } from "../../lib/report/discussion_pages.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { withBrowser } from "./browser.ts";
import { makeDiscussedRun } from "./discussed_run.ts";

/** The text of an element; of several, of all of them. */
export const textsOf = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent ?? ""));

/** Waits until a selector means as many elements as it should. */
export async function waitFor(page: Page, selector: string, count: number): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    if ((await page.$$(selector)).length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals((await page.$$(selector)).length, count, selector);
}

/** Opens the page of a run with discussions in a browser, if there is one. */
export const withRun = (
  name: string,
  test: (path: string, open: Parameters<Parameters<typeof withBrowser>[1]>[0]) => Promise<void>,
) =>
  withBrowser(name, (open) =>
    withTempFolder(async (folder) => {
      await makeDiscussedRun(`${folder}/run`);
      await test(await writeRunPage(`${folder}/run`), open);
    }));

/** Pixels that the page is wider than the screen. */
export const overflow = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - innerWidth") as Promise<number>;
