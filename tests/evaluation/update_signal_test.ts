import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type SignalAnswer, updateSignal } from "../../lib/evaluation/mod.ts";

/** A right answer of agent 0 at turn 0 that ended, paid 1. */
const answer = (changes: Partial<SignalAnswer>): SignalAnswer => ({
  question: 0,
  agent: 0,
  turn: 0,
  trained: true,
  answer: "1",
  boxed: true,
  finished: true,
  correct: true,
  penalties: "",
  reward: 1,
  kl: 0,
  ...changes,
});

const steps = [
  { numAnswers: 1, approxKl: 0.004, clipFrac: 0, lr: 1e-4 },
  { numAnswers: 3, approxKl: 0.008, clipFrac: 0.04, lr: 1e-3 },
];

Deno.test("updateSignal() counts what became of the trained answers", () => {
  const signal = updateSignal(
    [
      answer({}),
      answer({
        finished: false,
        answer: null,
        boxed: false,
        correct: false,
        penalties: "missing_eos",
      }),
      answer({ answer: null, boxed: false, correct: false, penalties: "missing_box,too_short" }),
      answer({ answer: null, correct: false, penalties: "too_short" }), // says that it has none
      answer({ trained: false, finished: false }),
    ],
    steps,
    { compared: "batch" },
  );
  assertEquals(
    [signal.count, signal.numCut, signal.numUnread, signal.numRead, signal.numRight],
    [4, 1, 1, 1, 1],
  );
  // That the cut one has no box is because it was cut.
  assertEquals(signal.penalties, { missing_box: 1, too_short: 2 });
  assertAlmostEquals(signal.approxKl, (0.004 + 3 * 0.008) / 4, 1e-12);
  assertAlmostEquals(signal.clipFrac, 0.03, 1e-12);
  assertEquals(signal.lr, 1e-3);
});

Deno.test("updateSignal() takes variances within turn and agent, rewards over questions", () => {
  const signal = updateSignal(
    [
      answer({ question: 0, reward: 1, kl: 1 }),
      answer({ question: 1, reward: 3, kl: -1 }),
      answer({ question: 0, turn: 1, reward: 10, kl: 4 }),
      answer({ question: 1, turn: 1, reward: 10, kl: 4 }),
    ],
    steps,
    { compared: "batch" },
  );
  // Turn 0: (1 − 2)² + (3 − 2)² = 2; turn 1: 0; of 4 − 2 free numbers. Divergence likewise.
  assertAlmostEquals(signal.rewardVariance, 1, 1e-12);
  assertAlmostEquals(signal.klVariance, 1, 1e-12);
  // Questions: 5.5 and 6.5, deviation √0.5, error √(0.5 / 2).
  assertAlmostEquals(signal.meanReward, 6, 1e-12);
  assertAlmostEquals(signal.rewardError, 0.5, 1e-12);
  // Of turn 1 all are paid the same.
  assertEquals([signal.numGroups, signal.numEqual], [2, 1]);
});

Deno.test("updateSignal() compares within questions where the credit does", () => {
  const answers = [
    answer({ question: 0, reward: 1 }),
    answer({ question: 0, reward: 1 }),
    answer({ question: 1, reward: 1 }),
    answer({ question: 1, reward: 2 }),
    answer({ question: 1, turn: 1, reward: 5 }),
  ];
  const groups = (compared: "agent_turn" | "question") => {
    const { numGroups, numEqual } = updateSignal(answers, steps, { compared });
    return [numGroups, numEqual];
  };
  // The answer at turn 1 has none to be compared with.
  assertEquals(groups("agent_turn"), [2, 1]);
  assertEquals(groups("question"), [2, 1]);
});

Deno.test("updateSignal() of an update that trained nothing looks at all answers", () => {
  const signal = updateSignal(
    [answer({ trained: false, kl: null }), answer({ trained: false, kl: null, finished: false })],
    [],
    { compared: "batch" },
  );
  assertEquals([signal.count, signal.numCut, signal.approxKl, signal.lr], [2, 1, 0, 0]);
});
