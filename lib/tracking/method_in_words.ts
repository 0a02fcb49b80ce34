/**
 * A way of answering without discussion, as tables and lines call it.
 *
 * @param method As `baselines.parquet` has it: `sampled`, `greedy`, `temperature_0.7`, `self_refinement`.
 * @returns `as sampled`, `greedy`, `temperature 0.7`, `self-refinement`.
 */
export function methodInWords(method: string): string {
  if (method === "sampled") return "as sampled";
  return method === "self_refinement" ? "self-refinement" : method.replaceAll("_", " ");
}
