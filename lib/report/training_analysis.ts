/**
 * What a run's training tells of its rewards.
 *
 * @module
 */
import { isMapping, type Mapping } from "../core/mod.ts";
import { scoreDrift } from "../evaluation/mod.ts";
import {
  type AnswersRow,
  type CurveRows,
  flatRewardLines,
  hackingLine,
  type HackingRow,
  type LearningSettings,
  type Table,
} from "../tracking/mod.ts";
import { COMPARED_ANSWERS } from "../training/credit_comparisons.ts";
import { learningSettings, type RewardConfigs } from "../training/reward_watch.ts";
import { type Html, html } from "./html.ts";
import { tableHtml } from "./table_html.ts";

/** Most updates that are shown. */
const MOST_UPDATES = 10;

/** What is read of a run. */
export interface TrainedRows extends CurveRows {
  /** Answers of training. */
  readonly answers: readonly (CurveRows["answers"][number] & Pick<AnswersRow, "score">)[];
  /** Answers of the models before and after training, those before first. */
  readonly compared: readonly HackingRow[];
}

/**
 * The analysis of a run's training: why its reward does not rise, whether the verifier is fooled, how its scores drift.
 *
 * @param rows The run's rows.
 * @param config Its configuration, as `run.json` holds it.
 * @returns Lines, and a table where a verifier has scored.
 */
export function trainingAnalysis(rows: TrainedRows, config: Mapping): Html {
  const settings = learningOf(config);
  const inverted = settings?.invertedAgents ?? [];
  const judged = rows.answers.filter(({ agent }) =>
    !isOracle(config, agent) && !inverted.includes(agent)
  );
  return html`
    ${settings === undefined ? html`<p>${UNKNOWN}</p>` : learningHtml(rows, settings)}
    ${judged.length === 0
      ? html`<p>The scores are the truth, so they cannot drift from it.</p>`
      : tableHtml(driftTable(judged), { id: "analysis-drift", within: "Training" })}
  `;
}

const UNKNOWN = "What held the reward back is not known: these are settings of another version.";

function learningHtml(rows: TrainedRows, settings: LearningSettings): Html {
  const flat = flatRewardLines(rows, settings);
  const alarm = hackingLine(rows.compared, settings);
  return html`
    ${[alarm ?? [], flat].flat().map((line) => html`<p class="alarm">${line}.</p>`)}
    ${flat.length > 0
      ? null
      : html`<p>The reward rose, or nothing was found that held it back.</p>`}
    ${alarm !== undefined ? null : html`<p>${silentAlarm(rows, settings)}</p>`}
  `;
}

/** Why the alarm for reward hacking is silent. */
function silentAlarm({ compared }: TrainedRows, { source }: LearningSettings): string {
  if (source === "label") return "Ground truth is paid, which cannot be fooled.";
  return new Set(compared.map(({ model }) => model)).size < 2
    ? "Whether the verifier is fooled is not known until the trained model is evaluated as well."
    : "No alarm for reward hacking: that scores rose while accuracy fell cannot be told from chance.";
}

/**
 * How scores and truth moved apart while the answers changed.
 *
 * @param answers Answers of training whose scores can be wrong.
 * @returns A row for the first, the last and some updates between them.
 */
export function driftTable(
  answers: readonly Pick<AnswersRow, "update" | "score" | "correct">[],
): Table {
  const byUpdate = [...Map.groupBy(answers, ({ update }) => update)].sort(([a], [b]) => a - b);
  const last = byUpdate.length - 1;
  const numShown = Math.min(MOST_UPDATES, byUpdate.length);
  const shown = Array.from(
    { length: numShown },
    (_, i) => byUpdate[numShown === 1 ? 0 : Math.round(i * last / (numShown - 1))]!,
  );
  return {
    title: "Drift of the verifier: its scores of the training answers, and how many are right",
    columns: [
      { title: "update", digits: 0 },
      { title: "mean score", digits: 3 },
      { title: "share right", digits: 3 },
      { title: "score - right", digits: 3 },
      { title: "calibration error", digits: 3 },
      { title: "AUROC", digits: 3 },
    ],
    rows: [...scoreDrift(new Map(shown))].map((
      [update, { meanScore, rightShare, overconfidence, ece, auroc }],
    ) => [update + 1, meanScore, rightShare, overconfidence, ece, auroc]),
    caption:
      "Where the mean score rises and the share of right answers does not, the policy learns to please the " +
      "verifier.",
  };
}

/** Settings that remedies start from; undefined for those of another script or version. */
function learningOf(config: Mapping): LearningSettings | undefined {
  const { algorithm, discussion, sampling, reward } = config;
  if (![algorithm, discussion, sampling, reward].every(isMapping)) return undefined;
  const { credit } = algorithm as Mapping;
  const isKnown = isMapping(credit) && Object.hasOwn(COMPARED_ANSWERS, String(credit.name));
  return isKnown ? learningSettings(config as unknown as RewardConfigs) : undefined;
}

/** Whether the scores of an agent are ground truth. */
function isOracle({ verifier, seats }: Mapping, agent: number): boolean {
  const seat = Array.isArray(seats) ? seats[agent] : undefined;
  const own = isMapping(seat) && isMapping(seat.verifier) ? seat.verifier : verifier;
  return isMapping(own) && own.kind === "oracle" && own.inverted !== true;
}
