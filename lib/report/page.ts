import { type Html, html, trusted } from "./html.ts";
import { claimHtml, countsOfVerdicts } from "./claim_html.ts";
import type { Report, ReportSection } from "./report.ts";
import { isRun, sectionHtml } from "./section_html.ts";
import { reportStyle } from "./style.ts";
import { sourceHash } from "./source_hash.ts";
import { tableHtml } from "./table_html.ts";
import type { Table } from "../tracking/mod.ts";

function navHtml(
  made: readonly ReportSection[],
  missing: readonly ReportSection[],
  hasOverview: boolean,
) {
  const linksTo = (sections: readonly ReportSection[]) =>
    html`<ul>${
      sections.map(({ name, title }) =>
        html`<li><a href="${`#${name}`}">${title.split(": ")[0]}</a></li>`
      )
    }</ul>`;
  return html`<nav aria-label="Contents">
    <ul>
      <li><a href="#claims">The paper's claims</a></li>
      ${hasOverview ? html`<li><a href="#overview">With discussion and without</a></li>` : null}
    </ul>
    ${made.length === 0 ? null : html`<p class="to">Results</p>${linksTo(made)}`}
    ${missing.length === 0 ? null : html`<p class="to">Not run yet</p>${linksTo(missing)}`}
  </nav>`;
}

function overviewHtml(overview: Table, made: readonly ReportSection[]): Html {
  const names = new Set(made.map(({ name }) => name));
  return html`<h2 id="overview">With discussion and without</h2>${
    tableHtml(overview, {
      id: "overview-table",
      within: "all results",
      rowHref: (name) => names.has(name) ? `#${name}` : undefined,
    })
  }`;
}

function bodyHtml({ title, lead, notes, claims, overview, sections }: Report): Html {
  const made = sections.filter(isRun), missing = sections.filter((one) => !isRun(one));
  return html`<a class="skip" href="#claims">Skip to the claims</a>
    <header>
      <h1>${title}</h1>
      ${lead.map((text) => html`<p class="lead">${text}</p>`)}
    </header>
    ${navHtml(made, missing, overview !== undefined)}
    <main>
      <h2 id="claims" class="first">The paper's claims</h2>
      <p class="counts">${countsOfVerdicts(claims)}</p>
      <ol class="claims" role="list">${claims.map((claim) => claimHtml(claim))}</ol>
      ${notes.map((text) => html`<p class="note">${text}</p>`)}
      ${overview === undefined ? null : overviewHtml(overview, made)}
      ${
    made.length === 0
      ? null
      : html`<h2 id="results">Results</h2>${made.map((section) => sectionHtml(section))}`
  }
      ${
    missing.length === 0
      ? null
      : html`<h2>Not run yet</h2>${missing.map((section) => sectionHtml(section))}`
  }
    </main>`;
}

/** By what a page is known to be a report, and may be replaced by a newer one. */
export const REPORT_MARK = "maporl report";

/**
 * A report as one HTML page that loads nothing and runs no script.
 *
 * @param report The report.
 * @returns The page: the same text for the same report.
 * @throws {RangeError} If a row of a table has another number of cells than there are columns.
 */
export function reportPage(report: Report): string {
  const style = reportStyle();
  const policy = `default-src 'none'; style-src '${
    sourceHash(style)
  }'; base-uri 'none'; form-action 'none'`;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="${policy}">
            <meta name="generator" content="${REPORT_MARK}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>${report.title}</title>
            ${trusted(`<style>${style}</style>`)}
          </head>
      <body>${bodyHtml(report)}</body>
    </html>
  `.html.trimStart();
}
