import { darkPlotRules } from "./plot_colors.ts";

const LIGHT = `
  --ground: #fdfdfb; --raised: #f4f4f0; --ink: #1f2428; --soft: #545c64; --line: #d8d9d4;
  --link: #0a5a8f; --focus: #b3530b;
  --good: #0b6045; --good-ground: #e0f1e9; --bad: #94300e; --bad-ground: #fae8e0;
  --open: #655009; --open-ground: #f6eed3; --none: #545c64; --none-ground: #ececea;`;

const DARK = `
  --ground: #15191c; --raised: #1e2428; --ink: #e4e7ea; --soft: #a7b0b8; --line: #363e45;
  --link: #82c0ee; --focus: #f2a65e;
  --good: #7fdcb6; --good-ground: #143529; --bad: #f8ab8c; --bad-ground: #3f2015;
  --open: #e6cf7c; --open-ground: #362e10; --none: #b3bbc2; --none-ground: #2a3136;`;

/**
 * The look of a report: readable lines, tables that scroll by themselves, light and dark as the reader has it, and
 * for print.
 *
 * @returns CSS.
 */
export function reportStyle(): string {
  return `
:root { color-scheme: light dark;${LIGHT} }
@media (prefers-color-scheme: dark) { :root {${DARK} }
${darkPlotRules()} }
@media print { :root { color-scheme: light;${LIGHT} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--link); text-underline-offset: 0.15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; background: var(--ground); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { left: 0.5rem; top: 0.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
header, main, nav, footer { padding: 0 1.25rem; }
header { max-width: 60rem; padding-top: 1.5rem; }
main, footer { max-width: 78rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.5rem; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 0.75rem; }
h2.first { margin-top: 1rem; }
h3 { font-size: 1.1rem; line-height: 1.3; margin: 0 0 0.4rem; }
p { margin: 0 0 0.6rem; max-width: 46rem; }
code { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.lead, .note, .place, .facts, footer { color: var(--soft); }
.note, footer { font-size: 0.86rem; line-height: 1.5; }
.place { white-space: nowrap; font-size: 0.86rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: 0.2rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav .to { color: var(--soft); font-size: 0.8rem; margin: 0.75rem 0 0.1rem; }
.claims { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.claim { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 1.25rem; padding: 0.55rem 0;
  border-bottom: 1px solid var(--line); }
.claim p { margin: 0; }
.claim .note { margin: 0.15rem 0 0.4rem; }
.counts { margin: -0.4rem 0 0.6rem; color: var(--soft); }
.sentence { font-weight: 600; line-height: 1.4; max-width: 54rem; }
.sentence .place { font-weight: 400; }
.figure { font-size: 0.92rem; line-height: 1.45; max-width: 54rem; }
.figure strong { white-space: nowrap; }
.verdict { display: inline-block; padding: 0.1rem 0.6rem; border-radius: 1rem; font-size: 0.84rem;
  font-weight: 600; white-space: nowrap; }
.reproduced { color: var(--good); background: var(--good-ground); }
.not-reproduced { color: var(--bad); background: var(--bad-ground); }
.not-distinguishable { color: var(--open); background: var(--open-ground); }
.not-run { color: var(--none); background: var(--none-ground); }
.interval { display: block; width: 9.5rem; height: auto; margin-top: 0.35rem; }
.interval .axis { stroke: var(--line); }
.interval .zero { stroke: var(--soft); stroke-dasharray: 2 2; }
.interval .range { stroke: var(--link); stroke-width: 3; }
.interval .point { fill: var(--link); }
section + section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.facts { display: flex; flex-wrap: wrap; gap: 0 0.9rem; overflow-wrap: anywhere; }
.picture { margin: 1rem 0; }
.picture svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.table { margin: 1rem 0 1.25rem; }
.table .note { margin: 0.4rem 0 0; max-width: 60rem; }
.paper { padding: 0.1rem 0.9rem 0.6rem; margin-left: -0.9rem; background: var(--raised);
  border-radius: 6px; }
/* A shadow at the right says that there is more; what covers it lies at the end of the table. */
.scroll { overflow-x: auto; position: relative; --under: var(--ground); background:
    linear-gradient(to left, var(--under) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to left, color-mix(in srgb, var(--ink) 22%, transparent), transparent)
      right / 0.9rem 100% no-repeat scroll; }
.paper .scroll { --under: var(--raised); }
table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.4;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.4rem 0; color: var(--ink); }
caption span { position: sticky; left: 0; display: inline-block; max-width: min(60rem, 88vw); }
caption .from { color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: 0.28rem 1.1rem 0.28rem 0; font-weight: 400; }
tbody th { min-width: 7rem; }
thead th { color: var(--soft); vertical-align: bottom; border-bottom: 1px solid var(--soft);
  font-weight: 600; max-width: 16rem; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody tr:target > * { background: var(--open-ground); }
.number { text-align: right; }
td { min-width: 7rem; }
td.number, td.figures { white-space: nowrap; min-width: 0; }
.none { color: var(--soft); }
.command { min-width: 8rem; max-width: 34rem; }
td details { margin: 0; }
.command code { overflow-wrap: anywhere; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--link); width: fit-content; padding: 0.15rem 0; }
.claim details { margin: 0.1rem 0 0; font-size: 0.92rem; }
footer { padding-top: 1rem; padding-bottom: 3rem; }
@media (min-width: 72rem) {
  body { display: grid; grid-template-columns: 15rem minmax(0, 1fr); column-gap: 2rem; }
  header, main, footer { grid-column: 2; width: 100%; }
  nav { grid-column: 1; grid-row: 1 / span 3; position: sticky; top: 0; max-height: 100vh;
    overflow-y: auto; padding-top: 1.6rem; align-self: start; font-size: 0.92rem; }
}
@media (max-width: 72rem) {
  nav { order: -1; padding-top: 0.75rem; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; }
  nav .to { margin: 0.2rem 0 0; }
}
@media (max-width: 40rem) {
  .claim { grid-template-columns: minmax(0, 1fr); gap: 0.3rem; }
  .place { white-space: normal; }
  .is { display: flex; gap: 0.75rem; align-items: center; }
  nav { display: flex; gap: 0 1rem; overflow-x: auto; white-space: nowrap; }
  nav ul { flex: none; flex-wrap: nowrap; }
  nav .to { display: none; }
  .paper { margin-left: -0.5rem; margin-right: -0.5rem; padding-left: 0.5rem; padding-right: 0.5rem; }
}
@media print {
  nav, .skip { display: none; }
  body { display: block; font-size: 10pt; }
  details::details-content { content-visibility: visible; display: block; }
  .scroll { overflow: visible; background: none; }
  tr, .claim, .picture { break-inside: avoid; }
  table { font-size: 7.5pt; }
  th, td { padding-right: 0.5rem; }
  td.number, td.figures { white-space: normal; }
  td { min-width: 0; }
}
`;
}
