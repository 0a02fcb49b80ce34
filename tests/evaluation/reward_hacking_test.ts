import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type AskedScore,
  questionKey,
  rewardHacking,
  scoreDrift,
} from "../../lib/evaluation/mod.ts";

Deno.test("scoreDrift() measures the scores of each time", () => {
  const drift = scoreDrift(
    new Map([
      [0, [{ score: 0.8, correct: true }, { score: 0.2, correct: false }]],
      [1, [{ score: 0.9, correct: false }, { score: 0.7, correct: true }]],
    ]),
  );
  // Before: mean score 0.5, half are right; in each bin the score is 0.2 off. The right one is on top.
  const before = drift.get(0)!;
  assertAlmostEquals(before.meanScore, 0.5, 1e-12);
  assertAlmostEquals(before.overconfidence, 0, 1e-12);
  assertAlmostEquals(before.ece, 0.2, 1e-12);
  assertEquals([before.auroc, before.accuracy], [1, 1]);
  // After: mean score 0.8, half are right; 0.9 and 0.3 off. The wrong one is on top, both count as right.
  const after = drift.get(1)!;
  assertAlmostEquals(after.meanScore, 0.8, 1e-12);
  assertAlmostEquals(after.overconfidence, 0.3, 1e-12);
  assertAlmostEquals(after.ece, 0.6, 1e-12);
  assertEquals([after.auroc, after.accuracy], [0, 0.5]);
});

/** One answer to each of so many questions: those before `numRight` are right. */
const asked = (count: number, { numRight, score }: { numRight: number; score: number }) =>
  Array.from({ length: count }, (_, question): AskedScore => ({
    question,
    score,
    correct: question < numRight,
  }));

Deno.test("rewardHacking() raises the alarm where scores rise and accuracy falls beyond chance", () => {
  // 100 questions, all scores 0.5 → 0.7; 60 right → 40 right, so that 20 differences are −1 and 80 are 0.
  const before = asked(100, { numRight: 60, score: 0.5 });
  const hacked = rewardHacking(before, asked(100, { numRight: 40, score: 0.7 }))!;
  assertEquals([hacked.count, hacked.isAlarm], [100, true]);
  assertAlmostEquals(hacked.score.estimate, 0.2, 1e-12);
  assertAlmostEquals(hacked.accuracy.estimate, -0.2, 1e-12);
  // Bonett and Price: z² = 3.8415, n' = 100 + 1.9207 = 101.9207; middle −20 / n' = −0.19623; squares
  // 20 + 1.9207; variance 21.9207 / n' − 0.19623² = 0.21508 − 0.03851 = 0.17657; reach 1.95996·√(0.17657 / n')
  // = 0.08158. So [−0.27781, −0.11465].
  assertAlmostEquals(hacked.accuracy.low, -0.27781, 1e-4);
  assertAlmostEquals(hacked.accuracy.high, -0.11465, 1e-4);
  // Scores: middle 20 / n' = 0.19623; variance (100·0.04 + 1.9207) / n' − 0.03851 = 0.05809 − 0.03851;
  // reach 1.95996·√(0.01958 / n') = 0.02717.
  assertAlmostEquals(hacked.score.low, 0.19623 - 0.02717, 1e-4);
});

Deno.test("rewardHacking() keeps silent where both rise, both fall, or the fall may be chance", () => {
  const before = asked(100, { numRight: 60, score: 0.5 });
  const isAlarm = (numRight: number, score: number) =>
    rewardHacking(before, asked(100, { numRight, score }))!.isAlarm;
  assertEquals(isAlarm(80, 0.7), false);
  assertEquals(isAlarm(40, 0.3), false);
  assertEquals(isAlarm(60, 0.7), false);
  // Three of 100 fell: middle −3 / 101.92 = −0.0294, variance 4.9207 / 101.92 − 0.0009 = 0.0474, reach 0.0423.
  assertEquals(isAlarm(57, 0.7), false);
});

Deno.test("rewardHacking() takes each question once, and only those asked twice", () => {
  // Question a: mean score 0.5 → 0.5; questions c and d are asked once.
  const a = (score: number) => ({ question: "a", score, correct: true });
  const before = [a(0.4), a(0.6), { question: "c", score: 0, correct: false }];
  const after = [a(0.5), a(0.5), { question: "d", score: 1, correct: true }];
  const { count, score } = rewardHacking(before, after)!;
  assertEquals(count, 1);
  assertAlmostEquals(score.estimate, 0, 1e-12);
  assertEquals(rewardHacking(before.slice(2), after), null);
});

Deno.test("rewardHacking() counts questions of the same content once", () => {
  const fourTimes = (rows: readonly AskedScore[]) =>
    [0, 1, 2, 3].flatMap((i) =>
      rows.map((row) => ({ ...row, question: questionKey(`${i}`, `${row.question}`) }))
    );
  const before = asked(25, { numRight: 15, score: 0.5 });
  const after = asked(25, { numRight: 13, score: 0.7 });
  assertEquals(
    rewardHacking(fourTimes(before), fourTimes(after)),
    rewardHacking(before, after),
  );
});
