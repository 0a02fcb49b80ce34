import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeDiscussionPages } from "../../lib/report/discussion_pages.ts";
import { questions } from "../discussion/fixtures.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { accessibilityProblems, withBrowser } from "./browser.ts";
import { makeDiscussedRun, NUM_QUESTIONS } from "./discussed_run.ts";
import { overflow, textsOf, waitFor, withRun } from "./run_page.ts";

const asked = questions(NUM_QUESTIONS);

Deno.test("the page of a run shows its discussions offline, without network and errors", () =>
  withRun("the page of a run", async (path, open) => {
    const { page, problems } = await open(path);
    await waitFor(page, ".items a", NUM_QUESTIONS);
    // The last evaluation stands open at a discussion that ends better than it began.
    assertEquals(await textsOf(page, ".discussion h2"), [asked[0]!.text]);
    assertEquals(await textsOf(page, ".answer .grade"), [
      `✓ right · ${asked[0]!.gold}`,
      "✗ wrong · 99",
      `✓ right · ${asked[0]!.gold}`,
      `✓ right · ${asked[0]!.gold}`,
    ]);
    assertEquals(await textsOf(page, ".list > nav .chip"), [
      "off-the-shelf (test)",
      "MAPoRL (test, 8 updates)",
      "Training",
    ]);

    // Three clicks: training, those that were penalised, the second of them.
    await page.click(".list > nav .chip:nth-of-type(3)");
    await waitFor(page, ".list > nav .chip:nth-of-type(3)[aria-current]", 1);
    await (await page.$("button ::-p-text(penalised)"))!.click();
    await waitFor(page, "button[aria-pressed=true]", 1);
    await page.click(".items li:nth-of-type(2) a");
    await waitFor(page, ".answer", 4);

    assertEquals(await textsOf(page, "h2"), [asked[1]!.text]);
    assertEquals(await textsOf(page, ".discussion p.gold strong"), [asked[1]!.gold]);
    assertEquals(await textsOf(page, ".grade"), [
      `✓ right · ${asked[1]!.gold}`,
      "✗ wrong · 99",
      `✓ right · ${asked[1]!.gold}`,
      `✓ right · ${asked[1]!.gold}`,
    ]);
    assertEquals(await textsOf(page, ".move"), [
      `= kept ${asked[1]!.gold}`,
      `← took over agent 1’s answer ${asked[1]!.gold}, had 99 before`,
    ]);
    assertEquals(await textsOf(page, ".answer:nth-of-type(2) .penalties"), [
      "Penalised: missing box",
    ]);
    assertEquals(await textsOf(page, ".turn:last-child .answer:nth-of-type(2) .reward dd"), [
      "+0.50",
      "−1.50",
      "0",
      "+0.25",
      "−0.75",
    ]);
    await waitFor(page, ".answer:nth-of-type(2) .seen li", 4); // 1 at turn 1, 3 at turn 2
    assertEquals(await textsOf(page, ".turn:last-child .answer:nth-of-type(2) .seen li"), [
      `asked${asked[1]!.text}`,
      "its own answer 1\\boxed{99}",
      `after turn 1agent1 : \\boxed{${asked[1]!.gold}} verdict : agent1 right me wrong`,
    ]);
    assertEquals(problems, []);
  }));

