/**
 * The numbers that the paper prints, as data: what the report shows beside ours.
 *
 * @module
 */
import type { PaperTable } from "../lib/report/mod.ts";
import type { Cell } from "../lib/tracking/mod.ts";

/** A table of the paper, and the results that it stands beside. */
export interface PlacedPaperTable extends PaperTable {
  /** Names of results; some may not be there yet. */
  readonly beside: readonly string[];
}

/** A table whose first columns are texts and whose others are numbers with as many digits. */
function table(
  texts: readonly string[],
  numbers: { readonly titles: readonly string[]; readonly digits: number },
  rows: readonly (readonly Cell[])[],
) {
  const { titles, digits } = numbers;
  return {
    columns: [...texts.map((title) => ({ title })), ...titles.map((title) => ({ title, digits }))],
    rows,
  };
}

const TURNS = { titles: ["turn 1", "turn 2", "turn 3"], digits: 3 };
const TRIPLES = { titles: ["RWR", "RWW", "WRW", "WRR", "Δ0", "Δ1"], digits: 4 };
const PAIRS = { titles: ["RR", "WR", "RW", "WW", "net (printed)"], digits: 2 };

/** All tables of numbers that can be read in the paper (version 2), and those figures whose values can be. */
export const paperTables: readonly PlacedPaperTable[] = [
  {
    place: "Figures 2 to 4",
    beside: ["off_the_shelf", "closed_book"],
    title: "Accuracy of the vote of three by turn",
    ...table(["data", "model"], TURNS, [
      ["GSM8K", "off-the-shelf", 0.677, 0.689, 0.639],
      ["GSM8K", "MAPoRL", 0.677, 0.797, 0.809],
      ["ANLI", "off-the-shelf", 0.482, 0.486, 0.468],
      ["ANLI", "MAPoRL", 0.482, 0.522, 0.532],
    ]),
    caption:
      "Single points cannot be read from Figure 2; GSM8K stands in Table 7, and MAPoRL on ANLI follows " +
      "from Figure 4. Which α they belong to is not said.",
  },
  {
    place: "Figures 3 and 4",
    beside: ["off_the_shelf"],
    title: "Transitions of the voted answer between turns, percent (R right, W wrong)",
    ...table(["data", "model", "turns"], PAIRS, [
      ["GSM8K", "off-the-shelf", "1 → 2", 58.6, 10.2, 9.1, 22.1, 1.15],
      ["GSM8K", "off-the-shelf", "2 → 3", 59.0, 4.9, 9.9, 26.2, -4.95],
      ["GSM8K", "MAPoRL", "1 → 2", 65.4, 14.3, 2.3, 18.0, 12.03],
      ["GSM8K", "MAPoRL", "2 → 3", 77.3, 3.6, 2.4, 16.6, 1.2],
      ["ANLI", "off-the-shelf", "1 → 2", 41.0, 7.6, 7.2, 44.2, 0.47],
      ["ANLI", "off-the-shelf", "2 → 3", 41.9, 5.0, 6.7, 46.4, -1.72],
      ["ANLI", "MAPoRL", "1 → 2", 39.5, 12.7, 8.6, 39.2, 4.01],
      ["ANLI", "MAPoRL", "2 → 3", 47.0, 6.2, 5.2, 41.6, 1.09],
    ]),
    caption:
      "The pies have no labels; which number is which follows from their sums and from the printed net.",
  },
  {
    place: "Remark 2",
    beside: ["off_the_shelf"],
    title: "Accuracy of agents that answer by themselves",
    ...table(["data"], { titles: ["Phi-3", "model of turn 2", "model of turn 3"], digits: 3 }, [
      ["GSM8K", 0.609, 0.604, 0.611],
      ["ANLI", 0.451, 0.458, 0.453],
    ]),
  },
  {
    place: "Table 3",
    beside: ["incentives"],
    title: "Own revision: the others' majority, and the own answer of both turns",
    ...table(["(α0, α1)"], TRIPLES, [
      ["(0, 0)", 0.0529, 0.0563, 0.1244, 0.2286, 0.1757, 0.0661],
      ["(0, 2)", 0.027, 0.0521, 0.1259, 0.2194, 0.1924, 0.0738],
      ["(2, 0)", 0.05, 0.0563, 0.1241, 0.2272, 0.1772, 0.0678],
    ]),
    caption:
      "As printed. By the paper's definitions, Δ0 = WRW − RWW and Δ1 = WRR − RWR, both columns stand under " +
      "each other's title, and a cell of the first row is misprinted: 0.1244 − 0.0563 = 0.0681, not 0.0661.",
  },
  {
    place: "Table 4",
    beside: ["incentives"],
    title: "Influence on the others",
    ...table(["(β0, β1)"], TRIPLES, [
      ["(0, 0)", 0.007, 0.0453, 0.0226, 0.0221, 0.0151, -0.0227],
      ["(0, 2)", 0.0686, 0.0461, 0.0231, 0.023, 0.0161, -0.023],
      ["(2, 0)", 0.0011, 0.036, 0.0161, 0.0188, 0.0177, -0.0199],
    ]),
    caption:
      "As printed. The two Δ stand under each other's title here too, and RWR of the second row must be " +
      "about 0.0069, as 0.0230 − 0.0161 gives.",
  },
  {
    place: "Table 5",
    beside: ["transfer"],
    title: "Trained on one data set, asked about another; vote of three",
    ...table(["trained on → asked about", "model"], TURNS, [
      ["ANLI → GSM8K", "off-the-shelf", 0.677, 0.688, 0.64],
      ["ANLI → GSM8K", "trained", 0.677, 0.712, 0.72],
      ["GSM8K → ANLI", "off-the-shelf", 0.482, 0.486, 0.468],
      ["GSM8K → ANLI", "trained", 0.482, 0.499, 0.507],
    ]),
  },
  {
    place: "Table 6",
    beside: ["verifier"],
    title: "Accuracy of the verifier",
    ...table(["data"], { titles: ["accuracy"], digits: 2 }, [["GSM8K", 0.91], ["ANLI", 0.92]]),
  },
  {
    place: "Table 7",
    beside: ["verifier", "hidden_profile"],
    title: "With the verifier and without it, GSM8K, vote of three",
    ...table(["model"], TURNS, [
      ["off-the-shelf", 0.677, 0.689, 0.639],
      ["MAPoRL with verifier", 0.677, 0.797, 0.809],
      ["MAPoRL without verifier", 0.677, 0.734, 0.746],
    ]),
    caption:
      "The paper counts these turns from 0. Without verifier, answers are paid for a right final answer.",
  },
  {
    place: "Table 8",
    beside: ["single_agent"],
    title: "Trained alone and trained together, GSM8K",
    ...table(["model"], TURNS, [
      ["off-the-shelf", 0.677, 0.689, 0.639],
      ["MAPoRL", 0.677, 0.797, 0.809],
      ["single-agent RL with verifier", 0.732, null, null],
    ]),
    caption: "Single-agent RL is one answer; the other rows are votes of three.",
  },
  {
    place: "Figure 7",
    beside: ["heterogeneous"],
    title: "Pairs of different base models, accuracy by turn",
    ...table(["pair", "model"], { titles: ["turn 1", "turn 2"], digits: 3 }, [
      ["Phi-3 and Qwen2.5-3B", "off-the-shelf", null, null],
      ["Phi-3 and Qwen2.5-3B", "MAPoRL", null, null],
      ["Phi-3 and Llama-3-8B", "off-the-shelf", null, null],
      ["Phi-3 and Llama-3-8B", "MAPoRL", null, null],
    ]),
    caption:
      "The figure's values cannot be read; its axis goes from 0.6 to 0.775. The text says that both pairs gain " +
      "by being trained together.",
  },
  {
    place: "Experiment 5",
    beside: ["sft"],
    title: "Supervised training on the best tenth of off-the-shelf discussions, GSM8K",
    ...table(["model"], { titles: ["turn 2", "turn 3"], digits: 3 }, [
      ["off-the-shelf", 0.689, 0.639],
      ["supervised", 0.578, 0.525],
    ]),
  },
];
