/**
 * Models that own their text, from folders and files.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { quoted } from "../core/printable.ts";
import { allEndTokens } from "./end_tokens.ts";
import { checkTemplate, hfTokenizer, jinjaTemplate, type Tokenizer } from "../text/mod.ts";
import type { LanguageModel } from "./language_model.ts";
import { openModel } from "./load_decoder.ts";
import type { ModelSource } from "./model_source.ts";
import type { LoadModelOptions } from "./stored_weight.ts";

/** How a model's chats become tokens. */
export type ModelText = Pick<LanguageModel, "tokenizer" | "template">;

/**
 * Loads a decoder with its tokenizer and chat template.
 *
 * @param path A folder with `config.json`, `model.safetensors`, `tokenizer.json` and
 * `tokenizer_config.json`, perhaps with a `manifest.json`; or a GGUF file, whose name ends in `.gguf`;
 * or a `.bin` file of llama2.c, with its tokenizer and `tokenizer_config.json` beside it.
 * @param options What its matrices are kept in; float32 by default.
 * @returns The model, named by its path; the caller disposes the decoder.
 * @throws {CheckpointError} When a file is missing, truncated, foreign or not what the manifest lists, the
 * tokenizer has more tokens than the model, or there is no chat template that can write discussions.
 */
export async function loadLanguageModel(
  path: string,
  options: LoadModelOptions = {},
): Promise<LanguageModel> {
  const source = await openModel(path);
  // Small parts first: what cannot talk is refused before its weights are read.
  const text = await readText(source);
  return { name: path, decoder: await source.decoder(options), ...text };
}

/**
 * Loads the tokenizer and the chat template of a model without its weights.
 *
 * @param path As for {@link loadLanguageModel}.
 * @returns How the model's chats become tokens.
 * @throws {CheckpointError} As {@link loadLanguageModel} does.
 */
export async function loadModelText(path: string): Promise<ModelText> {
  return await readText(await openModel(path));
}

async function readText(
  { path, config: sizes, text, textPlaces }: ModelSource,
): Promise<ModelText> {
  const { vocabSize, padTokenId, ...ends } = await sizes();
  const files = await text();
  const config = mappingOf(files.config);
  const template = chatTemplate(textPlaces.config, config);
  try {
    const json = mappingOf(files.tokenizer);
    const eosTokenId = endOfTurn(json, tokenText(config.eos_token), allEndTokens(ends));
    const tokenizer = hfTokenizer(json, { vocabSize, padTokenId, eosTokenId, config });
    checkSpecial(config, tokenizer);
    return { tokenizer, template };
  } catch (cause) {
    throw new CheckpointError(`Cannot load ${textPlaces.tokenizer}: ${(cause as Error).message}`, {
      thing: path,
      remedy: "use the tokenizer that the model was trained with",
      cause,
    });
  }
}

function chatTemplate(path: string, config: Readonly<Record<string, unknown>>) {
  const source = sourceOf(config.chat_template);
  if (source === undefined) {
    throw new CheckpointError(
      `Cannot load ${path} as a model that discusses needs a chat_template: there is none`,
      { thing: path, remedy: "use an instruction-tuned model, or add its chat_template" },
    );
  }
  try {
    const bosToken = tokenText(config.bos_token);
    const eosToken = tokenText(config.eos_token);
    const template = jinjaTemplate(source, {
      ...(bosToken === undefined ? {} : { bosToken }),
      ...(eosToken === undefined ? {} : { eosToken }),
    });
    checkTemplate(template);
    return template;
  } catch (cause) {
    throw new CheckpointError(`Cannot load ${path}: ${(cause as Error).message}`, {
      thing: path,
      remedy: "Use the chat_template that the model was trained with",
      cause,
    });
  }
}

/** Of the tokens that end a response, the one that the tokenizer calls so; the first where it names another. */
function endOfTurn(
  { added_tokens: added }: Readonly<Record<string, unknown>>,
  text: string | undefined,
  ends: readonly number[],
): number {
  const named = (Array.isArray(added) ? added.map(mappingOf) : [])
    .find(({ content }) => content === text)?.id;
  return ends.find((id) => id === named) ?? ends[0]!;
}

/** A model that ends its answers by another token than its chats show was given a foreign tokenizer. */
function checkSpecial(
  config: Readonly<Record<string, unknown>>,
  { encode, eosTokenId, padTokenId }: Tokenizer,
): void {
  for (const [key, id] of [["eos_token", eosTokenId], ["pad_token", padTokenId]] as const) {
    const text = tokenText(config[key]);
    if (text === undefined) continue;
    const [own, ...rest] = encode(text);
    if (own === id && rest.length === 0) continue;
    throw new RangeError(
      `its ${key} must be that of the model: ${
        quoted(text)
      } is ${own}, the model's ${key}_id is ${id}`,
    );
  }
}

/** A text, or the one named `default` of a list of named ones. */
function sourceOf(template: unknown): string | undefined {
  if (typeof template === "string") return template;
  if (!Array.isArray(template)) return undefined;
  const named = template.map(mappingOf).find(({ name }) => name === "default");
  return typeof named?.template === "string" ? named.template : undefined;
}

/** The text of a special token, which stands there as such or as the `content` of an object. */
function tokenText(token: unknown): string | undefined {
  const text = typeof token === "string" ? token : mappingOf(token).content;
  return typeof text === "string" ? text : undefined;
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : {};
}
