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
const WITH_SYSTEM = withSystemMessage(CHAT, WORDS.system);

/** Rounds of a long discussion: a template that writes so many messages only must run out of them. */
const ROUNDS = 100;
/** Everything that a template could change in a text: signs, cases, digits, spaces, lines; no chat markers. */
const SIGNS = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));
const PASSAGE = `It's "7" of 10,  A\tB:\n\n  * ${SIGNS} \u00c4\u00df \u4e2d \u{1f642}\r\n`.repeat(
  20,
);

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
 * Checks that a template can write discussions: every message stands in the chat once, in its place and as
 * it is, however many there are, and a chat that is to be answered ends where answers begin.
 *
 * @param template The template.
 * @throws {TypeError} When it does not.
 */
export function checkTemplate(template: ChatTemplate): void {
  const { around, withSystem } = templateTexts(template);
  checkContents(template, { hasSystem: withSystem !== null });
  const [before, between] = around as [string, string];
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

/** What stands around messages must not depend on what they say: or they are there in part, or twice. */
function checkContents(template: ChatTemplate, { hasSystem }: { readonly hasSystem: boolean }) {
  const short = longChat((name) => `q${name}q`, hasSystem);
  const long = longChat((name) => `Of ${name}: ${PASSAGE} of ${name}.`, hasSystem);
  const aroundShort = textsAround(template, short);
  const aroundLong = textsAround(template, long);
  const at = aroundShort.findIndex((text, i) => text !== aroundLong[i]);
  if (at < 0) return;
  const { role } = short[Math.max(0, at - 1)]!;
  throw new TypeError(
    `Cannot use the chat template as ${EVERY_MESSAGE}: it changes or repeats one of the ${role}`,
  );
}

/** A discussion of many rounds, of messages that all differ. */
function longChat(content: (name: string) => string, hasSystem: boolean): Message[] {
  const rounds = Array.from({ length: ROUNDS }, (_, round): Message[] => [
    { role: "assistant", content: content(`answer ${round}`) },
    { role: "user", content: content(`reply ${round}`) },
  ]);
  const chat: Message[] = [{ role: "user", content: content("question") }, ...rounds.flat()];
  return hasSystem ? withSystemMessage(chat, content("system")) : chat;
}

function withSystemMessage(chat: readonly Message[], content: string): Message[] {
  return [{ role: "system", content }, ...chat];
}

const EVERY_MESSAGE = "it must write every message once, in its place and as it is";

/** What stands around the contents of a chat that is to be answered. */
function textsAround(template: ChatTemplate, messages: readonly Message[]): string[] {
  let rest = template.render(messages, { addGenerationPrompt: true });
  const texts: string[] = [];
  for (const { role, content } of messages) {
    const at = rest.indexOf(content);
    if (at < 0) {
      throw new TypeError(
        `Cannot use the chat template as ${EVERY_MESSAGE}: ` +
          `it changes or leaves out one of the ${role}`,
      );
    }
    texts.push(rest.slice(0, at));
    rest = rest.slice(at + content.length);
  }
  return [...texts, rest];
}
