import { html, type VNode } from "./html.ts";
import { OUTCOMES } from "./outcomes.ts";

/**
 * What signs and words of the viewer mean.
 *
 * @returns A part of the page that can be folded out.
 */
export function legendView(): VNode {
  return html`
    <details class="legend">
      <summary>How to read this</summary>
      <dl>
        <div>
          <dt>Shade and score</dt>
          <dd>the stronger the shade behind a text, the higher its score, from 0 to 1: how sure the verifier
            is that it is right, or, in runs with an oracle, whether it is</dd>
        </div>
        <div>
          <dt>Lines between answers</dt>
          <dd>thin: the agent kept its answer. Thick, with a tip: it changed to what another agent gave
            the turn before. No line: nobody gave this answer the turn before. Whether it took an answer
            over or found the same by itself is not known</dd>
        </div>
        <div>
          <dt>Reward</dt>
          <dd>for answers of training: the scores that it is paid for, what a penalty changed in them, and
            the incentives for revising its own answer and for moving the others; their sum is what it
            was trained on</dd>
        </div>
        <div>
          <dt>What it saw</dt>
          <dd>the whole chat before the answer, message by message. There, and where it says whom it
            follows, each agent counts the others from 1 and leaves itself out</dd>
        </div>
        ${OUTCOMES.map(({ title, meaning }) =>
          html`
            <div>
              <dt>${title}</dt>
              <dd>${meaning}</dd>
            </div>
          `
        )}
      </dl>
    </details>
  `;
}
