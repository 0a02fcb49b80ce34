/**
 * A finished run as the quickstart leaves one, made in a second and alike on every machine: what its agents
 * say is written by a script instead of a model.
 *
 * @module
 */
import { maporlSchema } from "../../../experiments/maporl/config.ts";
import { arms } from "../../../experiments/quickstart/arms.ts";
import { Random, resolveConfig } from "../../../lib/core/mod.ts";
import {
  type Discussion,
  runDiscussions,
  type Scorer,
  ScriptedAgent,
} from "../../../lib/discussion/mod.ts";
import { takeQuestions } from "../../../lib/tasks/mod.ts";
import { RunFolder } from "../../../lib/tracking/mod.ts";
import {
  answerRows,
  evaluationRows,
  rewardDiscussions,
  rewardOptionsOf,
} from "../../../lib/training/mod.ts";
import { simulatedScore } from "../../../lib/worlds/demonstrations/mod.ts";
import {
  loadHiddenProfile,
  makeHiddenProfileFormat,
  readFacts,
  type SmallWorldQuestion,
  smallWorldTokenizer,
  writeEvidencePreface,
} from "../../../lib/worlds/small_world/mod.ts";
import { smallWorldText } from "../../../lib/worlds/small_world/small_world_text.ts";
import { smallWorldConfig } from "../../support/small_world.ts";
import { device } from "../../tracking/tiny_run.ts";

const SEED = 0;
const UPDATES = 8;
/** How likely an agent does what helps, before training and after it. */
const BEFORE = 0.3, AFTER = 0.95;

const config = resolveConfig(maporlSchema, [arms.settings!, {
  algorithm: { updates: UPDATES, questionsPerUpdate: 16 },
  evaluation: { numQuestions: 60 },
}], []);
const { discussion: { numAgents, numTurns }, algorithm, evaluation } = config;
const task = loadHiddenProfile(config.task as never, SEED);
const format = makeHiddenProfileFormat({ numShared: 0 });
const random = Random.fromSeed(SEED);
const decoders = Array.from({ length: numAgents }, () => smallWorldConfig());

/** Tells and then solves, or guesses, the more rarely the more updates it was trained for. */
function agentAfter(updates: number, questions: readonly SmallWorldQuestion[]): ScriptedAgent {
  const chance = BEFORE + (AFTER - BEFORE) * updates / UPDATES;
  return new ScriptedAgent(({ messages, turn, agent }, random) => {
    const [first, ...later] = messages.map(({ content }) => content);
    const question = questions.find((one) =>
      format.firstMessage(one, { agent, numAgents }) === first
    )!;
    const own = [...readFacts(first!).keys()];
    if (random.uniform() >= chance) return say("guess", task.solutionFrom(question, own, random));
    const facts = first!.slice(0, first!.lastIndexOf(" . ") + 2);
    if (turn === 0) return say("tell", own.length === 0 ? NO_RESULT : `${facts} ${NO_RESULT}`);
    const known = new Set([...own, ...later.flatMap((text) => [...readFacts(text).keys()])]);
    return say("solve", task.solutionFrom(question, [...known].sort(), random));
  }, { text: smallWorldText });
}

const NO_RESULT = "\\boxed{?}";
const say = (strategy: "tell" | "guess" | "solve", text: string) =>
  writeEvidencePreface(strategy) + text;

/** Knows the answers, and errs now and then, in the same way about the same solution. */
const scorer: Scorer = {
  name: "scripted",
  score: (items) =>
    Promise.resolve(Float64Array.from(items, ({ question, solution }) => {
      const isRight = task.isCorrect(task.extract(solution).answer, question.gold);
      return simulatedScore(isRight, random.split("score", question.id, solution));
    })),
};

async function discuss(
  updates: number,
  { split, from, count }: {
    readonly split: "train" | "test";
    readonly from: number;
    readonly count: number;
  },
): Promise<Discussion[]> {
  const questions = takeQuestions(task.questions(split), { from, count });
  const agent = agentAfter(updates, questions);
  return await runDiscussions({
    task,
    questions,
    seats: Array.from({ length: numAgents }, () => ({ agent, scorer })),
    numTurns,
    format,
    showScores: config.discussion.showScores,
    random: random.split(split),
  });
}

/**
 * Makes the run.
 *
 * @param path Its folder, which must not exist.
 */
export async function makeScriptedRun(path: string): Promise<void> {
  const run = await RunFolder.create({
    experiment: "quickstart",
    script: "maporl",
    seed: SEED,
    config,
    device,
    commandLine: ["quickstart", "by a script instead of models"],
  }, { out: path });
  const labels = { evaluation: "test", questionSeed: task.version, decoders };
  for (const [model, update] of [["off-the-shelf", 0], ["MAPoRL", UPDATES]] as const) {
    const held = await discuss(update, { split: "test", from: 0, count: evaluation.numQuestions });
    run.evaluations.append(evaluationRows(held, { ...labels, model, update }));
  }
  const seats = decoders.map(() => ({ model: { tokenizer: smallWorldTokenizer } }));
  for (let update = 0; update < UPDATES; update++) {
    const count = algorithm.questionsPerUpdate;
    const held = await discuss(update, { split: "train", from: update * count, count });
    const rewarded = rewardDiscussions(held, rewardOptionsOf(config, seats));
    run.answers.append(answerRows(rewarded, {
      update,
      questionSeed: task.version,
      turnGroup: () => "all",
      groups: [],
    }));
  }
  await run.saveFrames(0);
  await run.finish("finished");
}
