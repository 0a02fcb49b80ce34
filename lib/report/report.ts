/**
 * What a report shows, as plain data.
 *
 * @module
 */
import type { Interval } from "../evaluation/mod.ts";
import type { Table } from "../tracking/mod.ts";
import type { Verdict } from "./verdict.ts";

/** A report: the claims of a paper, and the results that decide them. */
export interface Report {
  /** Its title. */
  readonly title: string;
  /** Paragraphs below the title: what it is. */
  readonly lead: readonly string[];
  /** Paragraphs below the claims: how they were decided. */
  readonly notes: readonly string[];
  /** The claims, in the paper's order. */
  readonly claims: readonly ReportClaim[];
  /** One table over all results; absent where none has anything to say in it. */
  readonly overview?: Table;
  /** The results, in the order in which they are shown. */
  readonly sections: readonly ReportSection[];
}

/** A figure that a claim is decided by. */
export interface ClaimFigure {
  /** What it is: `accuracy of the last turn minus the first`. */
  readonly what: string;
  /** The figure. */
  readonly interval: Interval;
  /** What it says about the claim. */
  readonly verdict: Verdict;
  /** When the claim holds, in words: `above zero`. */
  readonly expected: string;
  /** Where it is open: how many seeds would decide it ({@link seedsToDecide}); null if more than anybody runs. */
  readonly seedsToDecide?: number | null;
}

/** A claim of the paper. */
export interface ReportClaim {
  /** Its name within the report, to link to. */
  readonly id: string;
  /** What is claimed, in our words. */
  readonly sentence: string;
  /** Where the paper says so. */
  readonly place: string;
  /** Command that makes what decides it. */
  readonly command: string;
  /** The section with the frames that it was decided by; absent where it was not run. */
  readonly section?: string;
  /** What is to be known of how it was decided, such as how the experiment differs from the paper's. */
  readonly note?: string;
  /** All of its figures; none where it was not run. */
  readonly evidence: readonly ClaimFigure[];
}

/** A run that a result is made from. */
export interface ReportRun {
  /** Its arm. */
  readonly arm: string;
  /** Its seed. */
  readonly seed: number;
  /** The command that made it, with all settings that are not the defaults. */
  readonly command: string;
  /** Hash of the code that made it; several, if other code went on with it. */
  readonly code: string;
  /** Where its settings file lies. */
  readonly settings?: string;
  /** Where its discussions can be read. */
  readonly discussions?: string;
}

/** Numbers of the paper, to be read beside ours. */
export interface PaperTable extends Table {
  /** Where they stand: `Table 5`. */
  readonly place: string;
}

/** A result. */
export interface ReportSection {
  /** Its name: that of its folder, and what links lead to. */
  readonly name: string;
  /** Its title. */
  readonly title: string;
  /** What it asks. */
  readonly question: string;
  /** Command that makes it. */
  readonly command: string;
  /** What a seed takes, in words. */
  readonly minutes?: string;
  /** Its document. */
  readonly readme?: { readonly href: string; readonly text: string };
  /** Its tables by name; none where it was not run. */
  readonly tables: Readonly<Record<string, Table>>;
  /** Its pictures, each with its name among them, as a whole SVG element, and what it shows in words. */
  readonly pictures: readonly {
    readonly name: string;
    readonly svg: string;
    readonly alt: string;
  }[];
  /** What the paper has beside it. */
  readonly paper: readonly PaperTable[];
  /** Its runs by arm and seed. */
  readonly runs: readonly ReportRun[];
}
