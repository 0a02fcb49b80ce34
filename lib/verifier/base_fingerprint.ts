/**
 * Which base model a verifier belongs to.
 *
 * @module
 */
import type { Decoder } from "../models/mod.ts";

/**
 * A hash of a decoder's weights: two bases of the same size have different states, and what was
 * trained on one scores nonsense on the other.
 *
 * @param decoder The base model.
 * @returns SHA-256 over the names and values of all weights, 64 hexadecimal digits.
 */
export async function baseFingerprint(decoder: Decoder): Promise<string> {
  const parts: string[] = [];
  // One tensor after the other, so that no more than the largest is copied from the device.
  for (const [name, weight] of decoder.weights) {
    parts.push(`${name} ${await sha256(Float32Array.from(await weight.data()))}`);
  }
  return await sha256(new TextEncoder().encode(parts.join("\n")));
}

async function sha256(data: ArrayBufferView<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
