import { attribute, type Html, html } from "./html.ts";
import { type Table, textTable } from "../tracking/mod.ts";

/** Options of {@linkcode tableHtml}. */
export interface TableHtmlOptions {
  /** Its name in the page. */
  readonly id: string;
  /** What it is part of, which tells it from others of the same title. */
  readonly within: string;
  /** What stands before its title: `Paper, Table 5`. */
  readonly from?: string;
  /**
   * Where the first cell of a row leads.
   *
   * @param text The cell.
   * @param row Its row, from 0.
   * @returns The address; undefined = nowhere.
   */
  readonly rowHref?: (text: string, row: number) => string | undefined;
  /**
   * Where a cell behind the first one leads.
   *
   * @param row Its row, from 0.
   * @param column Its column, from 0.
   * @returns The address; undefined = nowhere.
   */
  readonly cellHref?: (row: number, column: number) => string | undefined;
}

/**
 * A table as HTML, which scrolls by itself where it is wider than the page.
 *
 * @param table The table.
 * @param options Its name, and where its rows lead.
 * @returns The table with its notes.
 * @throws {RangeError} If a row has another number of cells than there are columns.
 */
export function tableHtml(
  table: Table,
  { id, within, from, rowHref, cellHref }: TableHtmlOptions,
): Html {
  const { header, rows, isNumeric, notes } = textTable(table);
  const isOfFigures = (column: number) =>
    rows.length > 0 && rows.every((row) => /^([-+−]?[\d[].*)?$/.test(row[column]!));
  const look = (column: number) =>
    attribute("class", isNumeric[column] ? "number" : isOfFigures(column) ? "figures" : undefined);
  const linked = (text: string, href: string | undefined) =>
    href === undefined ? text : html`<a href="${href}">${text}</a>`;
  return html`<div class="${from === undefined ? "table" : "table paper"}" id="${id}">
    <div class="scroll" role="region" tabindex="0" aria-label="${`${table.title} (${within})`}">
      <table>
        <caption><span>
          ${from === undefined ? null : html`<b class="from">${from}. </b>`}${table.title}
        </span></caption>
        <thead><tr>${
    header.map((title, i) =>
      html`
        <th scope="col" ${look(i)}>${title}</th>
      `
    )
  }</tr></thead>
        <tbody>${
    rows.map(([first = "", ...others], row) =>
      html`<tr>
        <th scope="row"${look(0)}>${linked(first, rowHref?.(first, row))}</th>
        ${
        others.map((text, i) =>
          html`<td${look(i + 1)}>${linked(text, cellHref?.(row, i + 1))}</td>`
        )
      }
      </tr>`
    )
  }</tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </div>`;
}
