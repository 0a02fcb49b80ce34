/**
 * What turns a model's messages into tokens and back.
 *
 * @module
 */
import { digestOf } from "../core/digest.ts";
import type { LanguageModel } from "./language_model.ts";

/**
 * A hash of a model's tokenizer and chat template: with others the same weights are asked another
 * question.
 *
 * @param model Tokenizer and template, as {@link hfTokenizer} and {@link jinjaTemplate} or a folder give
 * them.
 * @returns SHA-256, 64 hexadecimal digits.
 * @throws {TypeError} If one of them is made by hand and has no `fingerprint`.
 */
export function tokenizerFingerprint(
  { tokenizer, template }: Pick<LanguageModel, "tokenizer" | "template">,
): string {
  const parts = Object.entries({ tokenizer, template }).map(([name, { fingerprint }]) => {
    if (fingerprint !== undefined) return fingerprint;
    throw new TypeError(
      `Cannot tell what chats are written with as the ${name} must have a fingerprint: it has none`,
    );
  });
  return digestOf(parts.join("\n")).sha256;
}
