import type { Table } from "../tracking/mod.ts";
import { attribute, type Html, html } from "./html.ts";
import type { ReportRun, ReportSection } from "./report.ts";
import { slugOf } from "../core/mod.ts";

/**
 * The name of an arm's runs in the page.
 *
 * @param section The result.
 * @param arm The arm.
 * @returns The name, to link to.
 */
export function idOfRuns({ name }: Pick<ReportSection, "name">, arm: string): string {
  return `${name}-runs-${slugOf(arm)}`;
}

/**
 * Where the first cell of a row leads: to the runs of the arm that it is of, or that it names.
 *
 * @param section The result.
 * @param table The table.
 * @returns Gives the address of a cell such as `MAPoRL` or `arithmetic: off-the-shelf`, and its row.
 */
export function hrefOfRow(
  section: ReportSection,
  { rowArms }: Pick<Table, "rowArms">,
): (text: string, row: number) => string | undefined {
  const arms = [...new Set(section.runs.map(({ arm }) => arm))]
    .sort((a, b) => b.length - a.length); // the longest name that fits
  return (text, row) => {
    const arm = arms.find((arm) =>
      rowArms === undefined ? text === arm || text.startsWith(`${arm}: `) : rowArms[row] === arm
    );
    return arm === undefined ? undefined : `#${idOfRuns(section, arm)}`;
  };
}

const link = (href: string | undefined, text: string, what: string) =>
  href === undefined
    ? html`<span class="none">not here</span>`
    : html`<a href="${href}">${text}<span class="hidden"> of ${what}</span></a>`;

function runRow(
  section: ReportSection,
  run: ReportRun,
  { isFirst, hasPages }: { readonly isFirst: boolean; readonly hasPages: boolean },
) {
  const what = `${run.arm}, seed ${run.seed}`;
  return html`
    <tr${attribute("id", isFirst ? idOfRuns(section, run.arm) : undefined)}>
      <th scope="row">${run.arm}</th>
      <td class="number">${run.seed}</td>
      <td><code>${run.code}</code></td>
      ${hasPages
        ? html`
          <td>${link(run.settings, "settings", what)}</td>
          <td>${link(run.discussions, "discussions", what)}</td>
        `
        : null}
      <td class="command">
        <details>
          <summary>command<span class="hidden"> of ${what}</span></summary><code>${run
            .command}</code>
        </details>
      </td>
      </tr>
  `;
}

/**
 * The runs of a result, folded: arm, seed, code, settings and where their discussions are.
 *
 * @param section The result.
 * @returns The list; null where it needs no run.
 */
export function runsHtml(section: ReportSection): Html | null {
  const { runs, name, title } = section;
  if (runs.length === 0) return null;
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const isFirst = (run: ReportRun) => runs.find(({ arm }) => arm === run.arm) === run;
  const hasPages = runs.some((run) => run.settings !== undefined || run.discussions !== undefined);
  return html`
    <details class="runs" id="${`${name}-runs`}">
      <summary>${runs.length} ${runs.length === 1 ? "run" : "runs"}, ${seeds.length === 1
        ? "seed"
        : "seeds"} ${seeds.join(", ")}<span class="hidden"> of ${title}</span></summary>
      ${hasPages ? null : html`<p>Their settings and discussions are in reports of the machine that
      they were made on: <code>${section.command}</code> makes the runs again, and a report with
      both.</p>`}
      <div class="scroll" role="region" tabindex="0" aria-label="${`Runs of ${title}`}">
        <table>
          <thead>
            <tr>
              <th scope="col">arm</th>
              <th scope="col" class="number">seed</th>
              <th scope="col">code</th>
              ${hasPages
                ? html`
                  <th scope="col">settings</th>
                  <th scope="col">discussions</th>
                `
                : null}
              <th scope="col">made by</th>
            </tr>
          </thead>
          <tbody>${runs.map((run) =>
            runRow(section, run, { isFirst: isFirst(run), hasPages })
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}
