import { assertEquals } from "@std/assert";
import { NUM_QUESTIONS } from "./discussed_run.ts";
import { overflow, textsOf, waitFor, withRun } from "./run_page.ts";

Deno.test("the analysis of a model is one click away, and a number in it leads to its discussions", () =>
  withRun("the analysis of a model", async (path, open) => {
    const { page, problems } = await open(path);
    await waitFor(page, ".items a", NUM_QUESTIONS);
    await page.click(".analyse a");
    await waitFor(page, ".analysis h2", 1);
    assertEquals(await textsOf(page, "h2"), ["Analysis: MAPoRL (test, 8 updates)"]);
    // Another model's analysis stands in its place, and its discussions in the list.
    await page.click(".list > nav .chip:nth-of-type(1)");
    await page.waitForFunction(
      `document.querySelector("h2").textContent === "Analysis: off-the-shelf (test)"`,
    );
    await page.click("#analysis-persuasion td a");
    await waitFor(page, ".answer", 4);
    assertEquals(await textsOf(page, "button[aria-pressed=true]"), ["agent 2 → agent 1, wrongly"]);
    assertEquals(await textsOf(page, ".count [role=status]"), [`${NUM_QUESTIONS} discussions`]);
    assertEquals(
      await page.evaluate(`document.activeElement === document.querySelector(".list")`),
      true,
    );
    // Nothing is left of the filter when it is taken away, nor of the analysis when a discussion is chosen.
    await page.click("button[aria-pressed=true]");
    await waitFor(page, "button[aria-pressed=true]", 0);
    await page.goBack();
    await page.goBack();
    await waitFor(page, ".analysis h2", 1);
    await page.click(".items a");
    await waitFor(page, ".answer", 4);
    assertEquals(problems, []);
  }));

Deno.test("the analysis of a model is reached and left by the keyboard, on a desk and a phone", () =>
  withRun("the analysis of a model by keyboard", async (path, open) => {
    for (const width of [1280, 390]) {
      const { page, problems } = await open(path, { width });
      await waitFor(page, ".items a", NUM_QUESTIONS);
      const tabTo = async (text: string) => {
        const focused = () =>
          page.evaluate("document.activeElement.textContent.trim()") as Promise<string>;
        for (let i = 0; i < 30 && await focused() !== text; i++) await page.keyboard.press("Tab");
        assertEquals(await focused(), text);
        await page.keyboard.press("Enter");
      };
      await tabTo("Analysis of MAPoRL (test, 8 updates)");
      await page.waitForFunction(`document.activeElement.matches(".analysis h2")`);
      assertEquals(await overflow(page), 0);
      await tabTo("3/3");
      await page.waitForFunction(`document.activeElement.matches(".list")`);
      await waitFor(page, ".items a", NUM_QUESTIONS);
      await tabTo("Analysis of MAPoRL (test, 8 updates)");
      await page.waitForFunction(`document.activeElement.matches(".analysis h2")`);
      await page.keyboard.down("Shift"); // back to what stands above it
      await page.keyboard.press("Tab");
      await page.keyboard.up("Shift");
      await page.keyboard.press("Enter");
      await waitFor(page, "section.analysis", 0);
      assertEquals(problems, []);
      await page.close();
    }
  }));
