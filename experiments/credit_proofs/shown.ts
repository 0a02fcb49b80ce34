/**
 * The frame of the proofs, and what is shown of it.
 *
 * @module
 */
import type { ResultValue, RowOf, Table } from "../../lib/tracking/mod.ts";

/** Batches of a proof, which are 32 000 discussions. */
export const NUM_BATCHES = 4000;

/** Columns of the frame of proofs: one row per credit. */
export const proofsColumns = {
  name: { type: "text", unit: "", meaning: "name of the credit, with its options" },
  claim: {
    type: "float",
    unit: "factor",
    meaning: "the claimed factor; empty = none",
    nullable: true,
  },
  scale: {
    type: "float",
    unit: "factor",
    meaning: "component of the mean estimate along the exact gradient, by the length of the latter",
  },
  bias: {
    type: "float",
    unit: "standard errors",
    meaning: "scale - claim; of a credit without a claim, scale - 1",
  },
  largest: {
    type: "float",
    unit: "standard errors",
    meaning: "largest bias of a single parameter",
  },
  cosine: {
    type: "float",
    unit: "in [-1, 1]",
    meaning: "cosine between mean estimate and exact gradient",
  },
  variance: {
    type: "float",
    unit: "squared gradient",
    meaning: "sum over parameters of a batch's variance, divided by the scale's square",
  },
} as const;

/** What was found about a credit. */
export type Proof = RowOf<typeof proofsColumns>;

/**
 * The proofs as a table.
 *
 * @param proofs One entry per credit.
 * @param numBatches Batches that they were made from.
 * @returns The table.
 */
export function proofsTable(proofs: readonly Proof[], numBatches = NUM_BATCHES): Table {
  return {
    title: `Expected gradient of each credit against the exact one, over ${numBatches} batches`,
    columns: [
      { title: "credit" },
      { title: "claimed scale" },
      { title: "scale", digits: 3 },
      { title: "its bias in SE", digits: 1 },
      { title: "largest of a parameter in SE", digits: 1 },
      { title: "cosine", digits: 4 },
      { title: "variance / scale²", digits: 2 },
    ],
    rows: proofs.map(({ name, claim, scale, bias, largest, cosine, variance }) => [
      name,
      claim === null ? "none" : String(claim),
      scale,
      claim === null ? null : bias,
      largest,
      cosine,
      variance,
    ]),
  };
}

/**
 * Numbers of the proofs that text tells, by the credit's name with `_` between its words.
 *
 * @param proofs One entry per credit.
 * @returns Of each credit scale, largest bias of a parameter, and cosine.
 */
export function proofsValues(proofs: readonly Proof[]): Readonly<Record<string, ResultValue>> {
  return Object.fromEntries(
    proofs.flatMap(({ name, scale, largest, cosine }) => {
      const key = name.replaceAll(/[^\p{L}\p{N}.]+/gu, "_");
      return [
        [`${key}.scale`, { value: scale, digits: 3, meaning: `scale of ${name}` }],
        [`${key}.largest`, {
          value: largest,
          digits: 1,
          meaning: `${name}: largest bias of a parameter in standard errors`,
        }],
        [`${key}.cosine`, { value: cosine, digits: 4, meaning: `cosine of ${name}` }],
      ];
    }),
  );
}
