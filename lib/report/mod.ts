/**
 * What people look at when runs are done: the report, one page that shows what was claimed and what came out, and
 * pages that show every discussion.
 *
 * `reportPage()` makes the report from plain data ({@link Report}); the rules from an interval to a verdict are
 * `isPositive()`, `isNoRise()` and `isNoChange()`.
 *
 * @module
 */
export { countsOfVerdicts, decidingEvidence, verdictOf } from "./claim_html.ts";
export * from "./discussion_pages.ts";
export { inlineSvg } from "./inline_svg.ts";
export { REPORT_MARK, reportPage } from "./page.ts";
export type { Html } from "./html.ts";
export { darkPlotColors } from "./plot_colors.ts";
export * from "./report.ts";
export { idOfRuns } from "./runs_html.ts";
export { MOST_SEEDS, seedsToDecide } from "./seeds_to_decide.ts";
export { tableHtml, type TableHtmlOptions } from "./table_html.ts";
export * from "./verdict.ts";
