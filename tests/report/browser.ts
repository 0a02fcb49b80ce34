/**
 * Pages in a real browser, for tests: Debian's Chromium, or none.
 *
 * @module
 */
import puppeteer, { type Browser, type Page } from "puppeteer-core";

/** Where Debian puts it; `deno task test` may start this file and no other browser. */
const CHROMIUM = "/usr/bin/chromium";

/** Not imported: it asks for the environment as soon as it is loaded. */
const AXE = new URL("../../node_modules/axe-core/axe.min.js", import.meta.url);

/** How a page is looked at. */
export interface Look {
  /** Colours. */
  readonly scheme?: "light" | "dark";
  /** Width in pixels; default that of a desk, 390 is a phone. */
  readonly width?: number;
}

/** A page that is open. */
export interface OpenPage {
  /** The page, as Puppeteer drives it. */
  readonly page: Page;
  /** What it wrote to the console as errors or warnings, threw, or asked the network for. */
  readonly problems: readonly string[];
}

/**
 * Runs a test in a browser, which is ended afterwards; says so where there is none.
 *
 * @param name Names the test where it is skipped.
 * @param test The test.
 */
export async function withBrowser(
  name: string,
  test: (open: (path: string, look?: Look) => Promise<OpenPage>) => Promise<void>,
): Promise<void> {
  const isThere = await Deno.stat(CHROMIUM).then(() => true, () => false);
  if (!isThere) {
    console.warn(`SKIPPED: ${name}, as there is no browser (apt-get install chromium)`);
    return;
  }
  const profile = await Deno.makeTempDir({ prefix: "maporl-browser-" });
  const browser = await launch(profile);
  // Should this process die before the browser is closed, it would live on.
  const end = () => browser.process()?.kill("SIGKILL");
  globalThis.addEventListener("unload", end);
  try {
    await test((path, look) => openPage(browser, path, look));
  } finally {
    await browser.close().catch(end);
    globalThis.removeEventListener("unload", end);
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  }
}

async function launch(profile: string): Promise<Browser> {
  return await puppeteer.launch({
    executablePath: CHROMIUM,
    userDataDir: profile,
    pipe: true, // needs no permission for the network
    env: {},
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function openPage(
  browser: Browser,
  path: string,
  { scheme = "light", width = 1280 }: Look = {},
): Promise<OpenPage> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(`${error}`));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) problems.push(`asks for ${request.url()}`);
  });
  await page.setViewport({ width, height: width < 600 ? 844 : 860 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(new URL(path, `file://${Deno.cwd()}/`).href, { waitUntil: "load" });
  return { page, problems };
}

/**
 * What axe-core finds on a page as it is now, by the rules of WCAG 2.2 up to AA and its best practices.
 *
 * @param page The page.
 * @returns A line for each element that breaks a rule.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated from outside of the page, so its policy need not allow it.
  await page.evaluate(await Deno.readTextFile(AXE));
  const found = await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })`) as {
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n${failureSummary}`)
  );
}
