import type { Discussion, DiscussionFormat } from "../discussion/mod.ts";
import { messageCleaner } from "../text/mod.ts";
import type { RunParts } from "./run_parts.ts";

/**
 * Says how many texts hold chat markers of the model, which later prompts leave out: a model that takes
 * to writing them, or questions that come with them, should not go unnoticed.
 *
 * @param discussions What was said.
 * @param options How their questions are asked, and the model whose chats they become.
 * @returns A line, or null if there are none.
 */
export function describeMarkedTexts(
  discussions: readonly Discussion[],
  { format, model }: Pick<RunParts, "model"> & { readonly format: DiscussionFormat },
): string | null {
  const clean = messageCleaner(model.tokenizer, model.template);
  const count = (texts: readonly string[]) => {
    const marked = texts.filter((text) => clean(text) !== text);
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
