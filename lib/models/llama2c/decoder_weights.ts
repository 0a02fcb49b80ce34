import { fileError } from "../../core/mod.ts";
import { checkFinite } from "../finite_weights.ts";
import { rotatedHeads, withHalves } from "../neighbour_rotation.ts";
import type { TensorValues } from "../variables.ts";
import { decoderWeightShapes } from "../weight_names.ts";
import { layout, type Llama2cFile, type Llama2cPart, readFully } from "./file.ts";

/**
 * Reads the weights of a llama2.c file.
 *
 * @param file The file.
 * @returns Float32 weights by Hugging Face's names.
 * @throws {CheckpointError} When the file was cut since it was opened, or a weight is not finite.
 */
export async function readLlama2cWeights(file: Llama2cFile): Promise<Map<string, TensorValues>> {
  const { path, config } = file;
  const shapes = decoderWeightShapes(config);
  const weights = new Map<string, TensorValues>();
  try {
    using open = await Deno.open(path);
    await open.seek(file.start, Deno.SeekMode.Start);
    for (const part of layout(file)) {
      const values = await readPart(open, part, file);
      if (part.name === undefined) continue;
      checkFinite(values, { path, name: part.name });
      const shape = shapes.get(part.name)!;
      const heads = rotatedHeads(part.name, config);
      weights.set(part.name, {
        shape,
        values: heads === undefined ? values : withHalves(values, heads, shape),
      });
    }
  } catch (error) {
    throw fileError(error, path, "read");
  }
  return weights;
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
