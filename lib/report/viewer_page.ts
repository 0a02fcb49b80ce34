import { html, trusted } from "./html.ts";
import type { AnalysisPanel } from "./analysis_panels.ts";
import { sourceHash } from "./source_hash.ts";

/** A page of discussions. */
export interface ViewerPage {
  /** What the page is about: the run. */
  readonly title: string;
  /** Where it links back to. */
  readonly home?: { readonly href: string; readonly title: string } | undefined;
  /** What has to be known of it beforehand, such as that the run is not finished. */
  readonly note?: string | undefined;
  /** A frame with `viewedColumns`, as Parquet. */
  readonly data: Uint8Array;
  /** Analyses of its sets of discussions; default none. */
  readonly panels?: readonly AnalysisPanel[];
  /** The viewer, see `viewer/build.ts`. */
  readonly script: string;
  /** Its style. */
  readonly style: string;
}

/**
 * A page of discussions that needs nothing but itself: neither network nor server. Its policy lets nothing
 * run or load but what was written into it.
 *
 * @param page What it shows.
 * @returns The page as HTML.
 */
export function viewerPage(page: ViewerPage): string {
  const { title, home, note, data, panels = [], script, style } = page;
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const link = home === undefined ? null : html`<a id="home" href="${home.href}">${home.title}</a>`;
  const remark = note === undefined ? null : html`<p id="note">${note}</p>`;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>Discussions: ${title}</title>
        <style>${trusted(style)}</style>
      </head>
      <body>
        <a class="skip" href="#discussion">Skip to the discussion</a>
        <header
          class="top">${link}<h1>Discussions</h1><p id="run">${title}</p>${remark}</header>
        <main id="viewer">
          <p class="empty" role="status">Reading the discussions…</p>
        </main>
        ${panels.map(({ set, html: panel }) =>
          html`<template class="analysis" data-set="${set}">${panel}</template>`
        )}
        <noscript><p class="empty">This page shows discussions by a script that is part of it. Please allow it.</p></noscript>
        <script type="application/octet-stream" id="answers">${data.toBase64()}</script>
        <script>${trusted(script)}</script>
      </body>
    </html>
  `.html;
}
