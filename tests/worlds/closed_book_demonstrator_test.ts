import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import type { DiscussionView } from "../../lib/discussion/mod.ts";
import { encodeDemonstration, simulateDiscussion } from "../../lib/worlds/demonstrations/mod.ts";
import {
  closedBookDemonstrator,
  closedBookFormat,
  makeClosedBookArithmetic,
  makeClosedBookBoth,
  makeClosedBookEntailment,
  REVISIONS,
  smallWorldText,
  smallWorldTokenizer,
  statedRevision,
} from "../../lib/worlds/small_world/mod.ts";

const config = {
  seed: 0,
  difficulty: 2,
  tailSeed: 0,
  tailExponent: { arithmetic: 1, entailment: 1 },
};
const task = makeClosedBookBoth(config);
const demonstrator = closedBookDemonstrator({ task });

Deno.test("the format reads and drops what an answer says it does", () => {
  const cases: [string, string, string | null, string | null][] = [
    ["best : agent2 agent2 . x", "x", "best", "agent2 agent2"],
    ["some : agent1 me . x . y", "x . y", "some", "agent1 me"],
    ["doubtful : me new . x", "x", "doubtful", "me new"],
    ["again : new . x", "x", "again", "new"],
    ["again : . x", "again : . x", null, null],
    ["tell : me . x", "tell : me . x", null, null],
    ["", "", null, null],
  ];
  for (const [response, solution, strategy, choice] of cases) {
    assertEquals(closedBookFormat.solutionOf(response), solution);
    assertEquals(closedBookFormat.annotationsOf(response), { strategy, choice });
  }
});

Deno.test("answers draw evenly what they do, and carry it out exactly", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 400; i++) {
    const question = task.questions("pretrain").at(i);
    const { messages, views } = simulateDiscussion(question, {
      task,
      demonstrator,
      random: Random.fromSeed(1).split(i),
      numAgents: 3,
      numTurns: 2,
    });
    const answer = messages.at(-1)!.content;
    const standpoint = { question, reader: { agent: 0, numAgents: 3 }, views };
    const check = demonstrator.check(standpoint, answer)!;
    assert(check.consistent, answer);
    counts.set(check.strategy, (counts.get(check.strategy) ?? 0) + 1);
    const { sources } = statedRevision(answer)!;
    const values = task.valuesOf(question, closedBookFormat.solutionOf(answer))!;
    for (const [fact, source] of sources.entries()) {
      if (source === "new") assertEquals(values[fact], task.recalled(question)[fact]!.value);
    }
  }
  for (const revision of REVISIONS) {
    const share = counts.get(revision)! / 400;
    assert(Math.abs(share - 1 / 6) < 0.07, `${revision}: ${share}`); // 3.7 standard errors
  }
});

/** Two facts, the reader wrong on the first, agent1 wrong on both in its own way; agent1 has the better verdict. */
function disputed(): { view: DiscussionView; truth: string[]; own: string[]; other: string[] } {
  const arithmetic = makeClosedBookArithmetic(config);
  for (let i = 0;; i++) {
    const question = arithmetic.questions("train").at(i);
    const recalled = arithmetic.recalled(question);
    const truth = recalled.map(({ value }) => value);
    const wrong = recalled.map(({ value, options }) => options.filter((o) => o !== value));
    const own = [wrong[0]![0]!, truth[1]!];
    const other = [wrong[0]![1]!, wrong[1]![0]!];
    const [ownText, otherText] = [own, other].map((v) => arithmetic.solutionFrom(question, v));
    if (!ownText || !otherText) continue;
    return {
      truth,
      own,
      other,
      view: {
        question,
        own: { text: ownText, score: 0.1, agent: 0 },
        others: [{ text: otherText, score: 0.9, agent: 1 }],
        showScores: true,
      },
    };
  }
}

