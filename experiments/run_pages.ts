/**
 * What the report holds of single runs: their settings and their discussions.
 *
 * @module
 */
import { createFolder, writeFileAtomic } from "../lib/core/mod.ts";
import { pageName, type ReportRun, writeDiscussionPages } from "../lib/report/mod.ts";
import type { ArmRunPlace, ProgressReporter } from "../lib/tracking/mod.ts";

/** The folders inside of a report that hold them. */
export const RUN_PARTS = ["settings", "discussions"] as const;

/** Where the runs of results lie that are on this machine, by the result's name. */
export type MadeRuns = Readonly<Record<string, readonly ArmRunPlace[]>>;

/**
 * Where settings and discussions of a run are.
 *
 * @param run The result's name, the arm and the seed.
 * @returns Addresses relative to the report; none where the run is not on this machine.
 */
export type LinksOfRun = (
  run: { readonly result: string; readonly arm: string; readonly seed: number },
) => Pick<ReportRun, "settings" | "discussions">;

/**
 * Writes the settings and discussions of runs into a report.
 *
 * @param runs The runs.
 * @param options The report's folder, and what shows how many are written.
 * @returns Where they are.
 * @throws {MaporlError} If a run is not finished or its frames were changed, or the disk refuses.
 */
export async function writeRunPages(
  runs: MadeRuns,
  { folder, progress }: { readonly folder: string; readonly progress: ProgressReporter },
): Promise<LinksOfRun> {
  const all = Object.entries(runs).flatMap(([result, places]) =>
    places.map((place) => ({ result, ...place }))
  );
  const links = new Map<string, Required<Pick<ReportRun, "settings" | "discussions">>>();
  using writing = progress.task("discussions", { total: all.length, unit: "runs" });
  if (all.length > 0) await createFolder(`${folder}/settings`);
  for (const run of all) {
    writing.note(`${run.result}, ${run.arm}`);
    writing.advance(0);
    const [page] = await writeDiscussionPages([run], folder);
    const settings = `settings/${pageName(run).replace(/\.html$/, ".yaml")}`;
    await writeFileAtomic(
      `${folder}/${settings}`,
      await Deno.readTextFile(`${run.path}/config.yaml`),
    );
    links.set(pageName(run), { settings, discussions: page!.href });
    writing.advance();
  }
  return (run) => links.get(pageName(run)) ?? {};
}
