/**
 * Settings that tasks whose questions stand in files have in common.
 *
 * @module
 */
import type { z } from "zod";
import { count, fraction } from "../core/option_types.ts";
import { MAX_QUESTION } from "../tasks/mod.ts";

/** Largest share of bad rows. */
export const maxBadRows: z.ZodDefault<z.ZodNumber> = fraction.default(0.01).describe(
  "largest share of the rows of a file that may be unusable; they are left out and named",
);

/** Longest question. */
export const maxQuestionLength: z.ZodDefault<z.ZodNumber> = count(1_000_000).default(MAX_QUESTION)
  .describe("most characters of a question; a longer one is unusable");
