/**
 * The viewer of discussions as it runs in a browser, inside of the page that `viewerPage()` writes.
 *
 * @module
 */
import { render } from "preact";
import { analysisView } from "./analysis_view.ts";
import { type Discussion, discussionSets } from "./discussions.ts";
import { discussionView } from "./discussion_view.ts";
import { html } from "./html.ts";
import { listView } from "./list_view.ts";
import { page, type PageEvent } from "./page.ts";
import { formatPlace, parsePlace, type Place } from "./place.ts";
import { readAnswers, readSeen } from "./read_answers.ts";
import { placeOf, shownAt } from "./shown.ts";

/** Elements in which the arrow keys mean something else. */
const TAKES_ARROWS = ["INPUT", "SELECT", "TEXTAREA"];

async function start(): Promise<void> {
  const root = page.document.querySelector("#viewer")!;
  const source = page.document.querySelector("#answers")!;
  const file = bytesOf(source.textContent!.trim());
  source.remove(); // its text need not be kept twice
  const answers = await readAnswers(file);
  const sets = discussionSets(answers);
  const panels = analyses();
  let isSeenRead = false;
  let place = parsePlace(page.location.hash);
  let shown = shownAt(sets, place);

  root.textContent = "";
  show();
  bringIntoSight(chosen());
  page.addEventListener("hashchange", () => {
    const [before, analysed] = [chosen(), analysis()];
    place = parsePlace(page.location.hash);
    show();
    if (analysis() !== analysed) bringAnalysisIntoSight(analysis() !== undefined, chosen());
    else if (chosen() !== before) bringIntoSight(chosen(), before);
  });
  page.addEventListener("keydown", (event) => {
    const to = stepOf(event);
    if (to === undefined) return;
    event.preventDefault();
    go(placeOf(place, to));
  });
  page.addEventListener("click", (event) => {
    if (!event.target.matches(".skip")) return;
    event.preventDefault(); // addresses behind # are those of discussions
    page.document.querySelector("#discussion")!.focus();
  });
  await readSeen(file, answers);
  isSeenRead = true;
  show();

  function show(): void {
    shown = shownAt(sets, place);
    const panel = analysis();
    const isListing = place.id === null && panel === undefined;
    const view = html`
      <div class="halves ${isListing ? "listing" : "reading"}">
        ${listView({ sets, place, shown, go, hasAnalysis: panels.has(shown.set.name) })}
        ${panel === undefined
          ? discussionView({ place, shown, isSeenRead })
          : analysisView({ place, panel })}
      </div>
    `;
    render(view, root);
  }

  /** The discussion of the address: one that stands open by itself is not gone to. */
  function chosen(): Discussion | undefined {
    return place.id === null || analysis() !== undefined ? undefined : shown.selected;
  }

  /** The analysis of the address. */
  function analysis(): string | undefined {
    return place.isAnalysis ? panels.get(shown.set.name) : undefined;
  }

  function go(to: Place, { isTyping } = { isTyping: false }): void {
    if (!isTyping) {
      page.location.hash = formatPlace(to);
      return;
    }
    place = to;
    page.history.replaceState(null, "", formatPlace(to));
    show();
  }

  /** The neighbour that a key means. */
  function stepOf({ key, target, defaultPrevented, ...held }: PageEvent): Discussion | undefined {
    const isOther = held.altKey || held.ctrlKey || held.metaKey || held.shiftKey;
    if (isOther || defaultPrevented || TAKES_ARROWS.includes(target.tagName)) return undefined;
    const { previous, next } = shown;
    return key === "ArrowLeft" ? previous : key === "ArrowRight" ? next : undefined;
  }
}

/**
 * After a step to another discussion: on small screens, where it and the list take turns, what has come takes
 * the keys. Nothing moves where another model's discussion of the same question has come.
 */
function bringIntoSight(selected: Discussion | undefined, before?: Discussion): void {
  const { document } = page;
  const linkTo = (discussion: Discussion | undefined) =>
    document.querySelector(`.items a[data-row="${discussion?.row}"]`);
  if (selected === undefined) {
    linkTo(before)?.focus();
    return;
  }
  linkTo(selected)?.scrollIntoView({ block: "nearest" });
  if (selected.questionId === before?.questionId && selected.sample === before.sample) return;
  page.scrollTo(0, 0);
  const isListHidden = document.querySelector(".list")!.offsetHeight === 0;
  if (isListHidden) document.querySelector("#discussion")!.focus();
}

/** After a step to an analysis or away from one: what has come takes the keys. */
function bringAnalysisIntoSight(isShown: boolean, selected: Discussion | undefined): void {
  page.scrollTo(0, 0);
  const part = isShown || selected !== undefined ? "#discussion" : ".list";
  page.document.querySelector(part)!.focus({ preventScroll: true });
}

/** The analyses that stand in the page, by the names of their sets. */
function analyses(): Map<string, string> {
  return new Map(
    [...page.document.querySelectorAll("template.analysis")].map((template) => [
      template.getAttribute("data-set")!,
      template.innerHTML,
    ]),
  );
}

/** Bytes that stand in the page as base64. */
function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

start().catch((error) => {
  page.document.querySelector("#viewer")!.textContent = `Cannot show the discussions: ${error}`;
  throw error; // so that the console has where
});
