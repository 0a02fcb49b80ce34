/**
 * Files of karpathy's llama2.c: a header of sizes, and weights in a fixed order.
 *
 * Version 0 holds float32 numbers, version 2 8-bit integers in groups with a float32 scale each, norms in float32; see
 * `legacy_export` and `version2_export` of its `export.py`.
 *
 * @module
 */
import { CheckpointError, fileError, named } from "../../core/mod.ts";
import { createDecoderConfig, type DecoderConfig } from "../decoder_config.ts";
import { projectionName, PROJECTIONS } from "../weight_names.ts";

/** A file without its numbers. */
export interface Llama2cFile {
  /** The file. */
  readonly path: string;
  /** Sizes of the decoder. */
  readonly config: DecoderConfig;
  /** How many integers share a scale; undefined = all numbers are float32. */
  readonly groupSize: number | undefined;
  /** Where the weights begin, in bytes. */
  readonly start: number;
}

/** Bytes of the header of version 0: seven sizes. */
const OLD_HEADER = 28;
/** Bytes of the header of later versions, and the word that they begin with, "ak42". */
const HEADER = 256, MAGIC = 0x616b3432;
/** The number with which the archives of PyTorch begin, which have the same ending. */
const ZIP = 0x04034b50;

/**
 * Makes the error for a file that cannot be read.
 *
 * @param path The file.
 * @param problem What is wrong with it, in words.
 * @param remedy What to do; to get the file again by default.
 * @returns The error to throw.
 */
export function llama2cError(
  path: string,
  problem: string,
  remedy: string = "copy or download the file again, or name another model",
): CheckpointError {
  return new CheckpointError(`Cannot read ${named(path)} as a file of llama2.c: ${problem}`, {
    thing: path,
    remedy,
  });
}

/**
 * Reads the header.
 *
 * @param path The file.
 * @returns The sizes; the file has the length that they ask for.
 * @throws {CheckpointError} When it is missing, truncated, too long, of another version or no such file.
 */
export async function openLlama2c(path: string): Promise<Llama2cFile> {
  const { size, header } = await headerOf(path);
  if (header.getUint32(0, true) === ZIP) {
    throw llama2cError(
      path,
      "it is an archive, as PyTorch writes them",
      "save the model as safetensors, and name its folder",
    );
  }
  const isOld = header.getUint32(0, true) !== MAGIC;
  const version = isOld ? 0 : header.getInt32(4, true);
  if (version !== 0 && version !== 2) {
    throw llama2cError(
      path,
      `its version is ${version}, supported are 0 and 2`,
      "export the model again, with --version 0 or 2",
    );
  }
  const file = {
    path,
    config: configOf(path, header, isOld),
    groupSize: isOld ? undefined : header.getInt32(37, true),
    start: isOld ? OLD_HEADER : HEADER,
  };
  checkSize(file, size);
  return file;
}

async function headerOf(path: string): Promise<{ size: number; header: DataView }> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const bytes = new Uint8Array(HEADER);
    if (size >= HEADER) await readFully(file, bytes, path);
    else throw llama2cError(path, `it has ${size} bytes, less than any model`);
    return { size, header: new DataView(bytes.buffer) };
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

