import { CheckpointError } from "../core/errors.ts";
import { named } from "../core/printable.ts";

/**
 * Refuses weights with NaN or infinity in them: every answer would be noise, and nothing would say so.
 *
 * @param values Numbers of a tensor, row-major.
 * @param place The file and the tensor, for the message.
 * @throws {CheckpointError} Naming the file, the tensor and the first such number.
 */
export function checkFinite(
  values: Float32Array | Int32Array,
  { path, name }: { readonly path: string; readonly name: string },
): void {
  // Sums are fast: of finite numbers none is NaN, and the difference of infinities is.
  let noise = 0;
  for (let i = 0; i < values.length; i++) noise += values[i]! - values[i]!;
  if (noise === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new CheckpointError(
    `Cannot load ${named(path)} as its weights must be finite numbers: tensor ${name} has ` +
      `${values[at]} at place ${at} of ${values.length}`,
    { thing: path, remedy: "copy or download the file again, or name another model" },
  );
}
