/**
 * Types that options of experiments have in common. Every number has bounds within which float32
 * computes with it and within which a run can end.
 *
 * @module
 */
import { z } from "zod";

/** A share, in [0, 1]. */
export const fraction: z.ZodNumber = z.number().min(0).max(1);

const COMPATS = ["paper", "official"] as const;

/** Whom a run follows; see `Compat`. */
export const compat: z.ZodDefault<z.ZodEnum<{ paper: "paper"; official: "official" }>> = z
  .enum(COMPATS).default("paper")
  .describe(
    "whom to follow where the paper and its released code disagree; sections may deviate by their own; " +
      "numbers stay as set",
  );

/**
 * Whom one section follows, for `resolveCompat()` to fill in.
 *
 * @param meaning What it decides.
 * @returns The schema; null = as the settings around it.
 */
export function compatOf(
  meaning: string,
): z.ZodDefault<z.ZodNullable<z.ZodEnum<{ paper: "paper"; official: "official" }>>> {
  return z.enum(COMPATS).nullable().default(null).describe(
    `${meaning}; null = as the compat above says`,
  );
}

/** The path of a file or folder; a relative one begins where the user stands, a default in the project. */
export const path: z.ZodString = z.string().min(1).meta({ format: "path" });

/**
 * A number with bounds.
 *
 * @param low The least.
 * @param high The largest.
 * @returns The schema.
 */
export function between(low: number, high: number): z.ZodNumber {
  return z.number().min(low).max(high);
}

/**
 * An integer from 1.
 *
 * @param most The largest.
 * @returns The schema.
 */
export function count(most: number): z.ZodNumber {
  return z.int().min(1).max(most);
}

/**
 * An integer from 0.
 *
 * @param most The largest.
 * @returns The schema.
 */
export function countOrNone(most: number): z.ZodNumber {
  return z.int().min(0).max(most);
}

/** A softmax temperature, which logits are divided by; 0 = greedy. */
export const temperature: z.ZodUnion<[z.ZodLiteral<0>, z.ZodNumber]> = z.union([
  z.literal(0),
  between(0.001, 100),
]);