Deno.test("the page of a run takes keys, steps back, searches and keeps all of it in its address", () =>
  withRun("the keys of the page of a run", async (path, open) => {
    const { page, problems } = await open(`${path}#${asked[0]!.id}`);
    const shown = async () => (await textsOf(page, "h2"))[0];
    const press = async (key: "ArrowRight" | "ArrowLeft", expected: string) => {
      await page.keyboard.press(key);
      await page.waitForFunction(
        `document.querySelector("h2").textContent === ${JSON.stringify(expected)}`,
      );
    };
    await waitFor(page, ".answer", 4);
    assertEquals(await shown(), asked[0]!.text);
    await press("ArrowRight", asked[1]!.text);
    await press("ArrowRight", asked[2]!.text);
    await press("ArrowLeft", asked[1]!.text);
    await page.goBack();
    await page.waitForFunction(
      `document.querySelector("h2").textContent === ${JSON.stringify(asked[2]!.text)}`,
    );

    // In the search field arrows move the cursor.
    await page.type("input", asked[1]!.id);
    await page.keyboard.press("ArrowLeft");
    await waitFor(page, ".items a", 1);
    assertEquals(await shown(), asked[2]!.text);
    assertStringIncludes(page.url(), `q=${encodeURIComponent(asked[1]!.id)}`);

    // Somebody else opens the address.
    const other = await open(page.url().replace(/^file:\/\//, ""));
    await waitFor(other.page, ".items a", 1);
    assertEquals(await textsOf(other.page, "h2"), [asked[2]!.text]);
    assertEquals([...problems, ...other.problems], []);
  }));

Deno.test("the page of a run can be used by the keyboard alone", () =>
  withRun("the page of a run by keyboard", async (path, open) => {
    const { page, problems } = await open(path);
    await waitFor(page, ".items a", NUM_QUESTIONS);
    const focused = () =>
      page.evaluate("document.activeElement.textContent.trim()") as Promise<string>;
    const tabTo = async (text: string) => {
      for (let i = 0; i < 60 && !(await focused()).startsWith(text); i++) {
        await page.keyboard.press("Tab");
      }
      assertStringIncludes(await focused(), text);
    };
    await page.keyboard.press("Tab");
    assertEquals(await focused(), "Skip to the discussion");
    await tabTo("off-the-shelf");
    await page.keyboard.press("Enter");
    await waitFor(page, ".list > nav .chip:nth-of-type(1)[aria-current]", 1);
    await tabTo("right → wrong");
    await page.keyboard.press("Space");
    await waitFor(page, "button[aria-pressed=true]", 1);
    await tabTo(asked[2]!.text);
    await page.keyboard.press("Enter");
    await waitFor(page, ".answer", 4);
    await tabTo("Side by side");
    await page.keyboard.press("Enter");
    await waitFor(page, ".answer", 8);
    await tabTo("What it saw");
    await page.keyboard.press("Enter");
    await waitFor(page, "details[open]", 1);
    assertEquals(problems, []);
  }));

Deno.test("on a phone the list and a discussion take turns, and the list is left and found at one place", () =>
  withRun("the page of a run on a phone", async (path, open) => {
    const { page, problems } = await open(path, { width: 390 });
    await waitFor(page, ".items a", NUM_QUESTIONS);
    const isShown = (selector: string) =>
      page.evaluate(`document.querySelector("${selector}").offsetHeight > 0`);
    const waitForFocus = (selector: string) =>
      page.waitForFunction(`document.activeElement === document.querySelector("${selector}")`);
    assertEquals([await isShown(".list"), await isShown("h2")], [true, false]);
    await page.click(".items li:nth-of-type(2) a");
    await waitForFocus("h2");
    assertEquals([await isShown(".list"), await isShown("h2")], [false, true]);
    await page.click(".steps .back");
    await waitForFocus(".items li:nth-of-type(2) a");
    assertEquals(await isShown(".list"), true);
    assertEquals(problems, []);
  }));

Deno.test("the page of a run breaks no rule of WCAG AA, in light and dark, on a desk and a phone", () =>
  withRun("the accessibility of the page of a run", async (path, open) => {
    const beside = `#${asked[1]!.id}?beside=1`;
    const trained = `#${asked[1]!.id}?set=training`;
    const analysed = "#?set=test:off-the-shelf:0&analysis=1";
    const analysedTraining = "#?set=training&analysis=1";
    for (const scheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        const { page, problems } = await open(path, { scheme, width });
        await waitFor(page, ".items a", NUM_QUESTIONS);
        for (
          const [hash, answers] of [
            ["#", 4],
            [beside, 8],
            [analysed, 0],
            [trained, 4],
            [analysedTraining, 0],
            ["#nowhere", 0],
          ]
        ) {
          await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
          await waitFor(page, ".answer", answers as number);
          await page.$$eval(
            "details:not([open]) summary",
            (all) => all.forEach((one) => one.click()),
          );
          const where = `${hash} in ${scheme} at ${width} pixels`;
          assertEquals(await accessibilityProblems(page), [], where);
          assertEquals(await overflow(page), 0, `${where} is wider than the screen`);
        }
        assertEquals(problems, []);
        await page.close();
      }
    }
  }));

Deno.test("accessibilityProblems() finds what is wrong", () =>
  withBrowser("the check of accessibility", (open) =>
    withTempFolder(async (folder) => {
      const path = `${folder}/page.html`;
      await Deno.writeTextFile(
        path,
        `<html><title>t</title><body style="color: #aaa"><h1>Pale</h1><img src="data:,">`,
      );
      const { page, problems } = await open(path);
      const found = (await accessibilityProblems(page)).map((line) => line.split(" ")[0]);
      for (const rule of ["color-contrast", "image-alt", "html-has-lang"]) {
        assert(found.includes(rule), `${rule} is not among ${found}`);
      }
      await page.evaluate(`fetch("http://127.0.0.1:9/").catch(() => {})`);
      await page.evaluate(`setTimeout(() => { throw new Error("loud") })`);
      for (let i = 0; i < 1500 && !problems.join().includes("loud"); i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assertStringIncludes(problems.join("\n"), "asks for http://127.0.0.1:9/");
      assertStringIncludes(problems.join("\n"), "loud");
    })));

Deno.test("a page of a report leads back to the report", () =>
  withBrowser("a page of a report", (open) =>
    withTempFolder(async (folder) => {
      await makeDiscussedRun(`${folder}/run`);
      const run = { result: "r", arm: "an arm", seed: 0, path: `${folder}/run` };
      const [{ href } = { href: "" }] = await writeDiscussionPages([run], folder);
      await Deno.writeTextFile(`${folder}/index.html`, "<title>The report</title>");
      const { page } = await open(`${folder}/${href}#${asked[0]!.id}`);
      await waitFor(page, ".answer", 4);
      await Promise.all([page.waitForNavigation(), page.click("#home")]);
      assertEquals(await page.title(), "The report");
    })));
