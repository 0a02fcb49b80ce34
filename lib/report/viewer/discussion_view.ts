import { answerView } from "./answer_view.ts";
import type { Discussion } from "./discussions.ts";
import { flowView } from "./flow_view.ts";
import { html, type VNode } from "./html.ts";
import { legendView } from "./legend_view.ts";
import { formatPlace, type Place, START } from "./place.ts";
import { placeOf, type Shown, type Version } from "./shown.ts";

/** What a discussion is shown from. */
export interface DiscussionViewOptions {
  /** Where somebody is. */
  readonly place: Place;
  /** What is seen there. */
  readonly shown: Shown;
  /** Whether what agents saw has been read from the page yet. */
  readonly isSeenRead: boolean;
}

/**
 * The discussion that is shown, or a word on why there is none.
 *
 * @param options Place and what is seen there.
 * @returns The right half of the viewer.
 */
export function discussionView(options: DiscussionViewOptions): VNode {
  const { place, shown } = options;
  const { selected } = shown;
  if (selected === undefined) return nothingView(place, shown);
  const { questionText, gold, questionId, update, sample, source } = selected;
  const origin = source === "training"
    ? `Training, after ${update} update${update === 1 ? "" : "s"}`
    : `${source} question`;
  const which = sample === 0 ? "" : `, sample ${sample + 1}`;
  return html`
    <section class="discussion" aria-labelledby="discussion">
      ${stepsView(options)}
      <p class="origin">${origin}${which} <code>${questionId}</code></p>
      <h2 id="discussion" tabindex="-1">${questionText}</h2>
      <p class="gold">Right answer: <strong>${gold}</strong></p>
      ${versionsView(options)}
      <div class="columns ${shown.columns.length > 1 ? "two" : "one"}">
        ${shown.columns.map((version) => columnView(version, options))}
      </div>
      ${legendView()}
    </section>
  `;
}

function nothingView({ id }: Place, { set }: Shown): VNode {
  return html`
    <section class="discussion none">
      <h2 id="discussion" tabindex="-1">${id === null
        ? "No discussion is left"
        : "There is no such discussion"}</h2>
      <p>${id === null
        ? `None of ${set.discussions.length.toLocaleString("en")} passes all filters.`
        : `${set.title} has no discussion of ${id}. Take one from the list.`}</p>
    </section>
  `;
}

function stepsView({ place, shown }: DiscussionViewOptions): VNode {
  const { previous, next, index, found, selected, page } = shown;
  const where = index < 0
    ? "not among those that the filters leave"
    : `${index + 1} of ${found.length.toLocaleString("en")}`;
  const list = formatPlace({ ...place, id: null, update: null, sample: null, page });
  const alone = { ...placeOf(START, selected!), set: place.set };
  return html`
    <nav class="steps" aria-label="Discussions before and after">
      <a class="button back" href=${list}>List</a>
      ${stepView("Previous", "←", previous, place)}
      ${stepView("Next", "→", next, place)}
      <span role="status">${where}<span class="hidden">: ${selected!.questionText}</span></span>
      <a class="permanent" href=${formatPlace(alone)}>Permanent link</a>
    </nav>
  `;
}

function stepView(title: string, key: string, to: Discussion | undefined, place: Place): VNode {
  if (to === undefined) return html`<span class="button off">${title}</span>`;
  return html`
    <a class="button" href=${formatPlace(placeOf(place, to))} title="Key ${key}">${title}</a>
  `;
}

function versionsView({ place, shown }: DiscussionViewOptions): VNode | null {
  const { versions, selected } = shown;
  if (versions.length < 2) return null;
  return html`
    <nav class="versions" aria-label="Models">
      ${versions.map(({ set, discussion }) => {
        const isCurrent = discussion === selected && !place.isBeside;
        const to = { ...placeOf(place, discussion), isBeside: false };
        return html`<a class="chip" href=${formatPlace(to)} aria-current=${
          isCurrent ? "true" : null
        }>${set.title}</a>`;
      })}
      <a class="chip" href=${formatPlace({
        ...placeOf(place, selected!),
        isBeside: true,
      })} aria-current=${place.isBeside ? "true" : null}>Side by side</a>
    </nav>
  `;
}

function columnView(
  { set, discussion: { answersTA } }: Version,
  { isSeenRead }: DiscussionViewOptions,
): VNode {
  return html`
    <section class="version" aria-label=${set.title} key=${set.name}>
      <h3 class="model">${set.title}</h3>
      ${answersTA.length > 1 && flowView(answersTA)}
      ${answersTA.map((answers, turn) =>
        html`
          <div class="turn">
            <h3>Turn ${turn + 1}</h3>
            <div class="answers" style=${{ "--agents": answers.length }}>${answers.map((_, agent) =>
              answerView({ answersTA, turn, agent, isSeenRead })
            )}</div>
          </div>
        `
      )}
    </section>
  `;
}
