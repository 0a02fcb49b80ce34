/**
 * What a chat template does with a chat, seen from outside.
 *
 * @module
 */
import type { ChatTemplate } from "./chat_template.ts";
import type { Message } from "./message.ts";

/** Words that no template writes. */
const WORDS = { system: "qsystemq", question: "qquestionq", answer: "qanswerq", reply: "qreplyq" };

const QUESTION: Message = { role: "user", content: WORDS.question };
const CHAT: readonly Message[] = [
  QUESTION,
  { role: "assistant", content: WORDS.answer },
  { role: "user", content: WORDS.reply },
];
const WITH_SYSTEM: readonly Message[] = [{ role: "system", content: WORDS.system }, ...CHAT];

/** What a template writes around the messages of a chat. */
export interface TemplateTexts {
  /** Before, between and after a question, an answer and a reply that is to be answered. */
  readonly around: readonly string[];
  /** The same with a system message before them; null if the template has none. */
  readonly withSystem: readonly string[] | null;
}

/**
 * Reads off what a template writes around messages.
 *
 * @param template The template.
 * @returns Its own texts.
 * @throws {TypeError} When it refuses a discussion, or leaves out a message.
 */
export function templateTexts(template: ChatTemplate): TemplateTexts {
  const around = textsAround(template, CHAT);
  let withSystem: string[] | null = null;
  try {
    withSystem = textsAround(template, WITH_SYSTEM);
  } catch { /* many templates have no system message */ }
  return { around, withSystem };
}

/**
 * Checks that a template can write discussions: every message stands in the chat as it is, and a chat
 * that is to be answered ends where answers begin.
 *
 * @param template The template.
 * @throws {TypeError} When it does not.
 */
export function checkTemplate(template: ChatTemplate): void {
  const [before, between] = templateTexts(template).around as [string, string];
  const prompt = template.render([QUESTION], { addGenerationPrompt: true });
  const closed = template.render([QUESTION], { addGenerationPrompt: false });
  const answered = `${before}${WORDS.question}${between}`.trimEnd();
  const asked = prompt.trimEnd();
  // Some templates write more than the turn's opening into the prompt, such as the start of thoughts,
  // others before an answer that is there, such as empty thoughts.
  const isExtended = prompt.length > closed.length && prompt.startsWith(closed);
  const opens = asked.startsWith(answered) || isExtended && answered.startsWith(asked);
  if (opens) return;
  throw new TypeError(
    `Cannot use the chat template as a chat that is to be answered must end where its answers begin, ` +
      `"${answered.slice(-40)}": it ends "${asked.slice(-40)}"`,
  );
}

/** What stands around the contents of a chat that is to be answered. */
function textsAround(template: ChatTemplate, messages: readonly Message[]): string[] {
  let rest = template.render(messages, { addGenerationPrompt: true });
  const texts: string[] = [];
  for (const { role, content } of messages) {
    const at = rest.indexOf(content);
    if (at < 0) {
      throw new TypeError(
        `Cannot use the chat template as it must write every message in its place: ` +
          `it leaves out one of the ${role}`,
      );
    }
    texts.push(rest.slice(0, at));
    rest = rest.slice(at + content.length);
  }
  return [...texts, rest];
}
