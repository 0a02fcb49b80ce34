import { shellQuote } from "../core/mod.ts";
import { changesOfUse } from "./check_use.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunRecord } from "./run_record.ts";
import { SUMMARY_FILE } from "./outdated_summary.ts";
import { hasRows, markdownTable, type Table } from "./tables.ts";

/** What a summary is made of, in order. */
export interface SummaryParts {
  /** What was asked and what came out, as Markdown paragraphs. */
  readonly text?: string;
  /** The results; those without a row are left out. */
  readonly tables: readonly Table[];
  /** Pictures in the run's folder: file names, shown below the tables. */
  readonly plots?: readonly { readonly file: string; readonly caption: string }[];
}

/**
 * Writes `summary.md` of a run: the results, and what is needed to get them again.
 *
 * @param run The run.
 * @param parts Text, tables and plots.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses.
 */
export async function writeSummary(run: RunFolder, parts: SummaryParts): Promise<void> {
  const { experiment, seed, started, device, versions } = run.record;
  const sections = [
    `# ${experiment}, seed ${seed}`,
    parts.text ?? "",
    ...parts.tables.filter(hasRows).map((table) => markdownTable(table).trimEnd()),
    ...(parts.plots ?? []).map(({ file, caption }) => `![${caption}](${file})\n\n*${caption}*`),
    [
      "## How it was made",
      "",
      "```",
      ...commandsOf(run.record),
      "```",
      "",
      `- started ${started}, this summary written ${new Date().toISOString()}`,
      `- device: ${device.backend}, ${device.name}, ${device.products}`,
      ...changesOfUse(run.record).map((line) => `- ${line}`),
      `- maporl ${versions.maporl} (${codeOf(run.record)}), ` +
      `deno ${versions.deno}, tfjs ${versions.tfjs}, polars ${versions.polars}, ${versions.system}`,
      "- full configuration: `config.yaml`; every answer: `answers.parquet`, `evaluations.parquet`, " +
      "`baselines.parquet`",
    ].join("\n"),
  ];
  await run.writeText(SUMMARY_FILE, sections.filter((text) => text !== "").join("\n\n") + "\n");
}

/** The command that started a run, and those that went on with it with other settings. */
function commandsOf({ commandLine, resumed }: RunRecord): string[] {
  const changes = resumed.map(({ commandLine }) => commandLine)
    .filter((words) => words.some((word) => /^--set(?:=|$)/.test(word)));
  return [commandLine, ...changes].map((words) =>
    `deno task experiment ${words.map((word) => shellQuote(word)).join(" ")}`
  );
}

/** A checkout's commit says nothing of changes since; the hash of the code does. */
function codeOf({ versions: { code }, gitRevision }: RunRecord): string {
  const parts = [
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(gitRevision === null ? [] : [`at or after commit ${gitRevision.slice(0, 12)}`]),
  ];
  return parts.length === 0 ? "code unknown" : parts.join(", ");
}
