/**
 * The runs that are interrupted: every experiment at sizes that take two to four seconds.
 *
 * @module
 */
import { tinyPretrain } from "../experiments/tiny_pretrain.ts";
import { saveTinyBase, tinyQuickstart } from "../experiments/tiny_quickstart.ts";

/** What a run does until it is finished. */
export interface Stage {
  /** Arguments that are given whenever this stage is gone on with. */
  readonly args: readonly string[];
}

/** A run that is interrupted. */
export interface Setup {
  /** Its name in tables. */
  readonly name: string;
  /** Arguments of its start, without the folder. */
  readonly start: readonly string[];
  /** What it does in turn; all but the last run to their end undisturbed. */
  readonly stages: readonly Stage[];
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
}

const count = (name: string, value: unknown) => ["--set", `${name}=${JSON.stringify(value)}`];

/**
 * Writes the base model and the settings of all setups.
 *
 * @param folder An empty folder.
 * @returns The setups.
 */
export async function makeSetups(folder: string): Promise<Setup[]> {
  const base = await saveTinyBase(folder);
  const withFile = async (experiment: string, name: string, config: object) => {
    const path = `${folder}/${name}.yaml`;
    await Deno.writeTextFile(path, JSON.stringify(config)); // JSON is YAML
    return [experiment, "--device", "cpu", "--config", path];
  };
  const tiny = (changes: object, rest: object = {}) => ({
    ...tinyQuickstart(base, changes),
    ...rest,
  });
  const setup = (name: string, weight: number, start: readonly string[]): Setup => ({
    name,
    weight,
    start,
    stages: [{ args: [] }],
  });
  const extended = await withFile("quickstart", "extended", tiny({}));
  return [
    setup("each update saved", 4, await withFile("quickstart", "each", tiny({ updates: 3 }))),
    setup(
      "saved at the end",
      4,
      await withFile(
        "quickstart",
        "sparse",
        tiny({ updates: 5, schedule: "linear", warmupSteps: 1 }, { checkpointEvery: 100 }),
      ),
    ),
    setup(
      "evaluated between",
      3,
      await withFile(
        "quickstart",
        "between",
        tiny({ updates: 4 }, {
          checkpointEvery: 2,
          evaluation: { numQuestions: 30, every: 2, resamples: 100, baselines: { maxAnswers: 3 } },
        }),
      ),
    ),
    {
      name: "more updates after the end",
      weight: 3,
      start: extended,
      stages: [
        { args: count("algorithm.updates", 1) },
        { args: count("algorithm.updates", 3) },
      ],
    },
    setup("committed models", 4, [
      ...["quickstart", "--device", "cpu"],
      ...count("algorithm.updates", 2),
      ...count("algorithm.questionsPerUpdate", 2),
      ...count("algorithm.numMiniBatches", 2),
      ...count("evaluation.numQuestions", 20),
      ...count("evaluation.resamples", 100),
      ...count("evaluation.baselines.maxAnswers", 9),
      ...count("checkpointEvery", 100),
    ]),
    setup(
      "pretrain",
      2,
      await withFile(
        "pretrain",
        "pretrain",
        tinyPretrain({
          task: {},
          corpus: { solutionSteps: 5, batchSize: 8 },
          legs: [8, 12],
          warmupSteps: 2,
          evaluateEvery: 4,
          checkpointEvery: 2,
        }),
      ),
    ),
    setup("train_verifier", 2, [
      ...["train_verifier", "--device", "cpu"],
      ...count("questions", 40),
      ...count("samplesPerQuestion", 3),
      ...count("heldOutQuestions", 40),
      ...count("epochs", 2),
      ...count("batchSize", 8),
      ...count("warmupSteps", 2),
    ]),
  ];
}
