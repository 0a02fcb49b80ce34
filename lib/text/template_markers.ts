/**
 * What opens and closes the messages of a model's chats, taken from its tokenizer and its template.
 *
 * @module
 */
import { type ChatMarker, markerRemover } from "./chat_markers.ts";
import type { ChatTemplate } from "./chat_template.ts";
import { templateTexts } from "./probe_template.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** `<s>`, `<<SYS>>`, `[/INST]`, `<start_of_turn>`. */
const BRACKETED = /<{1,2}[^<>\s]+>{1,2}|\[[^[\]\s]+\]/g;
/** `USER:`, `### Response:`, where a message begins. */
const LABEL = /(?:#+[ \t]*)?[\p{L}\p{N}_-]+[ \t]*:(?=\s*$)/u;
const COMMON = /^<\|\w+\|>$/;
/** Normalization that is done twice changes nothing more, so that two rounds are enough. */
const MAX_ROUNDS = 8;

/** Removes chat markers from a text. */
export type Cleaner = (text: string) => string;

/** Made once: to probe a template takes longer than to write a prompt. */
const known = new WeakMap<ChatTemplate, WeakMap<Tokenizer, Cleaner>>();

/**
 * How a text is put into a model's chats: without anything that would open or close a message there,
 * whoever wrote it. Where only the tokenizer's normalization would make a marker, as of `＜/s＞` or `</S>`,
 * the text becomes the normalized one without it.
 *
 * @param tokenizer The model's; its special tokens are removed.
 * @param template The model's; what it writes around messages is removed.
 * @returns Removes markers from a text, see {@link markerRemover}.
 */
export function messageCleaner(tokenizer: Tokenizer, template: ChatTemplate): Cleaner {
  const ofTemplate = known.get(template) ?? new WeakMap<Tokenizer, Cleaner>();
  known.set(template, ofTemplate);
  const cleaner = ofTemplate.get(tokenizer) ?? makeCleaner(tokenizer, template);
  ofTemplate.set(tokenizer, cleaner);
  return cleaner;
}

function makeCleaner(tokenizer: Tokenizer, template: ChatTemplate): Cleaner {
  const { specialTokens = [] } = tokenizer;
  const normalize = (text: string) => tokenizer.normalize?.(text) ?? text;
  const special = specialTokens.filter(isVisible).map(anywhere);
  const written = [...special, ...templateMarkers(template)];
  // A tokenizer may look for its special tokens as they are when they are normalized.
  const read = written.map((marker) => ({ ...marker, text: normalize(marker.text) }));
  const all = distinct([...written, ...read.filter(({ text }) => isVisible(text))]);
  const remove = markerRemover(all.filter(({ text }) => !COMMON.test(text)));
  return tokenizer.normalize ? normalizedRemover(remove, normalize) : remove;
}

/** A text is normalized only where it must be: it is to be read as its author wrote it. */
function normalizedRemover(remove: Cleaner, normalize: Cleaner): Cleaner {
  return (text) => {
    let cleaned = remove(text);
    // What is removed may let others meet; a tokenizer that writes markers by itself would go on for ever.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const read = normalize(cleaned);
      const rest = remove(read);
      if (rest === read) break;
      cleaned = rest;
    }
    return cleaned;
  };
}

/**
 * What a template writes to open and close messages: everything in brackets, and the label before a
 * message; a separator as a whole where it has neither.
 *
 * @param template The template.
 * @returns The markers; none of a template that cannot write discussions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jinjaTemplate } from "./jinja_template.ts";
 * import { templateMarkers } from "./template_markers.ts";
 *
 * const source = "{% for m in messages %}{{ m.role | upper }}: {{ m.content }}\n{% endfor %}";
 * const texts = templateMarkers(jinjaTemplate(source)).map(({ text }) => text);
 * assertEquals(texts, ["SYSTEM:", "USER:", "ASSISTANT:"]);
 * ```
 */
export function templateMarkers(template: ChatTemplate): ChatMarker[] {
  let found: ReturnType<typeof templateTexts>;
  try {
    found = templateTexts(template);
  } catch {
    return []; // it will refuse the chat itself
  }
  const { around, withSystem } = found;
  // Only before a system message is there no default one, which is prose and not a marker.
  const [first, ...between] = [...withSystem ?? around, ...around.slice(1)];
  const start = withSystem ? separatorsIn(`\n${first}`) : markersIn(`\n${first}`);
  const markers = [...start, ...between.flatMap(separatorsIn)];
  return distinct(markers);
}

/** Markers of a text that ends where a message begins. */
function markersIn(text: string): ChatMarker[] {
  const bracketed = [...text.matchAll(BRACKETED)].map(([found]) => anywhere(found));
  const label = LABEL.exec(text);
  return label ? [...bracketed, markerAt(text, label[0])] : bracketed;
}

/** Markers of a text between two messages. */
function separatorsIn(text: string): ChatMarker[] {
  const markers = markersIn(text);
  const whole = text.trim();
  return markers.length > 0 || whole === "" ? markers : [markerAt(text, whole)];
}

const isVisible = (text: string) => text.trim() !== "";

const anywhere = (text: string): ChatMarker => ({ text, startsLine: false });

/** The last occurrence: whether only the start of a line makes it a marker. */
function markerAt(text: string, marker: string): ChatMarker {
  return { text: marker, startsLine: /\n[ \t]*$/.test(text.slice(0, text.lastIndexOf(marker))) };
}

function distinct(markers: readonly ChatMarker[]): ChatMarker[] {
  return [...new Map(markers.map((marker) => [JSON.stringify(marker), marker])).values()];
}
