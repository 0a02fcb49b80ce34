import { html, type VNode } from "./html.ts";
import { formatPlace, type Place } from "./place.ts";

/** What an analysis is shown from. */
export interface AnalysisViewOptions {
  /** Where somebody is. */
  readonly place: Place;
  /** The analysis, as the page holds it. */
  readonly panel: string;
}

/**
 * The analysis of the set that is listed, in place of a discussion.
 *
 * @param options Place and analysis.
 * @returns The right half of the viewer.
 */
export function analysisView({ place, panel }: AnalysisViewOptions): VNode {
  const discussions = { ...place, isAnalysis: false };
  const list = { ...discussions, id: null, update: null, sample: null };
  return html`
    <section class="discussion analysis" aria-labelledby="discussion" key="analysis">
      <nav class="steps" aria-label="Back to the discussions">
        <a class="button back" href=${formatPlace(list)}>List</a>
        <a class="button" href=${formatPlace(discussions)}>Discussions</a>
      </nav>
      <div dangerouslySetInnerHTML=${{ __html: panel }}></div>
    </section>
  `;
}
