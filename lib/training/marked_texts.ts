import type { Discussion, DiscussionFormat } from "../discussion/mod.ts";
import type { LanguageModel } from "../models/mod.ts";
import { messageCleaner } from "../text/mod.ts";

/** What texts are put into. */
export interface MarkedTextsOptions {
  /** How questions are asked. */
  readonly format: DiscussionFormat;
  /** The models that read the discussions. */
  readonly models: readonly Pick<LanguageModel, "tokenizer" | "template">[];
}

/**
 * Says how many texts hold chat markers of a model that reads them, which its prompts leave out: a model that takes
 * to writing them, or questions that come with them, should not go unnoticed.
 *
 * @param discussions What was said.
 * @param options How their questions are asked, and the models whose chats they become.
 * @returns A line, or null if there are none.
 */
export function describeMarkedTexts(
  discussions: readonly Discussion[],
  { format, models }: MarkedTextsOptions,
): string | null {
  const cleaners = new Set(models.map((model) => messageCleaner(model.tokenizer, model.template)));
  const count = (texts: readonly string[]) => {
    const marked = texts.filter((text) => [...cleaners].some((clean) => clean(text) !== text));
    return { marked: marked.length, line: `${marked.length} of ${texts.length}` };
  };
  const asked = new Set(discussions.map(({ question }) => format.firstMessage(question)));
  const questions = count([...asked]);
  const answers = count(
    discussions.flatMap(({ answersTA }) => answersTA.flat().map(({ text }) => text)),
  );
  if (questions.marked + answers.marked === 0) return null;
  return `${answers.line} answers and ${questions.line} questions hold chat markers of the model, ` +
    `which prompts leave out`;
}
