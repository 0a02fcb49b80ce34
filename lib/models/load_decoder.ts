/**
 * Decoders from folders and files.
 *
 * @module
 */
import { CheckpointError, fileError, isWebAddress, named, pathExists } from "../core/mod.ts";
import { folderSource } from "./checkpoint.ts";
import type { Decoder } from "./decoder.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { ggufSource } from "./gguf/source.ts";
import { llama2cSource } from "./llama2c/source.ts";
import type { ModelSource } from "./model_source.ts";
import type { LoadModelOptions } from "./stored_weight.ts";

/** What a model can be, in words. */
const KINDS = "a folder of Hugging Face's layout, a GGUF file or a .bin file of llama2.c";

/**
 * Finds out what holds a model.
 *
 * @param path A folder of Hugging Face's layout, a GGUF file, or a file of llama2.c.
 * @returns Where its parts are read.
 * @throws {CheckpointError} When it cannot be opened, is none of these, such as the address of a server, or not what its
 * manifest lists.
 */
export async function openModel(path: string): Promise<ModelSource> {
  if (isWebAddress(path)) {
    throw new CheckpointError(
      `Cannot load ${named(path)} as a model must be ${KINDS}: it is an address`,
      {
        thing: path,
        remedy:
          "A model behind a server discusses as it is (deno task remote discuss); what trains a model or reads " +
          "its states, as verifiers do, needs its files",
      },
    );
  }
  if (/\.gguf$/i.test(path)) return await ggufSource(path);
  const { isFile = false } = await Deno.stat(path).catch(() => ({ isFile: false }));
  if (!isFile) {
    await refuseMissingName(path);
    await refuseFolderOfGguf(path);
    return await folderSource(path);
  }
  const begin = await beginOf(path);
  if (begin === "GGUF") return await ggufSource(path);
  // The first version of llama2.c begins with its sizes, and is told by the name alone.
  if (begin === "24ka" || /\.bin$/i.test(path)) return await llama2cSource(path);
  throw new CheckpointError(
    `Cannot read ${named(path)} as a model must be ${KINDS}: it is another file`,
    { thing: path, remedy: "Name the folder that it lies in, or such a file" },
  );
}

/** A name of Hugging Face's hub is no path until the model has been fetched. */
async function refuseMissingName(path: string): Promise<void> {
  if (!/^[\w-]+\/[\w.-]+$/.test(path) || await pathExists(path)) return;
  throw new CheckpointError(
    `Cannot read ${named(path)} as a model must be ${KINDS}: there is none of that name`,
    {
      thing: path,
      remedy:
        `Check the path; if it is a model of Hugging Face's hub, get it with deno task data get ${path}, ` +
        `and name data/sets/${path}`,
    },
  );
}

/** A folder into which somebody has put a GGUF file, as downloads do, is not the model: the file is. */
async function refuseFolderOfGguf(path: string): Promise<void> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) names.push(name);
  } catch {
    return; // what is wrong with it is said where it is read
  }
  const file = names.sort().find((name) => /\.gguf$/i.test(name));
  if (file === undefined || names.includes("config.json")) return;
  throw new CheckpointError(
    `Cannot read ${named(path)} as a folder that is a model must have config.json: it has ${
      named(file)
    }`,
    { thing: path, remedy: `Name the file: ${named(`${path}/${file}`)}` },
  );
}

/** The four letters with which a file begins, which say what it is, whatever it is called. */
async function beginOf(path: string): Promise<string> {
  using file = await Deno.open(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  const begin = new Uint8Array(4);
  const count = await file.read(begin) ?? 0;
  return new TextDecoder().decode(begin.subarray(0, count));
}

/**
 * Reads the sizes of a decoder without its weights.
 *
 * @param path A folder with `config.json`, perhaps with a `manifest.json`, or a file as for {@link loadDecoder}.
 * @returns The configuration.
 * @throws {CheckpointError} When the file is missing, malformed, not what the manifest lists, or of another
 * kind of model.
 */
export async function loadDecoderConfig(path: string): Promise<DecoderConfig> {
  return await (await openModel(path)).config();
}

/**
 * Loads a decoder.
 *
 * @param path A folder with `config.json` and `model.safetensors`, or several such files with a
 * `model.safetensors.index.json`, perhaps with a `manifest.json`; or a GGUF file; or a file of llama2.c, whose name ends
 * in `.bin`.
 * @param options What its matrices are kept in; float32 by default.
 * @returns The decoder; the caller disposes it.
 * @throws {CheckpointError} When a file is missing, truncated, foreign or not what the manifest lists,
 * the model is of another kind, or weights are missing, unexpected or misshaped; names the file, what
 * is wrong and what to do.
 */
export async function loadDecoder(path: string, options: LoadModelOptions = {}): Promise<Decoder> {
  return await (await openModel(path)).decoder(options);
}
