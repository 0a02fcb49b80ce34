/**
 * A way of answering without discussion, as tables and lines call it.
 *
 * @param method As `baselines.parquet` has it: `sampled`, `greedy`, `temperature_0.7`, `parameters_of_rest`,
 * `self_refinement`.
 * @returns `as sampled`, `greedy`, `temperature 0.7`, `parameters of turn group rest`, `self-refinement`.
 */
export function methodInWords(method: string): string {
  if (method === "sampled") return "as sampled";
  const [, group] = /^parameters_of_(.+)$/.exec(method) ?? [];
  if (group !== undefined) return `parameters of turn group ${group}`;
  return method === "self_refinement" ? "self-refinement" : method.replaceAll("_", " ");
}
