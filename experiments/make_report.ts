/**
 * The report on all results: gathered from frames, written as one folder.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import {
  createFolder,
  isMapping,
  type Mapping,
  pathExists,
  removeLeftovers,
  writeFileAtomic,
} from "../lib/core/mod.ts";
import {
  type ClaimFigure,
  type Report,
  type ReportClaim,
  reportPage,
  type ReportRun,
  type ReportSection,
  seedsToDecide,
} from "../lib/report/mod.ts";
import {
  baselinesOverview,
  type ProgressReporter,
  renderPlot,
  type ResultFrames,
  seedsOfFrames,
} from "../lib/tracking/mod.ts";
import type { Claim } from "./claim.ts";
import { claims } from "./claims.ts";
import { paperTables } from "./paper_tables.ts";
import { readmeIntro } from "./readme_intro.ts";
import type { ReadResults } from "./read_results.ts";
import type { Results } from "./results.ts";
import { type LinksOfRun, type MadeRuns, RUN_PARTS, writeRunPages } from "./run_pages.ts";

/** What a report is made of. */
export interface ReportSources {
  /** All results. */
  readonly results: Results;
  /** Those that were read; others are not run. */
  readonly read: ReadResults;
  /** The repository, whose documents are quoted; default the current folder. */
  readonly root?: string;
  /** The report's folder. */
  readonly folder: string;
  /** What is said below the title, besides what every report says. */
  readonly notes: readonly string[];
}

/** What is written beside a report. */
export interface ReportPages {
  /** Runs whose settings and discussions become part of the report; default none. */
  readonly runs?: MadeRuns;
  /** Shows how many of their pages are written. */
  readonly progress: ProgressReporter;
}

const LEAD =
  "What MAPoRL's paper (Park et al., ACL 2025) claims, beside what this repository measures with small models in a " +
  "small world. Every number is made from frames of finished runs.";
const NOTES = [
  "Reproduced: the whole 95 % interval of each figure lies where the claim wants it. Not reproduced: that of one lies " +
  "wholly elsewhere. Intervals are for new training runs where there are several seeds, else for new questions. " +
  "Claims about discussions are decided by the majority vote, as the paper measures them (until 30 November 2026, " +
  "claims 3 to 6 were decided by the mean accuracy of the agents, which stands in the tables; by that, claim 6 was " +
  "not reproduced and the others were what they are now). All figures of a claim " +
  "must hold, so their intervals are not widened for their number (chance alone would call a claim of k figures not " +
  "reproduced in up to k times 2.5 % of cases); those of a table are, and one that is reproduced " +
  "here may be marked ‡ there. Of figures that cannot be told, it is said how many seeds would decide them if " +
  "estimates and spread over seeds stayed as they are (of a claim: all of its figures): roughly, as a few seeds tell " +
  "little of their spread. Nothing on the paper's own models and data sets is reproduced yet.",
];

/**
 * Makes the report and writes it.
 *
 * @param sources What it is made of.
 * @param pages What is written beside it.
 * @returns The path of its page.
 * @throws {MaporlError} If the disk refuses, or runs lack something.
 */
export async function writeReport(
  sources: ReportSources,
  { runs = {}, progress }: ReportPages,
): Promise<string> {
  const { folder } = sources;
  await createFolder(folder);
  await removeUnfinished(folder);
  const linksOf = await writeRunPages(runs, { folder, progress });
  const page = reportPage(await makeReport(sources, linksOf));
  await writeFileAtomic(`${folder}/index.html`, page);
  return `${folder}/index.html`;
}

/** Removes what was left by processes that were killed while they wrote. The user may keep other things there. */
async function removeUnfinished(folder: string): Promise<void> {
  const writtenBefore = performance.timeOrigin;
  await removeLeftovers(folder, { writtenBefore, of: "index.html" });
  for (const part of RUN_PARTS) await removeLeftovers(`${folder}/${part}`, { writtenBefore });
}

/**
 * Gathers the report.
 *
 * @param sources What it is made of.
 * @param linksOf Where settings and discussions of runs are; default nowhere.
 * @returns The report.
 */
export async function makeReport(
  sources: ReportSources,
  linksOf: LinksOfRun = () => ({}),
): Promise<Report> {
  const { results, notes, read } = sources;
  const names = Object.keys(results);
  const overview = baselinesOverview(
    Object.fromEntries(
      names.flatMap((name) => {
        const { comparisons } = read[name]?.shown ?? {};
        return comparisons === undefined ? [] : [[name, comparisons]];
      }),
    ),
  );
  const sections: ReportSection[] = [];
  for (const name of names) sections.push(await sectionOf(name, { ...sources, linksOf }));
  return {
    title: "MAPoRL: what is claimed, and what came out",
    lead: [LEAD, ...notes],
    notes: NOTES,
    claims: claims.map((claim) => claimOf(claim, read)),
    ...(overview.rows.length === 0 ? {} : { overview }),
    sections,
  };
}

