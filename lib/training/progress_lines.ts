/**
 * Lines for the person at the terminal: what an update will take, what it did, how an evaluation went.
 *
 * @module
 */
import { quoted } from "../core/mod.ts";
import {
  accuracyByAgent,
  evaluationTable,
  type EvaluationTableOptions,
} from "../evaluation/mod.ts";
import type { UpdatePlan } from "../rl/mod.ts";
import {
  agentsDiffer,
  annotationsOfRow,
  type AnswersRow,
  type BaselinesRow,
  evaluatedAnswers,
  type EvaluationsRow,
  formatNumber,
  methodInWords,
} from "../tracking/mod.ts";
import type { GroupUpdate } from "./update_policies.ts";

/**
 * One line about an evaluation.
 *
 * @param model Who answered.
 * @param rows Its answers.
 * @param options How discussions that stopped early count, and what the agents are called.
 * @returns Mean accuracy at every turn, and that of each agent where their seats differ.
 */
export function describeTurns(
  model: string,
  rows: readonly EvaluationsRow[],
  { titles, ...options }: EvaluationTableOptions & { readonly titles: readonly string[] },
): string {
  const accuraciesTA = accuracyByAgent(evaluationTable(evaluatedAnswers(rows), options));
  const shares = accuraciesTA.map((accuracies) => {
    const known = accuracies.filter((accuracy) => accuracy !== null);
    // At a turn that no discussion reached there is nothing to average.
    return known.length === 0
      ? "-"
      : formatNumber(known.reduce((a, b) => a + b, 0) / known.length, 3);
  });
  const mean = `${model}: mean accuracy ${shares.join(" → ")}${
    shares.length > 1 ? " over the turns" : ""
  }`;
  const each = !agentsDiffer(titles)
    ? []
    : titles.map((title, agent) =>
      `${title} ${accuraciesTA.map((row) => row[agent]?.toFixed(3) ?? "-").join(" → ")}`
    );
  return [mean, ...each].join("; ");
}

/**
 * Says that no answer of an evaluation could be read, as nothing can be learnt from such answers.
 *
 * @param rows Its answers.
 * @returns One line with an answer as an example; undefined where some answer could be read.
 */
export function describeUnread(
  rows: readonly Pick<EvaluationsRow, "answer" | "text">[],
): string | undefined {
  if (rows.length === 0 || rows.some(({ answer }) => answer !== null)) return undefined;
  const { text } = rows.find(({ text }) => text.trim() !== "") ?? rows[0]!; // words tell more than none
  return `0 of ${rows.length} answers could be read, for example: ${quoted(text)}`;
}

/**
 * What models answered without discussion.
 *
 * @param rows Their answers.
 * @returns A line for each model: accuracy of its answers by method, of the last turn where there are several.
 */
export function describeBaselines(rows: readonly BaselinesRow[]): string[] {
  return [...Map.groupBy(rows, ({ model }) => model)].map(([model, ofModel]) => {
    const methods = [...Map.groupBy(ofModel, ({ method }) => method)].map(([method, answers]) => {
      const last = answers.reduce((most, { turn }) => Math.max(most, turn), 0);
      const final = answers.filter(({ turn }) => turn === last);
      const right = final.filter(({ correct }) => correct).length;
      return `${(right / final.length).toFixed(3)} (${methodInWords(method)})`;
    });
    return `${model} without discussion: accuracy of an answer ${methods.join(", ")}`;
  });
}

/**
 * One line about what an update will take.
 *
 * @param group Key of the parameters.
 * @param plan How their updates will be cut.
 * @returns Predicted peak and size of the micro-batches.
 */
export function describePlan(group: string, { peakBytes, maxBatchTokens }: UpdatePlan): string {
  return `${group}: an update is predicted to take ${
    (peakBytes / 2 ** 20).toFixed(0)
  } MiB at its peak, ` +
    `with micro-batches of at most ${maxBatchTokens} tokens`;
}

/**
 * One line about an update.
 *
 * @param update Updates done.
 * @param rows Its answers.
 * @param groups What was trained.
 * @returns Accuracy per turn, mean reward, penalised answers if there are any, annotations,
 *   divergence, clip fraction.
 */
export function describeUpdate(
  update: number,
  rows: readonly AnswersRow[],
  groups: ReadonlyMap<string, GroupUpdate>,
): string {
  const first = rows.filter(({ turn }) => turn === 0);
  const later = rows.filter(({ turn }) => turn > 0);
  // What a first turn does is told where it says so.
  const isStated = first.some((row) => (firstAnnotation(row) ?? null) !== null);
  const shares = isStated
    ? [`turn 1: ${describeShares(first)}`, `later: ${describeShares(later)}`]
    : [describeShares(later)];
  const stats = [...groups].map(([key, { stats }]) =>
    `${key}: KL to base ${formatNumber(stats.refKl, 2)} nats, clipped ${
      formatNumber(100 * stats.clipFrac, 1)
    } %, explained variance ${
      stats.explainedVariance === null ? "-" : formatNumber(stats.explainedVariance, 2)
    }`
  );
  const accuracy = [...Map.groupBy(rows, ({ turn }) => turn)].sort(([a], [b]) => a - b)
    .map(([, answers]) =>
      (answers.filter(({ correct }) => correct).length / answers.length).toFixed(2)
    );
  const reward = rows.reduce((total, row) => total + row.reward, 0) / Math.max(1, rows.length);
  const penalised = rows.filter(({ penalties }) => penalties !== "").length / rows.length;
  const paid = `reward ${formatNumber(reward, 2)}` +
    (penalised > 0 ? `, ${(100 * penalised).toFixed(0)} % of the answers penalised` : "");
  const head = `update ${update}: accuracy ${accuracy.join(" → ")}`;
  return [head, paid, shares.join("; "), stats.join("; ")]
    .filter((part) => part !== "").join(" · ");
}

/** Such as `solve 98 %, guess 2 %`; empty where the format reads nothing. */
function describeShares(rows: readonly AnswersRow[]): string {
  return [...Map.groupBy(rows, firstAnnotation)]
    .filter(([value]) => value !== undefined)
    .map(([value, answers]) => [value ?? "none", answers.length / rows.length] as const)
    .sort(([, a], [, b]) => b - a)
    .map(([value, share]) => `${value} ${(100 * share).toFixed(0)} %`)
    .join(", ");
}

/** The value of the annotation that the format names first; undefined where it has none. */
function firstAnnotation(row: AnswersRow): string | null | undefined {
  return Object.values(annotationsOfRow(row))[0];
}