Deno.test("check() wants the sources that a revision allows, and their values", () => {
  const { view, truth, own, other } = disputed();
  const arithmetic = makeClosedBookArithmetic(config);
  const { check } = closedBookDemonstrator({ task: arithmetic });
  const question = view.question as ReturnType<typeof task.recalled> & typeof view.question;
  const judge = (preface: string, values: readonly string[]) =>
    check(
      { question: question as never, reader: { agent: 0, numAgents: 2 }, views: [view] },
      `${preface} . ${arithmetic.solutionFrom(question as never, values) ?? "?"}`,
    );
  const consistent: [string, string[]][] = [
    ["best : agent1 agent1", other],
    ["worst : me me", own],
    ["own : me me", own],
    ["again : new new", truth],
    ["again : new new", own], // what is recalled may be wrong
    ["some : me agent1", [own[0]!, other[1]!]],
    ["doubtful : new me", truth],
  ];
  for (const [preface, values] of consistent) {
    assertEquals(judge(preface, values)!.consistent, true, preface);
  }
  const inconsistent: [string, string[]][] = [
    ["best : me me", own], // the other has the better verdict
    ["best : agent1 agent1", own], // says one and takes the other
    ["best : agent1 me", [other[0]!, own[1]!]],
    ["some : me me", own],
    ["some : new me", truth],
    ["doubtful : new new", truth],
    ["own : me", own],
    ["own : agent2 agent2", own],
  ];
  for (const [preface, values] of inconsistent) {
    assertEquals(judge(preface, values)!.consistent, false, preface);
  }
  assertEquals(judge("again : new new", truth)!.copied, null);
  assertEquals(judge("own : me me", other)!.copied, false);
  assertEquals(judge("told : me", own), null);
});

Deno.test("nothing can be learnt from what others say: neither values nor verdicts know what is right", () => {
  const arithmetic = makeClosedBookArithmetic(config);
  const { scoreOf, said } = closedBookDemonstrator({ task: arithmetic });
  let right = 0, stated = 0;
  for (let i = 0; i < 1000; i++) {
    const question = arithmetic.questions("train").at(i);
    const random = Random.fromSeed(4).split(i);
    const text = said({ question, reader: { agent: 1, numAgents: 2 }, views: [] }, random);
    for (const [fact, value] of arithmetic.valuesOf(question, text)!.entries()) {
      stated++;
      if (value === arithmetic.recalled(question)[fact]!.value) right++;
    }
  }
  assert(Math.abs(right / stated - 1 / 6) < 0.035, String(right / stated)); // one of six; 4 standard errors
  const mean = (correct: boolean) => {
    const random = Random.fromSeed(5);
    return Array.from({ length: 1000 }, () => scoreOf(correct, random)).reduce((a, b) => a + b);
  };
  assertEquals(mean(true), mean(false));
});

Deno.test("the first answer of a discussion is read, and only later ones are learnt", () => {
  const question = task.questions("pretrain").at(1);
  const { messages } = simulateDiscussion(question, {
    task,
    demonstrator,
    random: Random.fromSeed(0),
    numAgents: 2,
    numTurns: 3,
  });
  const { tokens, mask } = encodeDemonstration(messages, { ...demonstrator, text: smallWorldText });
  const learnt = smallWorldTokenizer.decode([...tokens].filter((_, i) => mask[i] === 1));
  assertEquals(learnt, `${messages[3]!.content} ${messages[5]!.content}`);
  const all = encodeDemonstration(messages, { text: smallWorldText });
  assertEquals(all.tokens, tokens);
  assert(all.mask.reduce((a, b) => a + b, 0) > mask.reduce((a, b) => a + b, 0));
});

Deno.test("a lone agent, and one fact, leave fewer things to do", () => {
  const seen = (difficulty: number, numAgents: number) => {
    const task = makeClosedBookEntailment({ ...config, difficulty });
    const demonstrator = closedBookDemonstrator({ task });
    return new Set(
      Array.from({ length: 120 }, (_, i) => {
        const { messages } = simulateDiscussion(task.questions("pretrain").at(i), {
          task,
          demonstrator,
          random: Random.fromSeed(i),
          numAgents,
          numTurns: 2,
        });
        return statedRevision(messages.at(-1)!.content)!.revision;
      }),
    );
  };
  assertEquals(seen(2, 1), new Set(["best", "worst", "own", "again", "doubtful"]));
  assertEquals(seen(1, 3), new Set(["best", "worst", "own", "again"]));
  assertEquals(seen(2, 3), new Set(REVISIONS));
});
