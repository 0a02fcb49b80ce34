/** What the beginning of a document says. */
export interface ReadmeIntro {
  /** Its title. */
  readonly title: string;
  /** What it asks: the paragraph of its question, else the first one. */
  readonly question: string;
}

/**
 * Title and question of an experiment, as its README begins.
 *
 * @param text The README.
 * @returns Both as plain text, without the marks of Markdown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readmeIntro } from "./readme_intro.ts";
 *
 * const intro = readmeIntro("# Game: a `toy`\n\n**Question.** Does [it](x.md)\nhelp?\n\nMore.\n");
 * assertEquals(intro, { title: "Game: a toy", question: "Does it help?" });
 * ```
 */
export function readmeIntro(text: string): ReadmeIntro {
  const paragraphs = text.split(/\n\n+/);
  const title = paragraphs.find((one) => one.startsWith("# ")) ?? "";
  const first = paragraphs.find((one) => !one.startsWith("#") && one.trim() !== "") ?? "";
  const question = paragraphs.find((one) => one.startsWith("**Question.**")) ?? first;
  return {
    title: plainText(title.replace(/^# /, "")),
    question: plainText(question.replace("**Question.**", "")),
  };
}

function plainText(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "")
    .replaceAll(/\s+/g, " ").trim();
}
