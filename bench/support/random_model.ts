/**
 * Large models of random weights, for measurements of what does not depend on what they say.
 *
 * @module
 */
import { pathExists, Random } from "../../lib/core/mod.ts";
import {
  type DecoderConfig,
  decoderConfigToHf,
  decoderWeightShapes,
} from "../../lib/models/mod.ts";

/** Numbers that are drawn; all weights repeat them. */
const DRAWN = 1 << 20;

/** The upper half of a float32's bits. */
function bfloat16Bits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16;
}

/**
 * Writes a model in bfloat16 as Hugging Face does, one tensor after the other. A folder that is there already is
 * taken as it is.
 *
 * @param folder Where to.
 * @param config Its sizes.
 */
export async function writeRandomModel(folder: string, config: DecoderConfig): Promise<void> {
  const path = `${folder}/model.safetensors`;
  if (await pathExists(path)) return;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(decoderConfigToHf(config)));
  const header: Record<string, unknown> = {};
  let end = 0;
  const shapes = decoderWeightShapes(config);
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  for (const [name, shape] of shapes) {
    const begin = end;
    end += 2 * sizeOf(shape);
    header[name] = { dtype: "BF16", shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  const random = Random.fromSeed(0);
  const drawn = Uint16Array.from({ length: DRAWN }, () => bfloat16Bits(0.02 * random.normal()));
  using file = await Deno.open(`${path}.part`, { write: true, create: true, truncate: true });
  const write = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  };
  await write(length);
  await write(json);
  for (const shape of shapes.values()) {
    const size = sizeOf(shape);
    if (shape.length === 1) await write(new Uint8Array(new Uint16Array(size).fill(0x3f80).buffer));
    else {
      for (let done = 0; done < size; done += DRAWN) {
        const part = drawn.subarray(0, Math.min(DRAWN, size - done));
        await write(new Uint8Array(part.buffer, 0, part.byteLength));
      }
    }
  }
  await Deno.rename(`${path}.part`, path);
}
