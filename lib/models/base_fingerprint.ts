/**
 * Which base model something was trained on.
 *
 * @module
 */
import { digestOf } from "../core/digest.ts";
import { canonicalJson } from "../core/sealed_json.ts";
import type { Decoder } from "./decoder.ts";

/** Taken once per decoder: a base model stays as it was loaded. */
const known = new WeakMap<Decoder, Promise<string>>();

/**
 * A hash of everything that decides what a base model computes: two bases of the same size have
 * different states, so have the same weights under another `rope_theta`, and what was trained on one
 * scores nonsense on the other. It is taken when it is first asked for.
 *
 * @param decoder The base model.
 * @returns SHA-256 over its configuration and the names and values of all weights, 64 hexadecimal digits.
 */
export async function baseFingerprint(decoder: Decoder): Promise<string> {
  let fingerprint = known.get(decoder);
  if (fingerprint === undefined) {
    fingerprint = computeFingerprint(decoder);
    known.set(decoder, fingerprint);
  }
  return await fingerprint;
}

async function computeFingerprint({ config, weights }: Decoder): Promise<string> {
  const parts = [canonicalJson(config)];
  // One tensor after the other, so that no more than the largest is copied from the device.
  for (const [name, weight] of weights) {
    const values = await weight.data();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    parts.push(`${name} ${digestOf(bytes).sha256}`);
  }
  return digestOf(parts.join("\n")).sha256;
}
