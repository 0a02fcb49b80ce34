import { type Html, html, trusted } from "./html.ts";
import { hasRows } from "../tracking/mod.ts";
import { inlineSvg } from "./inline_svg.ts";
import type { ReportSection } from "./report.ts";
import { hrefOfRow, runsHtml } from "./runs_html.ts";
import { slugOf } from "../core/mod.ts";
import { tableHtml } from "./table_html.ts";

/** Tables of this name are shown folded: they stand beside every result, one for each arm. */
const FOLDED = /^baselines/;

/**
 * Whether a result was made.
 *
 * @param section The result.
 * @returns False where it shows nothing of ours.
 */
export function isRun({ tables, pictures }: ReportSection): boolean {
  return pictures.length > 0 || Object.keys(tables).length > 0;
}

function tablesHtml(section: ReportSection) {
  const { name, title } = section;
  const shown = Object.entries(section.tables).filter(([, table]) => hasRows(table));
  const htmlOf = ([key, table]: typeof shown[number]) =>
    tableHtml(table, {
      id: slugOf(`${name} table ${key}`),
      within: title,
      rowHref: hrefOfRow(section, table),
    });
  const folded = shown.filter(([key]) => FOLDED.test(key));
  return html`${shown.filter((one) => !folded.includes(one)).map(htmlOf)}
    ${
    folded.length === 0 ? null : html`<details>
      <summary>The same models without discussion${
      folded.length === 1 ? "" : `, ${folded.length} tables`
    }<span class="hidden"> (${title})</span></summary>
      ${folded.map(htmlOf)}
    </details>`
  }`;
}

function picturesHtml({ name, pictures }: ReportSection) {
  return pictures.map((picture) => {
    const svg = inlineSvg(picture.svg, slugOf(`${name} ${picture.name}`));
    return html`
      <div class="picture" role="img" aria-label="${picture.alt}">${trusted(svg)}</div>
    `;
  });
}

/**
 * A result: what it asks, its tables and its pictures, what the paper has beside it, and its runs.
 *
 * @param section The result.
 * @returns A section of the page.
 */
export function sectionHtml(section: ReportSection): Html {
  const { name, title, question, command, minutes, readme, paper } = section;
  return html`<section id="${name}" aria-labelledby="${`${name}-title`}">
    <h3 id="${`${name}-title`}">${title}</h3>
    <p>${question}</p>
    <p class="facts">
      ${
    isRun(section) ? null : html`
      <strong>Not run yet.</strong>
    `
  }
      <code>${command}</code>
      ${minutes === undefined ? null : html`<span>Minutes a seed takes: ${minutes}.</span>`}
      ${readme === undefined ? null : html`<a href="${readme.href}">${readme.text}</a>`}
    </p>
    ${picturesHtml(section)}
    ${tablesHtml(section)}
    ${
    paper.map((table) =>
      tableHtml(table, {
        id: slugOf(`${name} paper ${table.place}`),
        within: title,
        from: `The paper, ${table.place}`,
      })
    )
  }
    ${runsHtml(section)}
  </section>`;
}
