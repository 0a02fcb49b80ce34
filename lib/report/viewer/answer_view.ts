import type { ViewedRow } from "../viewed_columns.ts";
import { statedBy } from "./discussions.ts";
import { gradeOf } from "./grades.ts";
import { type Child, html, type VNode } from "./html.ts";
import { moveOf } from "./moves.ts";
import { moveText } from "./move_text.ts";

/** Where an answer stands. */
export interface AnswerPlace {
  /** Shape [T][A], the answers of its discussion. */
  readonly answersTA: readonly (readonly ViewedRow[])[];
  /** Its turn, from 0. */
  readonly turn: number;
  /** Its agent, from 0. */
  readonly agent: number;
  /** Whether what agents saw has been read from the page yet. */
  readonly isSeenRead: boolean;
}

const REWARD_PARTS = [
  { name: "scoreReward", title: "scores" },
  { name: "penaltyReward", title: "penalty" },
  { name: "ownRevisionReward", title: "own revision" },
  { name: "influenceReward", title: "influence" },
] as const;

/**
 * An answer with all that is known of it.
 *
 * @param place Where it stands.
 * @returns A card.
 */
export function answerView(place: AnswerPlace): VNode {
  const { answersTA, turn, agent } = place;
  const answer = answersTA[turn]![agent]!;
  const { sign, word } = gradeOf(answer);
  const move = moveOf(answersTA, turn, agent);
  const said = move.kind === "first" ? null : moveText(move, answer);
  const isMixed = new Set(answersTA[0]!.map(({ baseModel }) => baseModel)).size > 1;
  return html`
    <article class="answer ${word.replace(" ", "-")}"
      aria-label="Agent ${agent + 1}, turn ${turn + 1}: ${word}">
      <div class="head">
        <h4>Agent ${agent + 1}${isMixed &&
          html`<small> ${shortName(answer.baseModel)}</small>`}</h4>
        <span class="grade">${sign} ${word}${answer.answer === null
          ? ""
          : ` · ${answer.answer}`}</span>
      </div>
      ${said &&
        html`<p class="move ${move.kind}"><span aria-hidden="true">${
          MOVE_SIGNS[move.kind]
        } </span>${said}</p>`}
      <p class="said" style=${{ "--score": answer.score.toFixed(3) }}>${answer.text === ""
        ? html`<em>(nothing)</em>`
        : answer.text}</p>
      <dl class="facts">
        ${fact("score", answer.score.toFixed(2))}
        ${statedBy(answer).map(([name, value]) => fact(name, value))}
        ${!answer.finished && fact("length", "cut at the token limit")}
      </dl>
      ${rewardView(answer)}
      ${seenView(place)}
    </article>
  `;
}

const MOVE_SIGNS = { first: "", kept: "=", adopted: "←", changed: "✎", lost: "∅" } as const;

function fact(name: string, value: Child): VNode {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

function rewardView(answer: ViewedRow): VNode | null {
  if (answer.reward === null) return null;
  const penalties = answer.penalties ?? "";
  return html`
    <dl class="reward" aria-label="Reward">
      ${REWARD_PARTS.map(({ name, title }) =>
        html`
          <div class=${answer[name] === 0 ? "zero" : null}>
            <dt>${title}</dt>
            <dd>${signed(answer[name] ?? 0)}</dd>
          </div>
        `
      )}
      <div class="sum"><dt>reward</dt><dd>${signed(answer.reward)}</dd></div>
    </dl>
    ${penalties !== "" &&
      html`<p class="penalties">Penalised: ${
        penalties.replaceAll("_", " ").replaceAll(",", ", ")
      }</p>`}
  `;
}

function seenView({ answersTA, turn, agent, isSeenRead }: AnswerPlace): VNode {
  const answer = answersTA[turn]![agent]!;
  return html`
    <details class="seen"><summary>What it saw</summary>${answer.asked === null
      ? html`<p>${
        isSeenRead
          ? "Not known: this version does not know how the run wrote its discussions."
          : "Reading…"
      }</p>`
      : html`<ol>${
        answersTA.slice(0, turn + 1).flatMap((answers, t) => {
          const { asked, remembered } = answers[agent]!;
          return [
            messageView(t === 0 ? "asked" : `after turn ${t}`, asked),
            t < turn && messageView(`its own answer ${t + 1}`, remembered),
          ];
        })
      }</ol>${
        answer.wordsLeftOut > 0 &&
        html`<p>${answer.wordsLeftOut} words of this were left out, as its
            tokenizer cannot write them.</p>`
      }`}</details>
  `;
}

function messageView(from: string, text: string | null): VNode {
  return html`<li><span class="from">${from}</span><span>${text}</span></li>`;
}

/** A number with its sign, as parts of a sum have it; one that rounds to nothing is 0. */
function signed(value: number): string {
  const text = value.toFixed(2);
  if (Number(text) === 0) return "0";
  return value > 0 ? `+${text}` : text.replace("-", "−");
}

/** The last part of a model's path. */
function shortName(model: string): string {
  return model.split("/").slice(-2).join("/");
}
