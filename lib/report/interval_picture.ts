import { type Html, html } from "./html.ts";
import type { Interval } from "../evaluation/mod.ts";

const WIDTH = 220, HEIGHT = 22, MARGIN = 8;

/**
 * Where a figure and its interval lie relative to zero, on a line.
 *
 * @param interval The figure.
 * @returns A small picture; the figure in digits stands beside it, so it says nothing to screen readers.
 */
export function intervalPicture({ estimate, low, high }: Interval): Html {
  const from = Math.min(0, low), to = Math.max(0, high);
  const width = to - from || 1;
  const x = (value: number) =>
    Number((MARGIN + (WIDTH - 2 * MARGIN) * (value - from) / width).toFixed(1));
  const middle = HEIGHT / 2;
  return html`
    <svg class="interval" viewBox="${`0 0 ${WIDTH} ${HEIGHT}`}" aria-hidden="true">
      <line class="axis" x1="0" x2="${WIDTH}" y1="${middle}" y2="${middle}" />
      <line class="zero" x1="${x(0)}" x2="${x(0)}" y1="1" y2="${HEIGHT - 1}" />
      <line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}" />
      <circle class="point" cx="${x(estimate)}" cy="${middle}" r="4.5" />
    </svg>
  `;
}
