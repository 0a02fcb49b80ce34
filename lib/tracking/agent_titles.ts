import type { EvaluationsRow } from "./frame_columns.ts";

/**
 * What agents are called in tables: by their numbers, and where different models sit at one table, by their
 * models as well.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @returns Shape [A], such as `agent 1`, or `agent 1, arithmetic/base`.
 */
export function agentTitles(
  rows: readonly Pick<EvaluationsRow, "agent" | "baseModel">[],
): string[] {
  const models: string[] = [];
  for (const { agent, baseModel } of rows) models[agent] ??= baseModel;
  const names = shortNames([...new Set(models)]);
  return models.map((model, agent) =>
    names.size > 1 ? `agent ${agent + 1}, ${names.get(model)}` : `agent ${agent + 1}`
  );
}

/** The last folders of each path, as many as it takes to tell them apart; two at least. */
function shortNames(paths: readonly string[]): Map<string, string> {
  const folders = paths.map((path) => path.split(/[\\/]/).filter((folder) => folder !== ""));
  const most = Math.max(2, ...folders.map(({ length }) => length));
  for (let depth = 2;; depth++) {
    const names = folders.map((path) => path.slice(-depth).join("/"));
    if (new Set(names).size === paths.length || depth >= most) {
      return new Map(paths.map((path, i) => [path, names[i]!]));
    }
  }
}
