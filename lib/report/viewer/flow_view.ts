import type { ViewedRow } from "../viewed_columns.ts";
import { gradeOf } from "./grades.ts";
import { html, type VNode } from "./html.ts";
import { moveOf } from "./moves.ts";
import { moveText } from "./move_text.ts";

const NODE = { width: 92, height: 30 };
const STEP = { x: 140, y: 44 };
const MARGIN = { left: 62, top: 24 };
/** Most letters of an answer that fit into its box. */
const MAX_LETTERS = 9;

const leftOf = (turn: number) => MARGIN.left + turn * STEP.x;
const middleOf = (agent: number) => MARGIN.top + agent * STEP.y + NODE.height / 2;

/**
 * A picture of a discussion: agents below each other, turns from left to right, and lines from the answers
 * that were kept or taken over.
 *
 * @param answersTA Shape [T][A], the answers.
 * @returns The picture, with a text for those who do not see it.
 */
export function flowView(answersTA: readonly (readonly ViewedRow[])[]): VNode {
  const numAgents = answersTA[0]!.length;
  const width = leftOf(answersTA.length - 1) + NODE.width + 2;
  const height = MARGIN.top + (numAgents - 1) * STEP.y + NODE.height + 4;
  return html`
    <svg class="flow" role="img" aria-label=${flowText(answersTA)}
      viewBox="0 0 ${width} ${height}" style=${{ maxWidth: `${width * 1.1}px` }}>
      ${answersTA.map((_, turn) =>
        html`
          <text class="label" x=${leftOf(turn) + NODE.width / 2} y="14"
            text-anchor="middle">Turn ${turn + 1}</text>
        `
      )}
      ${answersTA[0]!.map(({ agent }) =>
        html`<text class="label" x="0" y=${middleOf(agent) + 4}>Agent ${agent + 1}</text>`
      )}
      ${answersTA.flatMap((answers, turn) =>
        answers.flatMap(({ agent }) => linesTo(answersTA, turn, agent))
      )}
      ${answersTA.flatMap((answers, turn) => answers.map((answer) => nodeView(answer, turn)))}
    </svg>
  `;
}

function nodeView(answer: ViewedRow, turn: number): VNode {
  const { sign, word } = gradeOf(answer);
  const text = answer.answer ?? "none";
  const short = text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS - 1)}…` : text;
  const y = middleOf(answer.agent);
  return html`
    <g class="node ${word.replace(" ", "-")}">
      <rect x=${leftOf(turn)} y=${y - NODE.height / 2} width=${NODE.width} height=${NODE.height}
        rx="6" />
      <text x=${leftOf(turn) + NODE.width / 2} y=${y + 4.5} text-anchor="middle"
      >${sign} ${short}</text>
    </g>
  `;
}

function linesTo(
  answersTA: readonly (readonly ViewedRow[])[],
  turn: number,
  agent: number,
): VNode[] {
  const { kind, from } = moveOf(answersTA, turn, agent);
  const sources = kind === "kept" ? [agent] : from;
  return sources.map((source) => {
    const [x1, x2] = [leftOf(turn - 1) + NODE.width, leftOf(turn) - 2];
    const [y1, y2] = [middleOf(source), middleOf(agent)];
    const bend = (x2 - x1) / 2;
    const path = `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    const tip = `M${x2 - 7} ${y2 - 4.5} L${x2 + 1} ${y2} L${x2 - 7} ${y2 + 4.5} z`;
    return html`
      <g class=${kind}>
        <path class="line" d=${path} />
        <path class="tip" d=${tip} />
      </g>
    `;
  });
}

function flowText(answersTA: readonly (readonly ViewedRow[])[]): string {
  const turns = answersTA.map((answers, turn) => {
    const parts = answers.map((answer) => {
      const { agent } = answer;
      const move = moveText(moveOf(answersTA, turn, agent), answer);
      return `agent ${agent + 1} ${gradeOf(answer).word}, ` +
        (move === "" ? answer.answer ?? "none" : move);
    });
    return `Turn ${turn + 1}: ${parts.join("; ")}.`;
  });
  return `Who changed whom. ${turns.join(" ")}`;
}
