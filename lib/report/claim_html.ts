import { type Html, html } from "./html.ts";
import { valueText } from "../tracking/mod.ts";
import { intervalPicture } from "./interval_picture.ts";
import type { Evidence, ReportClaim } from "./report.ts";
import { type Verdict, worstVerdict } from "./verdict.ts";

/** A sign for each verdict, so that none is told by its colour alone. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  "reproduced": "✓",
  "not reproduced": "✗",
  "not distinguishable": "≈",
  "not run": "○",
};

/** Verdicts in the order in which they are counted. */
const VERDICTS = Object.keys(SIGNS) as Verdict[];

/**
 * The verdict on a claim.
 *
 * @param claim The claim.
 * @returns That of its worst figure.
 */
export function verdictOf({ evidence }: ReportClaim): Verdict {
  return worstVerdict(evidence.map(({ verdict }) => verdict));
}

/**
 * The figure that decides a claim.
 *
 * @param claim The claim.
 * @returns The first one whose verdict is that on the claim; undefined where it was not run.
 */
export function decidingEvidence(claim: ReportClaim): Evidence | undefined {
  const verdict = verdictOf(claim);
  return claim.evidence.find((one) => one.verdict === verdict);
}

const badge = (verdict: Verdict) =>
  html`<span class="${`verdict ${verdict.replace(" ", "-")}`}">
    <span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}
  </span>`;

const figureText = ({ interval }: Evidence) =>
  valueText({ value: interval, digits: 3, isSigned: true, meaning: "" });

function allEvidence({ id, sentence, evidence }: ReportClaim) {
  return html`
    <details>
      <summary>All ${evidence.length} figures<span class="hidden"> of claim ${id}</span></summary>
      <div class="scroll" role="region" tabindex="0" aria-label="${`Figures of claim: ${sentence}`}">
        <table>
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col">wanted</th>
              <th scope="col" class="number">found</th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>${evidence.map((one) =>
            html`
              <tr>
                <th scope="row">${one.what}</th>
                <td>${one.expected}</td>
                <td class="number">${figureText(one)}</td>
                <td>${badge(one.verdict)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}

function decided(claim: ReportClaim, one: Evidence) {
  return html`<p class="figure">
      ${intervalPicture(one.interval)}
      <span><strong>${figureText(one)}</strong> ${one.what}; the claim wants it ${one.expected}
        (from <a href="${`#${claim.section}`}">${claim.section}</a>)</span>
    </p>
    ${claim.evidence.length > 1 ? allEvidence(claim) : null}`;
}

/**
 * A claim with its verdict and the figure that decides it.
 *
 * @param claim The claim.
 * @returns An entry of a list.
 */
export function claimHtml(claim: ReportClaim): Html {
  const one = decidingEvidence(claim);
  return html`
    <li id="${claim.id}" class="claim">
      <div class="is">${badge(verdictOf(claim))}</div>
      <div>
          <p class="sentence">${claim.sentence} <span class="place">${claim.place}</span></p>
          ${one === undefined
            ? html`<p class="figure">To run: <code>${claim.command}</code></p>`
            : decided(claim, one)}
          ${claim.note === undefined ? null : html`<p class="note">${claim.note}</p>`}
        </div>
    </li>
  `;
}

/**
 * How many claims have which verdict.
 *
 * @param claims The claims.
 * @returns One line, such as `2 reproduced, 5 not run`.
 */
export function countsOfVerdicts(claims: readonly ReportClaim[]): string {
  return VERDICTS.map((verdict) => ({
    verdict,
    count: claims.filter((claim) => verdictOf(claim) === verdict).length,
  })).filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} ${verdict}`)
    .join(", ");
}
