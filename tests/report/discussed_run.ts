/**
 * A finished run with discussions of scripted agents, for tests.
 *
 * @module
 */
import {
  type Discussion,
  runDiscussions,
  type Script,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";
import { type AnswersRow, type EvaluationsRow, RunFolder } from "../../lib/tracking/mod.ts";
import { smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";
import { FunctionScorer, options, questions } from "../discussion/fixtures.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";
import { description } from "../tracking/tiny_run.ts";

/** Questions of each discussion. */
export const NUM_QUESTIONS = 3;
const [first] = questions(1);

/** What a run must say of itself so that it is known how its discussions were written. */
export const config = {
  task: {
    name: "arithmetic",
    difficulty: 2,
    seed: null,
    compat: "paper",
  },
  discussion: { showScores: true },
  evaluation: { task: null },
};

/**
 * Two agents of a model. At first one is wrong; then the first gives way, or (trained) the second does.
 */
const scriptOf = (isTrained: boolean): Script => ({ agent, turn, messages }) => {
  const question = questions(NUM_QUESTIONS).find(({ text }) => messages[0]!.content.includes(text));
  const isRight = turn === 0 ? agent === 0 : isTrained;
  const preface = turn === 0 ? "" : isTrained ? "best : me . " : "worst : agent1 . ";
  return `${preface}\\boxed{${isRight ? (question ?? first)!.gold : "99"}}`;
};

/** The discussions of a model. */
export async function discussionsOf(isTrained: boolean): Promise<Discussion[]> {
  const agent = new ScriptedAgent(scriptOf(isTrained));
  return await runDiscussions(options({
    agents: [agent, agent],
    questions: questions(NUM_QUESTIONS),
    numTurns: 2,
    format: smallWorldFormat,
    scorer: new FunctionScorer(({ solution }) => solution.includes("99") ? 0.25 : 0.9),
  }));
}

/** Rows of `evaluations.parquet` of some discussions. */
export function evaluatedRows(
  discussions: readonly Discussion[],
  place: Pick<EvaluationsRow, "model" | "update">,
): EvaluationsRow[] {
  return discussions.flatMap(({ question, answersTA }) =>
    answersTA.flat().map((answer) => ({
      ...evaluationsRow({
        ...place,
        question: answer.question,
        turn: answer.turn,
        correct: answer.correct,
      }),
      questionId: question.id,
      questionText: question.text,
      gold: question.gold,
      agent: answer.agent,
      text: answer.text,
      solution: answer.solution,
      annotations: JSON.stringify(answer.annotations),
      answer: answer.answer,
      score: answer.score,
    }))
  );
}

function trainedRows(discussions: readonly Discussion[]): AnswersRow[] {
  return evaluatedRows(discussions, { model: "", update: 2 }).map((row) => {
    const { evaluation: _e, model: _m, promptFlops: _p, responseFlops: _r, ...answer } = row;
    const isPenalised = answer.turn === 1 && answer.agent === 1;
    return {
      ...answer,
      turnGroup: "all",
      trained: true,
      promptTokens: [1],
      responseTokens: [2],
      logProbs: [-1],
      penalties: isPenalised ? "missing_box" : "",
      scoreReward: 0.5,
      penaltyReward: isPenalised ? -1.5 : 0,
      ownRevisionReward: 0,
      influenceReward: 0.25,
      reward: isPenalised ? -0.75 : 0.75,
      kl: 0,
    };
  });
}

/**
 * Makes a run.
 *
 * @param path Its folder, which must not exist.
 * @param changes What differs from a finished run of {@linkcode config}.
 */
export async function makeDiscussedRun(
  path: string,
  changes: { readonly config?: object; readonly status?: "finished" | "interrupted" } = {},
): Promise<void> {
  const run = await RunFolder.create({ ...description, config, ...changes }, { out: path });
  const [before, after] = [await discussionsOf(false), await discussionsOf(true)];
  run.evaluations.append(evaluatedRows(before, { model: "off-the-shelf", update: 0 }));
  run.evaluations.append(evaluatedRows(after, { model: "MAPoRL", update: 8 }));
  run.answers.append(trainedRows(after));
  await run.saveFrames(0);
  await run.finish(changes.status ?? "finished");
}
