/**
 * What {@link generate} refuses.
 *
 * @module
 */
import { type Decoder, positionLimit } from "../models/mod.ts";
import { isTemperature, MIN_TEMPERATURE } from "../ops/mod.ts";
import type { GenerateOptions } from "./generate_options.ts";

/**
 * Refuses options and prompts that do not fit together.
 *
 * @param decoder Names how many positions there are.
 * @param prompts Token ids of each prompt.
 * @param options How they are to be continued.
 * @throws {RangeError} When a prompt or an option is out of range.
 */
export function checkGenerateOptions(
  decoder: Decoder,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): void {
  const { maxNewTokens, randoms, maxRows = 1, temperature, topK, topP } = options;
  const { lookEvery = 1, promptLookupNumTokens = 0, prefixes } = options;
  const refuse = (expected: string, actual: string): never => {
    throw new RangeError(`Cannot generate as ${expected}: ${actual}`);
  };
  const positive = { maxNewTokens, maxRows, lookEvery };
  for (const [name, value] of Object.entries(positive)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      refuse(`${name} must be a positive integer`, `got ${value}`);
    }
  }
  if (!Number.isSafeInteger(promptLookupNumTokens) || promptLookupNumTokens < 0) {
    refuse(
      "promptLookupNumTokens must be an integer of at least 0 (0 = no drafts)",
      `got ${promptLookupNumTokens}`,
    );
  }
  if (promptLookupNumTokens > 0 && lookEvery > 1) {
    refuse(
      "drafts need lookEvery 1",
      `got promptLookupNumTokens ${promptLookupNumTokens} and lookEvery ${lookEvery}, leave one out`,
    );
  }
  if (!isTemperature(temperature)) {
    refuse(`temperature must be 0 or at least ${MIN_TEMPERATURE}`, `got ${temperature}`);
  }
  if (!Number.isSafeInteger(topK) || topK < 0) {
    refuse("topK must be an integer of at least 0 (0 = all tokens)", `got ${topK}`);
  }
  if (!(topP > 0 && topP <= 1)) refuse("topP must lie in (0, 1] (1 = all tokens)", `got ${topP}`);
  if (randoms.length !== prompts.length) {
    refuse(
      "randoms must hold one stream per prompt",
      `got ${randoms.length} for ${prompts.length}`,
    );
  }
  if (prefixes && prefixes.decoder !== decoder) {
    refuse("prefixes must be of the same decoder", "they are of another one");
  }
  const { positions, setting } = positionLimit(decoder.config);
  for (const [index, { length }] of prompts.entries()) {
    if (length === 0) {
      refuse(
        "a prompt needs at least one token",
        `prompt ${index} is empty, begin it with the model's begin-of-sequence token`,
      );
    }
    if (length + maxNewTokens > positions) {
      refuse(
        `prompt and response must fit in ${setting} ${positions}`,
        `prompt ${index} has ${length} tokens and maxNewTokens is ${maxNewTokens}, ` +
          `shorten the prompt to ${
            Math.max(0, positions - maxNewTokens)
          } tokens or lower maxNewTokens`,
      );
    }
  }
}
