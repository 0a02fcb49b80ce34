import { CheckpointError } from "../../lib/core/mod.ts";
import { baseFingerprint, type Decoder, loadDecoder } from "../../lib/models/mod.ts";
import { FILES, INDEX, saveSplit } from "../models/split_weights.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";

/** Names of files that lead elsewhere, or to no file; a copy of the weights lies beside the folder. */
const elsewhere = (folder: string) => [
  ...[`../outside/${FILES[0]}`, `./${FILES[0]}`, `${folder}/${FILES[0]}`, `../${FILES[0]}`],
  ...[
    `x/../${FILES[0]}`,
    `..\\outside\\${FILES[0]}`,
    `file://${folder}/${FILES[0]}`,
    `${FILES[0]}\u0000`,
  ],
  ...[
    "/etc/passwd",
    "C:\\model.safetensors",
    "http://127.0.0.1/a.safetensors",
    "",
    ".",
    "..",
    "model.bin",
  ],
  ...[INDEX, "config.json", `${FILES[0]} `, `\u202e${FILES[0]}`, FILES[0]!.toUpperCase()],
];

/**
 * The index of weights that lie in several files; what is taken must be the very weights.
 *
 * @param folder An empty folder.
 * @returns The target.
 */
export async function shardIndex(folder: string): Promise<Target> {
  await saveSplit(folder);
  const load = async <R>(use: (decoder: Decoder) => Promise<R>) => {
    const decoder = await loadDecoder(folder);
    try {
      return await use(decoder);
    } finally {
      decoder.dispose();
    }
  };
  const expected = await load(baseFingerprint);
  const outside = `${folder}/../outside`;
  await Deno.mkdir(outside);
  for (const file of FILES) await Deno.copyFile(`${folder}/${file}`, `${outside}/${file}`);
  const files = new DamagedFolder(folder);
  const names = elsewhere(folder);
  return {
    name: "index of weights",
    errors: [CheckpointError],
    attempt(random) {
      files.restore();
      if (random.uniform() < 0.4) {
        const [file, name] = [random.choice(FILES), random.choice(names)];
        const text = new TextDecoder().decode(files.original(INDEX))
          .replaceAll(`"${file}"`, () => JSON.stringify(name));
        files.write(INDEX, new TextEncoder().encode(text));
        return {
          input: `${file} is called ${name}`,
          async take() {
            await load(baseFingerprint);
            return silent(`a file beside the folder, or none, is read: ${name}`);
          },
        };
      }
      const isIndex = random.uniform() < 0.8;
      return {
        input: files.damage(random, isIndex ? [INDEX] : FILES),
        async take() {
          if (await load(baseFingerprint) === expected) return HARMLESS;
          // Files of others have no checksum: a byte of a weight may be another one.
          return isIndex ? silent("other weights") : { outcome: "other input" };
        },
      };
    },
  };
}