const commandOf = (name: string) => `deno task reproduce ${name}`;

/**
 * A claim with what decides it.
 *
 * @param claim The claim.
 * @param read Frames by the result's name.
 * @returns The claim with the figures of the first result that is there; with none where there is no such result.
 */
export function claimOf(
  { id, sentence, place, decidedBy }: Claim,
  read: Readonly<Record<string, Pick<ResultFrames, "frames">>>,
): ReportClaim {
  const own = decidedBy[0]!;
  const found = decidedBy.find(({ result, evidence }) =>
    evidence !== undefined && Object.hasOwn(read, result)
  );
  const frames = found === undefined ? {} : read[found.result]!.frames;
  const numSeeds = seedsOfFrames(frames).length;
  const evidence = (found?.evidence?.(frames) ?? []).map(
    ({ what, interval, expected, decide }): ClaimFigure => {
      const verdict = decide(interval);
      const isOpen = verdict === "not distinguishable" && numSeeds > 1;
      return {
        what,
        interval,
        expected,
        verdict,
        ...(isOpen ? { seedsToDecide: seedsToDecide(interval, numSeeds, decide) } : {}),
      };
    },
  );
  const isOther = found !== undefined && found !== own;
  const note = [
    ...(isOther ? [`Decided by ${found.result} until ${own.result} is run.`] : []),
    ...(found?.note === undefined ? [] : [found.note]),
  ].join(" ");
  return {
    id,
    sentence,
    place,
    command: commandOf(own.result),
    evidence,
    ...(found === undefined ? {} : { section: found.result }),
    ...(note === "" ? {} : { note }),
  };
}

async function sectionOf(
  name: string,
  { results, read, root = ".", folder, linksOf }: ReportSources & { readonly linksOf: LinksOfRun },
): Promise<ReportSection> {
  const result = results[name];
  const { shown, madeBy } = read[name] ?? {};
  const readme = `experiments/${name}/README.md`;
  const hasReadme = await pathExists(`${root}/${readme}`);
  const intro = hasReadme
    ? readmeIntro(await Deno.readTextFile(`${root}/${readme}`))
    : { title: name, question: sentenceOf(result?.summary ?? "") };
  const pictures = await Array.fromAsync(
    Object.entries(shown?.plots ?? {}),
    async ([name, plot]) => {
      const { svg } = await renderPlot(plot);
      return { name, svg, alt: altOf(intro.title, svg) };
    },
  );
  const runs = madeBy === undefined ? [] : runsOf(madeBy);
  return {
    name,
    title: intro.title,
    question: intro.question,
    command: commandOf(name),
    ...(result?.minutes === undefined ? {} : { minutes: result.minutes }),
    ...(hasReadme
      ? { readme: { href: relative(resolve(folder), resolve(root, readme)), text: readme } }
      : {}),
    tables: shown?.tables ?? {},
    pictures,
    paper: paperTables.filter(({ beside }) => beside.includes(name)),
    runs: runs.map((run) => ({ ...run, ...linksOf({ result: name, ...run }) })),
  };
}

const sentenceOf = (summary: string) => summary.slice(0, 1).toUpperCase() + summary.slice(1) + ".";

/** What a picture shows, in words: its own texts. The tables beside it have its numbers. */
function altOf(title: string, svg: string): string {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.trim())
    .filter((text) => /[a-z]{2}/i.test(text))
    .map((text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
  return `Picture of ${title}. ${[...new Set(texts)].join("; ")}. Its numbers stand in the tables.`;
}

/**
 * The runs that a result's manifest tells of.
 *
 * @param madeBy What the frames were made by.
 * @returns The runs in their order; none where it needs none.
 */
export function runsOf(madeBy: Mapping): ReportRun[] {
  const uses = listOf(madeBy.uses);
  return listOf(madeBy.runs).map(({ arm, seed, command, uses: numbers }) => {
    const codes = String(numbers).split(", ").map((number) => String(uses[Number(number)]?.code));
    return {
      arm: String(arm),
      seed: Number(seed),
      command: String(command),
      code: [...new Set(codes)].join(", "),
    };
  });
}

const listOf = (value: unknown): Mapping[] =>
  Array.isArray(value) ? value.filter((one) => isMapping(one)) : [];
