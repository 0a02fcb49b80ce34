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
  type Report,
  type ReportClaim,
  reportPage,
  type ReportRun,
  type ReportSection,
} from "../lib/report/mod.ts";
import {
  type ProgressReporter,
  readResultFrames,
  renderPlot,
  type ResultFrames,
} from "../lib/tracking/mod.ts";
import { type Claim, claims } from "./claims.ts";
import { paperTables, planned } from "./paper_tables.ts";
import { readmeIntro } from "./readme_intro.ts";
import type { Results } from "./results.ts";
import { type LinksOfRun, type MadeRuns, RUN_PARTS, writeRunPages } from "./run_pages.ts";

/** What a report is made of. */
export interface ReportSources {
  /** All results. */
  readonly results: Results;
  /** Folders of frames by the result's name; others are not run. */
  readonly framesIn: Readonly<Record<string, string>>;
  /** The report's folder. */
  readonly folder: string;
  /** What is said below the title, besides what every report says. */
  readonly notes: readonly string[];
  /** Shows how many results are read. */
  readonly progress: ProgressReporter;
  /** Runs whose settings and discussions become part of the report; default none. */
  readonly runs?: MadeRuns;
}

const LEAD =
  "What MAPoRL's paper (Park et al., ACL 2025) claims, beside what this repository measures with small models in a " +
  "small world. Every number is made from frames of finished runs.";
const NOTES = [
  "Reproduced: the whole 95 % interval of each figure lies where the claim wants it. Not reproduced: that of one lies " +
  "wholly elsewhere. Intervals are for new training runs where there are several seeds, else for new questions. " +
  "Nothing on the paper's own models and data sets is reproduced yet.",
];

/**
 * Makes the report and writes it.
 *
 * @param sources What it is made of.
 * @returns The path of its page.
 * @throws {MaporlError} If frames are missing, were changed or are of another version; if the disk refuses.
 */
export async function writeReport(sources: ReportSources): Promise<string> {
  const { folder } = sources;
  await createFolder(folder);
  await removeUnfinished(folder);
  const linksOf = await writeRunPages(sources.runs ?? {}, sources);
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

type FramesByResult = Readonly<Record<string, ResultFrames>>;

async function readFrames({ framesIn }: ReportSources): Promise<FramesByResult> {
  const read: Record<string, ResultFrames> = {};
  for (const [name, folder] of Object.entries(framesIn)) {
    const remedy = `Make it again: deno task reproduce ${name}`;
    read[name] = await readResultFrames(folder, remedy);
  }
  return read;
}

/**
 * Gathers the report.
 *
 * @param sources What it is made of.
 * @param linksOf Where settings and discussions of runs are; default nowhere.
 * @returns The report.
 * @throws {MaporlError} If frames are missing, were changed or are of another version.
 */
export async function makeReport(
  sources: ReportSources,
  linksOf: LinksOfRun = () => ({}),
): Promise<Report> {
  const { results, notes, progress } = sources;
  const read = await readFrames(sources);
  const names = [
    ...Object.keys(results),
    ...Object.keys(planned).filter((name) => !Object.hasOwn(results, name)),
  ];
  using reading = progress.task("results", { total: names.length, unit: "results" });
  const sections: ReportSection[] = [];
  for (const name of names) {
    reading.note(name);
    reading.advance(0); // shows the name: a result takes seconds
    sections.push(await sectionOf(name, read[name], { ...sources, linksOf }));
    reading.advance();
  }
  return {
    title: "MAPoRL: what is claimed, and what came out",
    lead: [LEAD, ...notes],
    notes: NOTES,
    claims: claims.map((claim) => claimOf(claim, read)),
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
  const evidence = found?.evidence?.(read[found.result]!.frames) ?? [];
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
  read: ResultFrames | undefined,
  { results, folder, linksOf }: ReportSources & { readonly linksOf: LinksOfRun },
): Promise<ReportSection> {
  const result = results[name];
  const readme = `experiments/${name}/README.md`;
  const hasReadme = await pathExists(readme);
  const intro = hasReadme
    ? readmeIntro(await Deno.readTextFile(readme))
    : planned[name] ?? { title: name, question: sentenceOf(result?.summary ?? "") };
  const shown = read === undefined ? undefined : result!.show(read.frames);
  const svg = shown?.plot && (await renderPlot(shown.plot)).svg;
  const runs = read === undefined ? [] : runsOf(read.madeBy);
  return {
    name,
    title: intro.title,
    question: intro.question,
    command: commandOf(name),
    ...(result?.minutes === undefined ? {} : { minutes: result.minutes }),
    ...(hasReadme
      ? { readme: { href: relative(resolve(folder), resolve(readme)), text: readme } }
      : {}),
    tables: shown?.tables ?? {},
    ...(svg === undefined ? {} : { picture: { svg, alt: altOf(intro.title, svg) } }),
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
