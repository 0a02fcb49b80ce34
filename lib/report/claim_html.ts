import { type Html, html } from "./html.ts";
import { valueText } from "../tracking/mod.ts";
import { intervalPicture } from "./interval_picture.ts";
import type { ClaimFigure, ReportClaim } from "./report.ts";
import { MOST_SEEDS } from "./seeds_to_decide.ts";
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
export function decidingEvidence(claim: ReportClaim): ClaimFigure | undefined {
  const verdict = verdictOf(claim);
  return claim.evidence.find((one) => one.verdict === verdict);
}

const badge = (verdict: Verdict) =>
  html`<span class="${`verdict ${verdict.replace(" ", "-")}`}">
    <span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}
  </span>`;

const figureText = ({ interval }: ClaimFigure) =>
  valueText({ value: interval, digits: 3, isSigned: true, meaning: "" });

type Seeds = ClaimFigure["seedsToDecide"];

const seedsText = (seeds: Seeds) =>
  seeds === undefined ? "" : `${seeds ?? `more than ${MOST_SEEDS}`}`;

/** How many seeds would decide an open claim: as many as the most demanding of its open figures needs. */
function seedsOfClaim(claim: ReportClaim): Seeds {
  if (verdictOf(claim) !== "not distinguishable") return undefined;
  const wanted = claim.evidence.flatMap(({ seedsToDecide }) =>
    seedsToDecide === undefined ? [] : [seedsToDecide ?? Infinity]
  );
  if (wanted.length === 0) return undefined;
  const most = Math.max(...wanted);
  return most === Infinity ? null : most;
}

/** What lies behind a verdict: all figures, and what is to be known of them. */
function behind({ id, sentence, evidence, note }: ReportClaim) {
  if (evidence.length < 2 && note === undefined) return null;
  const areOpen = evidence.some((one) => one.seedsToDecide !== undefined);
  const count = `${evidence.length} ${evidence.length === 1 ? "figure" : "figures"}`;
  return html`<details>
    <summary>${
    note === undefined ? `All ${count}` : `${count}, and how it was decided`
  }<span class="hidden"> (${id})</span></summary>
    ${note === undefined ? null : html`<p class="note">${note}</p>`}
    <div class="scroll" role="region" tabindex="0" aria-label="${`Figures of claim: ${sentence}`}">
      <table>
        <thead><tr>
          <th scope="col">figure</th><th scope="col">wanted</th>
          <th scope="col" class="number">found</th><th scope="col">verdict</th>
          ${areOpen ? html`<th scope="col" class="number">seeds to decide it</th>` : null}
        </tr></thead>
        <tbody>${
    evidence.map((one) =>
      html`
        <tr>
          <th scope="row">${one.what}</th>
          <td>${one.expected}</td>
          <td class="number">${figureText(one)}</td>
          <td>${badge(one.verdict)}</td>
          ${areOpen ? html`<td class="number">${seedsText(one.seedsToDecide)}</td>` : null}
        </tr>
      `
    )
  }</tbody>
      </table>
    </div>
  </details>`;
}

/**
 * A claim with its verdict and the figure that decides it.
 *
 * @param claim The claim.
 * @returns An entry of a list.
 */
export function claimHtml(claim: ReportClaim): Html {
  const { id, sentence, place, command, section } = claim;
  const one = decidingEvidence(claim);
  const seeds = seedsOfClaim(claim);
  return html`
    <li id="${id}" class="claim">
      <div class="is">${badge(verdictOf(claim))}${one && intervalPicture(one.interval)}</div>
      <div>
          <p class="sentence">${sentence} <span class="place">${place}</span></p>
          <p class="figure">${one === undefined ? html`To run: <code>${command}</code>` : html`
            <strong>${figureText(one)}</strong> ${one.what}; wanted ${one.expected}
                    (<a
              href="${`#${section}`}">${section}<span class="hidden"> decides ${id}</span></a>)${seeds ===
                  undefined
                ? null
                : `; ${seedsText(seeds)} seeds would decide it, either way`}
          `}</p>
          ${behind(claim)}
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