function configOf(path: string, header: DataView, isOld: boolean): DecoderConfig {
  const at = (index: number) => header.getInt32((isOld ? 0 : 8) + 4 * index, true);
  const [hiddenSize, intermediateSize, numHiddenLayers] = [at(0), at(1), at(2)];
  try {
    return createDecoderConfig({
      hiddenSize,
      intermediateSize,
      numHiddenLayers,
      numAttentionHeads: at(3),
      numKeyValueHeads: at(4),
      vocabSize: isOld ? Math.abs(at(5)) : at(5),
      maxPositionEmbeddings: at(6),
      // In version 0 a vocabulary below zero says that the head is not the embedding table.
      tieWordEmbeddings: isOld ? at(5) > 0 : header.getUint8(36) === 1,
      ...{ rmsNormEps: 1e-5, ropeTheta: 10_000 },
      // Chats end by the second, stories where the next one would begin; its programs stop at both.
      ...{ bosTokenId: 1, eosTokenId: 2, otherEosTokenIds: [1] },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw llama2cError(path, error.message);
  }
}

function checkSize(file: Llama2cFile, size: number): void {
  const { path, groupSize, config } = file;
  if (groupSize !== undefined && groupSize < 1) {
    throw llama2cError(path, `its group size must be at least 1: ${groupSize}`);
  }
  let needed = file.start;
  for (const part of layout(file)) {
    if (part.isQuantized && part.size % groupSize! !== 0) {
      throw llama2cError(path, `${part.name} has ${part.size} numbers, no groups of ${groupSize}`);
    }
    needed += part.isQuantized ? part.size + part.size / groupSize! * 4 : part.size * 4;
    // Before the rest is listed of sizes that nobody has.
    if (needed > size) break;
  }
  if (needed === size) return;
  const { hiddenSize, numHiddenLayers, vocabSize } = config;
  throw llama2cError(
    path,
    `${needed > size ? "it is truncated" : "it is too long"}, or no such file: a model of ` +
      `${numHiddenLayers} layers of width ${hiddenSize} with ${vocabSize} tokens has ` +
      `${needed > size ? "more" : `${needed}`} bytes, and ${size} are there`,
  );
}

/** A piece of the file. */
export interface Llama2cPart {
  /** Hugging Face's name of the weight; undefined = tables that are computed here. */
  readonly name: string | undefined;
  /** How many numbers it has. */
  readonly size: number;
  /** Whether they are integers, with their scales behind them. */
  readonly isQuantized: boolean;
}

/** The order of projections, which is not that of the computation. */
const ORDER = PROJECTIONS.map((name) =>
  name === "up_proj" ? "down_proj" : name === "down_proj" ? "up_proj" : name
);

/**
 * What lies in the file, in order: each kind of weight for all layers, one kind after the other.
 *
 * @param file The file.
 * @returns Every piece.
 */
export function* layout(
  { config, groupSize }: Pick<Llama2cFile, "config" | "groupSize">,
): Generator<Llama2cPart> {
  const { hiddenSize, vocabSize, numHiddenLayers, intermediateSize, headDim } = config;
  const isQuantized = groupSize !== undefined;
  const norm = (name: string) => ({ name, size: hiddenSize, isQuantized: false });
  const table = (name: string) => ({ name, size: vocabSize * hiddenSize, isQuantized });
  const widths = {
    q_proj: hiddenSize,
    k_proj: config.numKeyValueHeads * headDim,
    v_proj: config.numKeyValueHeads * headDim,
    o_proj: hiddenSize,
    gate_proj: intermediateSize,
    up_proj: intermediateSize,
    down_proj: intermediateSize,
  };
  function* norms(name: string): Generator<Llama2cPart> {
    for (let layer = 0; layer < numHiddenLayers; layer++) {
      yield norm(`model.layers.${layer}.${name}.weight`);
    }
  }
  function* projections(names: readonly (typeof ORDER)[number][]): Generator<Llama2cPart> {
    for (const name of names) {
      for (let layer = 0; layer < numHiddenLayers; layer++) {
        const size = widths[name] * hiddenSize;
        yield { name: `${projectionName(layer, name)}.weight`, size, isQuantized };
      }
    }
  }
  const embedding = table("model.embed_tokens.weight");
  const [before, behind] = ["input_layernorm", "post_attention_layernorm"] as const;
  if (isQuantized) {
    yield* norms(before);
    yield* norms(behind);
    yield norm("model.norm.weight");
    yield embedding;
    yield* projections(ORDER);
  } else {
    yield embedding;
    yield* norms(before);
    yield* projections(ORDER.slice(0, 4));
    yield* norms(behind);
    yield* projections(ORDER.slice(4));
    yield norm("model.norm.weight");
    // Cosines and sines.
    yield { name: undefined, size: config.maxPositionEmbeddings * headDim, isQuantized: false };
  }
  if (!config.tieWordEmbeddings) yield table("lm_head.weight");
}

/**
 * Fills an array from where a file stands.
 *
 * @param file The open file.
 * @param bytes What to fill.
 * @param path The file, for the message.
 * @throws {CheckpointError} When the file ends before.
 */
export async function readFully(
  file: Deno.FsFile,
  bytes: Uint8Array,
  path: string,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const count = await file.read(bytes.subarray(done));
    if (count === null) throw llama2cError(path, "it ends early");
    done += count;
  }
}
