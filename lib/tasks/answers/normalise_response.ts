import { officialBoxes } from "./boxes.ts";
import type { Compat } from "../../core/compat.ts";

/** Settings of {@link normaliseResponse} and {@link verifierText}. */
export interface NormaliseOptions {
  /** The answer that was extracted from the response; null if invalid. */
  readonly answer: string | null;
  /**
   * `official` follows the released code to the letter, side effects included; `paper` means the same
   * and touches nothing else. Default `"paper"`.
   */
  readonly compat?: Compat;
}

/**
 * A response as its author and the others see it later: with a valid answer X it ends
 * in `Answer: \boxed{X}`; otherwise it stays as it is.
 *
 * Side effects of `official` that `paper` avoids: `Answer: 12` is rewritten inside `Answer: 123`; the
 * characters of X are stripped from the end whatever number they belong to; boxes that nest or span
 * lines are not unwrapped.
 *
 * @param text A response; any text.
 * @param options The extracted answer, and the rule.
 * @returns The normalised text.
 *
 * @example
 * ```ts
 * import { normaliseResponse } from "./normalise_response.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "So there are \\boxed{6} of them, which took a while to count.";
 * const normalised = normaliseResponse(text, { answer: "6" });
 * assertEquals(normalised.split("\n").at(-1), "Answer: \\boxed{6}");
 * ```
 */
export function normaliseResponse(
  text: string,
  { answer, compat = "paper" }: NormaliseOptions,
): string {
  if (answer === null) return text;
  const final = `Answer: \\boxed{${answer}}`;
  const rewritten = rewriteStatements(text, answer, compat);
  const tail = rewritten.slice(-Math.floor(1.5 * final.length));
  if (tail.includes(final)) return rewritten;
  const unwrapped = compat === "official" ? unwrapOfficial(rewritten) : unwrap(rewritten);
  const body = compat === "official"
    ? withoutTrailing(unwrapped, (char) => char === "\n" || answer.includes(char))
    : withoutLastLine(unwrapped, answer);
  return body === "" ? final : `${body}\n\n${final}`;
}

/**
 * A normalised response as the verifier reads it: without end-of-turn marker and
 * without the debris of a chat role at its start; `official` also cuts everything after the last letter
 * or `}`, and role names from genuine sentences.
 *
 * @param text A normalised response.
 * @param options The extracted answer, and the rule.
 * @returns The text to score.
 */
export function verifierText(text: string, { answer, compat = "paper" }: NormaliseOptions): string {
  if (compat === "official") {
    const bare = withoutSuffix(text.trimEnd(), "<|im_end|>")
      .replace(/^\s*(?:(?:assistant|model)\s*)+/, "");
    return answer === null ? bare : withoutTrailing(bare, (char) => !/[A-Za-z}]/.test(char));
  }
  const bare = text.trim().replace(/^(?:(?:assistant|model):?[ \t]*\n\s*)+/, "");
  return withoutLastMarkers(bare).trim();
}

function rewriteStatements(text: string, answer: string, compat: Compat): string {
  const final = `Answer: \\boxed{${answer}}`;
  const forms = [
    `The answer is: \\boxed{${answer}}`,
    `The answer is: ${answer}`,
    `Answer: ${answer}`,
  ];
  for (const form of forms) {
    if (compat === "official") {
      text = text.replaceAll(form, () => final);
    } else {
      // A longer number or word that merely starts with the answer is not the answer.
      const end = form.endsWith("}") ? "" : "(?!\\w|[.,'/]\\d| ?[/^]|\\{,\\}| \\d+/\\d)";
      text = text.replaceAll(new RegExp(RegExp.escape(form) + end, "g"), () => final);
    }
  }
  return text;
}

/** Removes every `\boxed{` and the brace that closes it. */
function unwrap(text: string): string {
  let result = "";
  const open: boolean[] = [];
  for (let i = 0; i < text.length; i++) {
    const isBox = text.startsWith("\\boxed{", i);
    if (isBox) i += "\\boxed".length;
    const char = text[i]!;
    if (char === "{") open.push(isBox);
    const closesBox = char === "}" && (open.pop() ?? false);
    if (!isBox && !closesBox) result += char;
  }
  return result;
}

function unwrapOfficial(text: string): string {
  return officialBoxes(text).reduce(
    (rest, content) => rest.replace(`\\boxed{${content}}`, () => content),
    text,
  );
}

function withoutTrailing(text: string, drop: (char: string) => boolean): string {
  let end = text.length;
  while (end > 0 && drop(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

function withoutLastMarkers(text: string): string {
  for (;;) {
    const start = text.lastIndexOf("<|");
    if (start < 0 || !/^<\|\w+\|>$/.test(text.slice(start))) return text;
    text = text.slice(0, start).trimEnd();
  }
}

function withoutLastLine(text: string, line: string): string {
  const trimmed = text.trimEnd();
  const start = trimmed.lastIndexOf("\n") + 1;
  return trimmed.slice(start).trim() === line ? trimmed.slice(0, start).trimEnd() : trimmed;
}
