/**
 * Verifiers that were trained otherwise than the committed ones, as frame and table.
 *
 * @module
 */
import { type Cell, formatNumber, type RowOf, type Table } from "../../lib/tracking/mod.ts";
import type { CalibrationReport } from "../../lib/verifier/mod.ts";

/** Ways of training a verifier by their names: settings laid over those of a committed one, the first as it is. */
export const WAYS: Readonly<Record<string, object>> = {
  "balanced in all, latter half": { balance: "overall" },
  "balanced by question, latter half": { balance: "question" },
  "not balanced, latter half": { balance: "none" },
  "balanced in all, all tokens": { balance: "overall", tokens: "all" },
  "balanced in all, last token": { balance: "overall", tokens: "last" },
};
const [COMMITTED] = Object.keys(WAYS) as [string];

/** What `verifier.json` of a run tells, as far as it is compared. */
export interface TrainedVerifier {
  /** On answers as often as they were sampled. */
  readonly sampled: CalibrationReport;
  /** Answers that it was trained on. */
  readonly numTrained: number;
}

/** Columns of the frame: one row per verifier and seed. */
export const verifierColumns = {
  domain: { type: "text", unit: "", meaning: "what the questions are about" },
  way: { type: "text", unit: "", meaning: "how it was trained" },
  seed: { type: "int", unit: "from 0", meaning: "seed of its run, questions included" },
  numTrained: { type: "int", unit: "answers", meaning: "answers that it was trained on" },
  numHeldOut: { type: "int", unit: "answers", meaning: "held-out answers, as often as sampled" },
  rightShare: { type: "float", unit: "share in [0, 1]", meaning: "right ones of these" },
  accuracy: { type: "float", unit: "share in [0, 1]", meaning: "verdicts that are right" },
  uncalibrated: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "verdicts that are right, before calibration",
  },
  auroc: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "pairs of a right answer and a wrong one of which the right one scores higher; " +
      "empty = all are right or wrong",
    nullable: true,
  },
  ece: { type: "float", unit: "share in [0, 1]", meaning: "expected calibration error" },
} as const;

/** A verifier as it was measured. */
export type VerifierRow = RowOf<typeof verifierColumns>;

/**
 * The row of a verifier.
 *
 * @param trained What its run tells.
 * @param how Domain, way and seed.
 * @returns The row.
 */
export function verifierRow(
  { sampled: { before, after }, numTrained }: TrainedVerifier,
  how: Pick<VerifierRow, "domain" | "way" | "seed">,
): VerifierRow {
  const { rightShare, accuracy, auroc, ece } = after;
  return {
    ...how,
    ...{ numTrained, numHeldOut: after.count, rightShare },
    ...{ accuracy, uncalibrated: before.accuracy, auroc, ece },
  };
}

/**
 * How often verifiers are right about held-out answers, by how they were trained.
 *
 * @param rows Verifiers of some seeds.
 * @returns One row per domain and way: means over the seeds.
 */
export function verifiersTable(rows: readonly VerifierRow[]): Table {
  const share = (title: string) => ({ title, digits: 3 });
  return {
    title: "Verifiers by how they were trained, on held-out answers as sampled",
    columns: [
      { title: "domain" },
      { title: "trained" },
      { title: "answers trained on", digits: 0 },
      share("verdicts that are right"),
      { title: "by seed" },
      { title: "minus the committed way, by seed" },
      share("before calibration"),
      share("AUROC"),
      share("calibration error"),
      { title: "held-out answers", digits: 0 },
      share("right ones of them"),
    ],
    rows: [...Map.groupBy(rows, ({ domain, way }) => `${domain} ${way}`).values()].map(
      (ofWay): Cell[] => {
        const { domain, way } = ofWay[0]!;
        const mean = (valueOf: (row: VerifierRow) => number | null) => meanOf(ofWay.map(valueOf));
        const differences = ofWay.flatMap(({ seed, accuracy }) => {
          const committed = rows.find((row) =>
            row.domain === domain && row.way === COMMITTED && row.seed === seed
          );
          return committed === undefined ? [] : [accuracy - committed.accuracy];
        });
        return [
          ...[domain, way, mean(({ numTrained }) => numTrained)],
          mean(({ accuracy }) => accuracy),
          listed(ofWay.map(({ accuracy }) => accuracy)),
          way === COMMITTED ? null : listed(differences),
          ...[mean(({ uncalibrated }) => uncalibrated), mean(({ auroc }) => auroc)],
          mean(({ ece }) => ece),
          ofWay.reduce((sum, { numHeldOut }) => sum + numHeldOut, 0),
          mean(({ rightShare }) => rightShare),
        ];
      },
    ),
    caption:
      "A score above one half says that an answer is right. Verifiers of one seed judge the same answers, so that " +
      "their differences are paired; with so few seeds no interval is given, and differences whose sign changes " +
      "with the seed are none. Held-out answers: of all seeds together.",
  };
}

const listed = (values: readonly number[]) =>
  values.map((value) => formatNumber(value, 3)).join(", ");

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}
