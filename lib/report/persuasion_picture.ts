import { type Html, html } from "./html.ts";
import type { Persuasion } from "../evaluation/mod.ts";

/** Agents of more are a tangle: the table has their numbers. */
const MOST_AGENTS = 4;
const RADIUS = 17, RING = 78, MARGIN = 46;
/** How far the lines of right and of wrong answers bend away from the straight one. */
const BENDS = { rightly: 16, wrongly: 38 } as const;
/** Width of a line that stands for every time, and for almost none. */
const WIDEST = 6, NARROWEST = 1;

type Point = readonly [x: number, y: number];

/**
 * The graph of persuasion as a picture: a line from the speaker to the listener for answers that were taken over,
 * the wider the more often, those of wrong answers dashed.
 *
 * @param graph The edges of all pairs of agents.
 * @returns The picture; null where nobody moved, or too many agents could.
 */
export function persuasionPicture(graph: readonly Persuasion[]): Html | null {
  const numAgents = 1 + Math.max(0, ...graph.map(({ speaker }) => speaker));
  const lines = graph.flatMap((edge) =>
    (["rightly", "wrongly"] as const).flatMap((how) =>
      edge[how].moved === 0 ? [] : [{ ...edge, how, rate: edge[how].rate! }]
    )
  );
  if (numAgents > MOST_AGENTS || lines.length === 0) return null;
  const centers = Array.from({ length: numAgents }, (_, agent) => centerOf(agent, numAgents));
  const [width, height] = [0, 1].map((axis) =>
    Math.max(...centers.map((center) => center[axis]!)) + MARGIN
  );
  return html`
    <svg class="graph" viewBox="${`0 0 ${round(width!)} ${round(height!)}`}" width="${round(
      width!,
    )}" role="img"
      aria-label="Who moved whom, as the table below has it in numbers">${lines.map((
        { speaker, listener, how, rate },
      ) => lineHtml([centers[speaker]!, centers[listener]!], how, rate))}${centers.map((
        [x, y],
        agent,
      ) =>
        html`
          <circle cx="${x}" cy="${y}" r="${RADIUS}" />
          <text x="${x}" y="${round(y + 4.5)}" text-anchor="middle">${agent + 1}</text>
        `
      )}</svg>
  `;
}

/** Two stand side by side, more on a ring, the first on top. */
function centerOf(agent: number, numAgents: number): Point {
  if (numAgents <= 2) return [MARGIN + agent * 2 * RING, MARGIN];
  const angle = 2 * Math.PI * agent / numAgents - Math.PI / 2;
  const middle = MARGIN + RING;
  return [round(middle + RING * Math.cos(angle)), round(middle + RING * Math.sin(angle))];
}

function lineHtml([from, to]: readonly [Point, Point], how: keyof typeof BENDS, rate: number) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const along: Point = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  // Across to the right of whoever walks along: the way back bends to the other side.
  const across: Point = [-along[1], along[0]];
  const at = (origin: Point, forth: number, aside: number): Point => [
    origin[0] + along[0] * forth + across[0] * aside,
    origin[1] + along[1] * forth + across[1] * aside,
  ];
  const aside = BENDS[how] / 3;
  const reach = Math.sqrt(RADIUS ** 2 - aside ** 2);
  const [start, tip] = [at(from, reach, aside), at(to, -reach - 2, aside)];
  const bend = at(from, length / 2, BENDS[how]);
  const width = NARROWEST + (WIDEST - NARROWEST) * rate;
  const size = 6 + width;
  const toTip = Math.hypot(tip[0] - bend[0], tip[1] - bend[1]);
  const [dx, dy] = [(tip[0] - bend[0]) / toTip, (tip[1] - bend[1]) / toTip];
  const back: Point = [tip[0] - dx * size, tip[1] - dy * size];
  const corner = (sign: number) =>
    pair([back[0] - sign * dy * size / 2, back[1] + sign * dx * size / 2]);
  return html`
    <g class="${how}">
      <path class="line" stroke-width="${round(width)}" d="${`M${pair(start)}Q${pair(bend)} ${
        pair(back)
      }`}" />
      <path class="tip" d="${`M${pair(tip)}L${corner(1)}L${corner(-1)}z`}" />
    </g>
  `;
}

const round = (value: number) => Math.round(value * 10) / 10;
const pair = ([x, y]: Point) => `${round(x)} ${round(y)}`;
