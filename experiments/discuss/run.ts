/**
 * Discussions off the shelf: any model, any task, no training.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  reportEvaluations,
  writeTranscript,
} from "../../lib/tracking/mod.ts";
import { evaluatedAs, evaluationRows } from "../../lib/training/mod.ts";
import { type DiscussConfig, discussSettings, untrainedRun } from "./config.ts";
import { planDiscussions } from "./plan.ts";
import { loadTable } from "./table.ts";

/** The experiment, as the command line finds it. */
export const experiment: Experiment<DiscussConfig> = {
  name: "discuss",
  summary: "any model discusses questions as it is: every answer, a transcript, accuracy by turn",
  minutes: "less than 1 for the small models; with others the plan tells",
  ...discussSettings,
  plan: planDiscussions,
  run,
};

async function run(config: DiscussConfig, context: ExperimentContext): Promise<void> {
  const { run, random, progress, signal } = context;
  const { limit, split, questionsAtOnce } = config;
  const settings = untrainedRun(config);
  const table = await loadTable(config, context);
  await run.bindInputs(table.inputs);
  const { about: { task, format }, discuss, decoders, titles } = table;

  // ---- go on behind the questions that an earlier process saved
  const done = run.savedStep ?? 0;
  if (done > limit) {
    throw new ConfigError(`Cannot go on to limit=${limit} as ${done} questions are done already`, {
      thing: "limit",
      value: limit,
      remedy: `Set it to ${done} or more`,
    });
  }
  await run.dropFramesAfter(done > 0 ? done : -1);
  using shown = progress.task("questions", { total: limit, done, unit: "questions" });
  for (let from = done; from < limit; from += questionsAtOnce) {
    const count = Math.min(questionsAtOnce, limit - from);
    const { discussions } = await discuss("discussing", {
      questions: takeQuestions(task.questions(split), { from, count }),
      update: Infinity, // one consensus rule for all
      random: random.split("evaluation"), // streams are named by questions
    });
    const labels = { evaluation: split, questionSeed: task.version, model: "off-the-shelf" };
    const rows = evaluationRows(discussions, { ...labels, update: 0, decoders });
    run.evaluations.append(rows.map((row) => ({ ...row, question: from + row.question })));
    await run.saveFrames(from + count);
    shown.advance(count);
    signal.throwIfAborted();
  }
  shown.end();

  // ---- what came of it
  await run.mergeFrames();
  await writeTranscript(run, { format, hasVerifier: config.verifier.kind === "trained" });
  const formats = { trained: format, evaluated: format };
  await reportEvaluations(context, { ...evaluatedAs(settings), formats, titles });
  table.dispose();
}
