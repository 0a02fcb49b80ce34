/**
 * The viewer of discussions as it runs in a browser, inside of the page that `viewerPage()` writes.
 *
 * @module
 */
import { render } from "preact";
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
  let isSeenRead = false;
  let place = parsePlace(page.location.hash);

  root.textContent = "";
  show();
  bringIntoSight();
  page.addEventListener("hashchange", () => {
    const { id } = place;
    place = parsePlace(page.location.hash);
    show();
    if (place.id !== id) bringIntoSight();
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
    const shown = shownAt(sets, place);
    const view = html`
      <div class="halves ${place.id === null ? "listing" : "reading"}">
        ${listView({ sets, place, shown, go })}
        ${discussionView({ place, shown, isSeenRead })}
      </div>
    `;
    render(view, root);
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
    const { previous, next } = shownAt(sets, place);
    return key === "ArrowLeft" ? previous : key === "ArrowRight" ? next : undefined;
  }
}

/** After a step to another discussion: on small screens, where it takes the list's place, it takes the keys. */
function bringIntoSight(): void {
  const { document } = page;
  document.querySelector(".items a[aria-current]")?.scrollIntoView({ block: "nearest" });
  page.scrollTo(0, 0);
  const list = document.querySelector(".list")!;
  if (list.offsetHeight === 0) document.querySelector("#discussion")!.focus();
}

/** Bytes that stand in the page as base64. */
function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}

start().catch((error) => {
  page.document.querySelector("#viewer")!.textContent = `Cannot show the discussions: ${error}`;
  throw error; // so that the console has where
});
