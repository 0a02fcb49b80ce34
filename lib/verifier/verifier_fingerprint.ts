import { canonicalJson, Digester } from "../core/mod.ts";
import type { Verifier } from "./verifier.ts";
import { verifierVariables } from "./verifier_model.ts";

/**
 * A hash of everything that a verifier adds to its base model: what scores depend on besides it.
 *
 * @param verifier The verifier.
 * @returns SHA-256 of adapter, head and calibration, 64 hexadecimal digits.
 */
export async function verifierFingerprint(verifier: Verifier): Promise<string> {
  const { adapter, calibration } = verifier.parts;
  const lora = adapter ? { r: adapter.r, alpha: adapter.alpha } : null;
  const digester = new Digester();
  digester.add(new TextEncoder().encode(canonicalJson({ lora, calibration })));
  for (const [name, variable] of verifierVariables(verifier.parts)) {
    digester.add(new TextEncoder().encode(`\n${name} `));
    const values = Float32Array.from(await variable.data());
    digester.add(new Uint8Array(values.buffer));
  }
  return digester.finish().sha256;
}
