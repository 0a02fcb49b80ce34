/** Greek letters by their names: no others stand in the names of settings. */
const GREEK: Readonly<Record<string, string>> = {
  ...{ α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", η: "eta" },
  ...{ θ: "theta", ι: "iota", κ: "kappa", λ: "lambda", μ: "mu", ν: "nu", ξ: "xi" },
  ...{ ο: "omicron", π: "pi", ρ: "rho", σ: "sigma", ς: "sigma", τ: "tau", υ: "upsilon" },
  ...{ φ: "phi", χ: "chi", ψ: "psi", ω: "omega" },
};

/**
 * A text as part of a file name or of the address of a place in a page.
 *
 * @param text The text, such as the name of an arm.
 * @returns Small letters from a to z and digits, with `-` in place of anything else. Letters of other alphabets do
 * not vanish, so that texts which differ in them stay apart: accents go, Greek letters are named, others are numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slugOf } from "./slug.ts";
 *
 * assertEquals(slugOf("script: all tell, then solve"), "script-all-tell-then-solve");
 * assertEquals([slugOf("α = 1"), slugOf("β₂ = 1")], ["alpha-1", "beta-2-1"]);
 * ```
 */
export function slugOf(text: string): string {
  return text.normalize("NFKD").toLowerCase()
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(
      /(?![a-z0-9])[\p{L}\p{N}]/gu,
      (letter) => `-${GREEK[letter] ?? `u${letter.codePointAt(0)!.toString(16)}`}-`,
    )
    .replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}
