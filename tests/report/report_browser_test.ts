import { assert, assertEquals } from "@std/assert";
import { reportPage } from "../../lib/report/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { accessibilityProblems, type Look, withBrowser } from "./browser.ts";
import { report } from "./sample_report.ts";

const looks: Readonly<Record<string, Look>> = {
  "light": {},
  "dark": { scheme: "dark" },
  "on a phone": { width: 390 },
};

Deno.test("the report opens from a folder, is accessible, and is reached by keyboard", () =>
  withTempFolder((folder) =>
    withBrowser("the report in a browser", async (open) => {
      const path = `${folder}/index.html`;
      await Deno.writeTextFile(path, reportPage(report));
      for (const [name, look] of Object.entries(looks)) {
        const { page, problems } = await open(path, look);
        // What is folded is looked at as well.
        await page.evaluate(
          `document.querySelectorAll("details").forEach((one) => one.open = true)`,
        );
        assertEquals(await accessibilityProblems(page), [], name);
        assertEquals(problems, [], name);
        const isWide = await page.evaluate(
          `document.documentElement.scrollWidth > document.documentElement.clientWidth`,
        );
        assertEquals(isWide, false, `${name}: wider than the screen`);
        await page.close();
      }
      const { page } = await open(path);
      const missed = await page.evaluate(MARK_FOCUSABLE) as number;
      assert(missed > 10);
      // The first thing that Tab reaches leads past the rest.
      await page.keyboard.press("Tab");
      assertEquals(await page.evaluate(`document.activeElement.textContent`), "Skip to the claims");
      for (let i = 0; i < missed; i++) await page.keyboard.press("Tab");
      assertEquals(
        await page.evaluate(`[...expected].filter((one) => !reached.has(one)).length`),
        0,
      );
      // Enter unfolds.
      await page.focus("summary");
      await page.keyboard.press("Enter");
      assertEquals(await page.evaluate(`document.querySelector("details").open`), true);
    })
  ));

/** Notes what takes the focus, and all that a reader can use and sees. */
const MARK_FOCUSABLE = `
  globalThis.reached = new Set();
  document.addEventListener("focusin", ({ target }) => reached.add(target));
  globalThis.expected = new Set([...document.querySelectorAll("a[href], summary, [tabindex]")]
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })));
  expected.size`;
