/** Settings that transformers takes as a Python float alone, where an integer without a point is another type. */
const FLOATS = [
  ...["rms_norm_eps", "initializer_range"],
  ...["attn_logit_softcapping", "final_logit_softcapping"],
];

/** Of ES2025; TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/**
 * Settings whose JSON has a point in every number that transformers reads as a float: 30.0 and not 30.
 *
 * @param hf Settings of a `config.json`.
 * @returns The same, for `JSON.stringify()` alone.
 */
export function withFloats(hf: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(hf).map(([key, value]) =>
      FLOATS.includes(key) && Number.isSafeInteger(value)
        ? [key, rawJSON(`${value}.0`)]
        : [key, value]
    ),
  );
}
