/**
 * What models of others bring as text: configurations of all families, chat templates, tokenizers.
 *
 * @module
 */
import { CheckpointError } from "../../lib/core/mod.ts";
import {
  type DecoderConfig,
  decoderConfigFromHf,
  decoderConfigToHf,
} from "../../lib/models/mod.ts";
import { checkTemplate, hfTokenizer, jinjaTemplate } from "../../lib/text/mod.ts";
import { byteTokenizer } from "../support/byte_model.ts";
import { HARMLESS, judgeMessage, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { anyText, mutateJson } from "./json_mutations.ts";
import { strangeTemplate } from "./template_pieces.ts";

const PARITY = new URL("../models/parity/", import.meta.url);
const parity = (path: string) =>
  Deno.readFileSync(new URL(path, PARITY)) as Uint8Array<ArrayBuffer>;
const FAMILIES = [...Deno.readDirSync(PARITY)].filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => name).sort();

/** Refused as whoever loads a folder tells it; a mistake of ours would be told in its own words. */
function refusedByLoader(
  error: unknown,
  known: readonly (new (...args: never[]) => Error)[],
): Verdict {
  if (!(error instanceof Error) || !known.some((one) => error instanceof one)) throw error;
  return judgeLoading(error.message);
}

/** The loader's message holds what a part of it says. */
function judgeLoading(message: string): Verdict {
  return judgeMessage(new CheckpointError(`Cannot load a model: ${message}`).message);
}

/** Whether sizes are those of a decoder that could be. */
function areSizes(config: DecoderConfig): boolean {
  const { hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, vocabSize } = config;
  const counts = [hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, vocabSize];
  const { numKeyValueHeads, headDim, maxPositionEmbeddings, eosTokenId, padTokenId } = config;
  return [...counts, numKeyValueHeads, headDim, maxPositionEmbeddings]
    .every((count) => Number.isSafeInteger(count) && count > 0) &&
    [eosTokenId, padTokenId].every((id) => Number.isInteger(id) && id >= 0 && id < vocabSize) &&
    [config.rmsNormEps, config.ropeTheta].every((value) => Number.isFinite(value) && value >= 0);
}

const configurations: Target = {
  name: "model configurations",
  errors: [],
  attempt(random) {
    const family = random.choice(FAMILIES);
    const [config, generation] = ["config.json", "generation_config.json"].map((file) => {
      const bytes = parity(`${family}/${file}`);
      const times = file === "config.json" ? random.choice([1, 1, 2, 3]) : random.choice([0, 0, 1]);
      return new TextDecoder().decode(
        Array.from({ length: times }).reduce<typeof bytes>((b) => mutateJson(random, b), bytes),
      );
    }) as [string, string];
    return {
      input: `${family}: ${config.slice(0, 300)} ${generation.slice(0, 80)}`,
      take() {
        let parsed: unknown[];
        try {
          parsed = [config, generation].map((text) => JSON.parse(text));
        } catch {
          return HARMLESS; // no JSON: refused before
        }
        let read: DecoderConfig;
        try {
          read = decoderConfigFromHf(...parsed as [unknown, unknown]);
        } catch (error) {
          return refusedByLoader(error, [TypeError, RangeError]);
        }
        if (!areSizes(read)) return silent(JSON.stringify(read));
        const again = decoderConfigFromHf(decoderConfigToHf(read));
        return JSON.stringify(again) === JSON.stringify(read)
          ? { outcome: "other input" }
          : silent(`saved and read again: ${JSON.stringify([read, again])}`);
      },
    };
  },
};

const CHAT = [
  { role: "user", content: "1 + 1 ?" },
  { role: "assistant", content: "2" },
  { role: "user", content: "Why?" },
] as const;

const templates: Target = {
  name: "chat templates",
  errors: [],
  attempt(random) {
    const source = strangeTemplate(random);
    return {
      input: JSON.stringify(source.slice(0, 350)),
      take() {
        try {
          const template = jinjaTemplate(source, { bosToken: "<s>", eosToken: "</s>" });
          checkTemplate(template);
          const text = template.render(CHAT, { addGenerationPrompt: true });
          return CHAT.every(({ content }) => text.includes(content))
            ? { outcome: "other input" }
            : silent(`a message is missing: ${text.slice(0, 200)}`);
        } catch (error) {
          return refusedByLoader(error, [TypeError]);
        }
      },
    };
  },
};

const TOKENIZERS = [byteTokenizer([]), byteTokenizer([["h", "e"], ["l", "l"], ["he", "ll"]])]
  .map((json) => new TextEncoder().encode(JSON.stringify(json, null, 1)));

const tokenizers: Target = {
  name: "tokenizers",
  errors: [],
  attempt(random) {
    let bytes = random.choice(TOKENIZERS) as Uint8Array<ArrayBuffer>;
    for (let rest = random.choice([1, 1, 2, 4]); rest > 0; rest--) {
      bytes = mutateJson(random, bytes);
    }
    const json = new TextDecoder().decode(bytes);
    const texts = ["hello, world 12 \u00e4\u{1f642}", anyText(random)];
    const ids = Array.from({ length: 20 }, () => random.integer(-2, 300));
    return {
      input: json.slice(0, 350),
      take() {
        let parsed: unknown;
        try {
          parsed = JSON.parse(json);
        } catch {
          return HARMLESS; // no JSON: refused before
        }
        if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return HARMLESS;
        return takeTokenizer(parsed as Record<string, unknown>, { texts, ids });
      },
    };
  },
};

function takeTokenizer(
  json: Record<string, unknown>,
  { texts, ids }: { readonly texts: readonly string[]; readonly ids: readonly number[] },
): Verdict {
  const vocabSize = 300;
  let tokenizer: ReturnType<typeof hfTokenizer>;
  try {
    tokenizer = hfTokenizer(json, { vocabSize, padTokenId: 256, eosTokenId: 258 });
  } catch (error) {
    // The loader tells whatever the package throws as part of its own sentence.
    return judgeLoading((error as Error).message);
  }
  for (const text of texts) {
    try {
      const encoded = tokenizer.encode(text);
      if (!encoded.every((id) => id >= 0 && id < vocabSize)) return silent(`ids ${encoded}`);
      if (typeof tokenizer.decode(encoded) !== "string") return silent("decode() gives no text");
    } catch (error) {
      const verdict = refusedByLoader(error, [RangeError]);
      if (verdict.outcome !== "clear error") return verdict;
    }
  }
  return typeof tokenizer.decode(ids) === "string"
    ? { outcome: "other input" }
    : silent("decode() gives no text");
}

/** Everything that reads what models bring as text. */
export const hubTargets: readonly Target[] = [configurations, templates, tokenizers];
