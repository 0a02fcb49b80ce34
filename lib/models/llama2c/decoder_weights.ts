import type * as tf from "@tensorflow/tfjs";
import { fileError } from "../../core/mod.ts";
import { rotatedHeads, withHalves } from "../neighbour_rotation.ts";
import type { BaseDtype } from "../base_dtype.ts";
import { storeWeight, weightVariables } from "../stored_weight.ts";
import { decoderWeightShapes } from "../weight_names.ts";
import { layout, type Llama2cFile, type Llama2cPart, readFully } from "./file.ts";

/**
 * Reads the weights of a llama2.c file.
 *
 * @param file The file.
 * @param dtype What matrices are kept in; the file's own numbers are float32, or become it.
 * @returns Variables by Hugging Face's names, owned by the caller.
 * @throws {CheckpointError} When the file was cut since it was opened, or a weight is not finite.
 */
export async function readLlama2cWeights(
  file: Llama2cFile,
  dtype: BaseDtype,
): Promise<Map<string, tf.Variable>> {
  const { path, config } = file;
  const shapes = decoderWeightShapes(config);
  return await weightVariables(shapes.keys(), async (put) => {
    try {
      using open = await Deno.open(path);
      await open.seek(file.start, Deno.SeekMode.Start);
      for (const part of layout(file)) {
        const values = await readPart(open, part, file);
        if (part.name === undefined) continue;
        const { name } = part;
        const shape = shapes.get(name)!;
        const heads = rotatedHeads(name, config);
        const sorted = heads === undefined ? values : withHalves(values, heads, shape);
        put(name, storeWeight({ name, shape, values: () => sorted, place: { path, name } }, dtype));
      }
    } catch (error) {
      throw fileError(error, path, "read");
    }
  });
}

async function readPart(
  open: Deno.FsFile,
  { size, isQuantized }: Llama2cPart,
  { path, groupSize }: Llama2cFile,
): Promise<Float32Array> {
  const floats = async (count: number) => {
    const values = new Float32Array(count);
    await readFully(open, new Uint8Array(values.buffer), path);
    return values;
  };
  if (!isQuantized) return await floats(size);
  const integers = new Int8Array(size);
  await readFully(open, new Uint8Array(integers.buffer), path);
  const scales = await floats(size / groupSize!);
  return Float32Array.from(integers, (value, i) => value * scales[Math.floor(i / groupSize!)]!);
}
