/**
 * Reports: one page that shows what was claimed, what came out, and the runs behind every number.
 *
 * `reportPage()` makes it from plain data ({@link Report}); the rules from an interval to a verdict are
 * `isPositive()`, `isNoRise()` and `isNoChange()`.
 *
 * @module
 */
export { countsOfVerdicts, decidingEvidence, verdictOf } from "./claim_html.ts";
export { inlineSvg } from "./inline_svg.ts";
export { reportPage } from "./page.ts";
export { darkPlotColors } from "./plot_colors.ts";
export type {
  Evidence,
  PaperTable,
  Report,
  ReportClaim,
  ReportRun,
  ReportSection,
} from "./report.ts";
export { idOfRuns } from "./runs_html.ts";
export { slugOf } from "./slug.ts";
export { isNoChange, isNoRise, isPositive, type Verdict, worstVerdict } from "./verdict.ts";
