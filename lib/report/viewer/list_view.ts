import type { Discussion, DiscussionSet } from "./discussions.ts";
import { gradeOf } from "./grades.ts";
import { html, type VNode } from "./html.ts";
import { movedTitle } from "./moved_agents.ts";
import { OUTCOMES } from "./outcomes.ts";
import { formatPlace, type Place } from "./place.ts";
import { placeOf, type Shown } from "./shown.ts";
import type { PageEvent } from "./page.ts";

/** What the list is shown from. */
export interface ListViewOptions {
  /** All discussions. */
  readonly sets: readonly DiscussionSet[];
  /** Where somebody is. */
  readonly place: Place;
  /** What is seen there. */
  readonly shown: Shown;
  /** Whether there is an analysis of the set that is listed. */
  readonly hasAnalysis: boolean;
  /** Goes elsewhere; `isTyping` leaves no step back. */
  readonly go: (place: Place, options?: { readonly isTyping: boolean }) => void;
}

/**
 * Filters, and the discussions that they leave.
 *
 * @param options What is listed.
 * @returns The left half of the viewer.
 */
export function listView(options: ListViewOptions): VNode {
  const { place, shown } = options;
  const { found, listed, set } = shown;
  const [count, all] = [found, set.discussions].map(({ length }) => length.toLocaleString("en"));
  return html`
    <section class="list" aria-label="List of discussions" tabindex="-1">
      ${setsView(options)}
      ${analysisLink(options)}
      ${searchView(options)}
      ${outcomesView(options)}
      ${annotationsView(options)}
      <p class="count"><span role="status">${count === all
        ? `${all} discussions`
        : `${count} of ${all} discussions`}</span>${isFiltered(place) &&
        html`<a class="clear" href=${
          formatPlace({
            ...place,
            outcomes: [],
            annotations: {},
            moved: null,
            query: "",
            page: null,
          })
        }>Clear filters</a>`}</p>
      ${found.length === 0 && html`<p class="empty">No discussion passes all filters.</p>`}
      <ol class="items" start=${1 + found.indexOf(listed[0]!)}>${listed.map((discussion) =>
        itemView(discussion, options)
      )}</ol>
      ${pagesView(options)}
    </section>
  `;
}

function isFiltered({ outcomes, annotations, moved, query }: Place): boolean {
  return outcomes.length > 0 || moved !== null || Object.keys(annotations).length > 0 ||
    query !== "";
}

function setsView({ sets, shown, place }: ListViewOptions): VNode {
  return html`
    <nav class="chips" aria-label="Models and training">${sets.map((set) =>
      html`<a class="chip" href=${formatPlace(placeIn(set, place))} aria-current=${
        set === shown.set ? "true" : null
      }>${set.title}</a>`
    )}</nav>
  `;
}

/** The same in another set; a question that it does not have is left. */
function placeIn({ name, discussions }: DiscussionSet, place: Place): Place {
  const hasQuestion = discussions.some(({ questionId }) => questionId === place.id);
  const id = hasQuestion ? place.id : null;
  return { ...place, id, set: name, update: null, sample: null, page: null };
}

function analysisLink({ hasAnalysis, place, shown }: ListViewOptions): VNode | null {
  if (!hasAnalysis) return null;
  return html`
    <p class="analyse"><a href=${formatPlace({
      ...place,
      set: shown.set.name,
      isAnalysis: true,
    })} aria-current=${place.isAnalysis ? "true" : null}>Analysis of ${shown.set.title}</a></p>
  `;
}

function searchView({ place, go }: ListViewOptions): VNode {
  const onInput = ({ target }: PageEvent) =>
    go({ ...place, query: target.value, page: null }, { isTyping: true });
  return html`
    <label class="search"><span>Search</span>
      <input type="search" value=${place.query} onInput=${onInput} autocomplete="off"
        placeholder="words of question, answers or name" /></label>
  `;
}

function outcomesView({ place, shown, go }: ListViewOptions): VNode {
  return html`
    <div class="chips" role="group" aria-label="What happened">${shown.outcomes.map(
      ({ name, count }) => {
        const { title, meaning } = OUTCOMES.find((outcome) => outcome.name === name)!;
        const isOn = place.outcomes.includes(name);
        const outcomes = isOn
          ? place.outcomes.filter((other) => other !== name)
          : [...place.outcomes, name];
        return html`
          <button type="button" class="chip" title=${meaning} aria-pressed=${`${isOn}`}
            onClick=${() => go({ ...place, outcomes, page: null })}>${title} <small>${count
              .toLocaleString("en")}</small></button>
        `;
      },
    )}${place.moved !== null &&
      html`
        <button type="button" class="chip" title="One agent takes over what the other gave the turn before"
          aria-pressed="true" onClick=${() =>
            go({ ...place, moved: null, page: null })}>${movedTitle(place.moved)}</button>
      `}</div>
  `;
}

function annotationsView({ place, shown, go }: ListViewOptions): VNode {
  const change = (name: string, value: string) => {
    const { [name]: _, ...others } = place.annotations;
    const annotations = value === "" ? others : { ...others, [name]: value };
    go({ ...place, annotations, page: null });
  };
  return html`
    <div class="selects">${shown.annotations.map(({ name, values }) =>
      html`<label><span>${name}</span>
          <select value=${place.annotations[name] ?? ""} onChange=${({ target }: PageEvent) =>
        change(name, target.value)}>
            <option value="">any</option>
            ${
        values.map(({ name: value, count }) =>
          html`<option value=${value}>${value} (${count.toLocaleString("en")})</option>`
        )
      }
          </select></label>`
    )}</div>
  `;
}

function itemView(discussion: Discussion, { place, shown }: ListViewOptions): VNode {
  const { questionText, answersTA, gold, row } = discussion;
  return html`
    <li key=${row}><a data-row=${row} href=${formatPlace({
      ...placeOf(place, discussion),
      page: place.page,
    })}
      aria-current=${discussion === shown.selected && !place.isAnalysis ? "true" : null}>
      <span class="question">${questionText}</span>
      <span class="marks"><span aria-hidden="true">${answersTA.map((answers, turn) =>
        html`${turn > 0 && " → "}<b>${
          answers.map((answer) => {
            const { sign, word } = gradeOf(answer);
            return html`<i class=${word.replace(" ", "-")}>${sign}</i>`;
          })
        }</b>`
      )}</span><span class="hidden">${answersTA.map((answers, turn) =>
        `Turn ${turn + 1}: ${answers.map((answer) => gradeOf(answer).word).join(", ")}. `
      ).join(
        "",
      )}</span><span class="gold" title="Right answer"><small>right:</small> ${gold}</span></span></a></li>
  `;
}

function pagesView({ place, shown: { page, pages } }: ListViewOptions): VNode | null {
  if (pages === 1) return null;
  const to = (number: number, title: string) =>
    number < 1 || number > pages
      ? html`<span class="button off">${title}</span>`
      : html`<a class="button" href=${formatPlace({ ...place, page: number })}>${title}</a>`;
  return html`
    <nav class="pages" aria-label="Pages of the list">
      ${to(page - 1, "Earlier")}<span>Page ${page} of ${pages.toLocaleString("en")}</span>${to(
        page + 1,
        "Later",
      )}</nav>
  `;
}
