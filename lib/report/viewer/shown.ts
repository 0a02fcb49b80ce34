import type { Discussion, DiscussionSet } from "./discussions.ts";
import {
  type AnnotationChoice,
  annotationChoices,
  type Counted,
  countOutcomes,
  matching,
} from "./filters.ts";
import { openingOf } from "./opening.ts";
import type { Place } from "./place.ts";

/** Discussions on a page of the list. */
export const PAGE_SIZE = 40;

/** What is seen at a place. */
export interface Shown {
  /** The set that is listed. */
  readonly set: DiscussionSet;
  /** Its discussions that pass the filter. */
  readonly found: readonly Discussion[];
  /** Those on the page of the list. */
  readonly listed: readonly Discussion[];
  /** Page of the list, from 1. */
  readonly page: number;
  /** Number of pages, at least 1. */
  readonly pages: number;
  /** How many each outcome would leave; those of none in the whole set are left out. */
  readonly outcomes: readonly Counted[];
  /** What annotations one can choose from. */
  readonly annotations: readonly AnnotationChoice[];
  /** The discussion that is shown: that of the place, or where it has none the opening one of the list. */
  readonly selected: Discussion | undefined;
  /** Its index among those found; −1 if it is none of them. */
  readonly index: number;
  /** The one before it in the list. */
  readonly previous: Discussion | undefined;
  /** The one after it in the list. */
  readonly next: Discussion | undefined;
  /** Discussions of the same question in all sets with it, in the order of the sets. */
  readonly versions: readonly Version[];
  /** What is shown side by side; the one that is shown alone if nothing is beside it. */
  readonly columns: readonly Version[];
}

/** One set's discussion of a question. */
export interface Version {
  /** The set. */
  readonly set: DiscussionSet;
  /** The discussion. */
  readonly discussion: Discussion;
}

/**
 * What is seen at a place.
 *
 * @param sets All discussions; at least one set.
 * @param place Where somebody is.
 * @returns What is listed and shown.
 */
export function shownAt(sets: readonly DiscussionSet[], place: Place): Shown {
  const set = setAt(sets, place);
  const all = set.discussions;
  const found = matching(all, place);
  const selected = place.id === null ? openingOf(found) : all.find((one) => isAt(one, place));
  const index = selected === undefined ? -1 : found.indexOf(selected);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const ownPage = place.id === null || index < 0 ? 1 : 1 + Math.floor(index / PAGE_SIZE);
  const page = Math.min(place.page ?? ownPage, pages);
  const first = Math.max(0, page - 1) * PAGE_SIZE;
  const versions = selected === undefined ? [] : versionsOf(sets, selected);
  const possible = countOutcomes(all);
  return {
    set,
    found,
    listed: found.slice(first, first + PAGE_SIZE),
    page: Math.max(1, page),
    pages,
    outcomes: countOutcomes(found).filter((_, i) => possible[i]!.count > 0),
    annotations: annotationChoices(all, found),
    selected,
    index,
    ...neighbours(found, selected),
    versions,
    columns: columnsOf(versions, selected, place.isBeside),
  };
}

/**
 * The address of a discussion within the list that somebody looks at.
 *
 * @param place Where somebody is.
 * @param discussion Where to go.
 * @returns The place.
 */
export function placeOf(
  place: Place,
  { set, questionId, update, sample, source }: Discussion,
): Place {
  return {
    ...place,
    set,
    id: questionId,
    update: source === "training" ? update : null,
    sample: sample === 0 ? null : sample,
    page: null,
    isAnalysis: false,
  };
}

/** The set that is asked for; else the last evaluation that has the question; else any that has it. */
function setAt(sets: readonly DiscussionSet[], { set: name, id }: Place): DiscussionSet {
  const named = sets.find((set) => set.name === name);
  if (named !== undefined) return named;
  const has = (set: DiscussionSet) =>
    id === null || set.discussions.some(({ questionId }) => questionId === id);
  const evaluated = sets.filter(({ source }) => source !== "training");
  return evaluated.findLast(has) ?? sets.find(has) ?? evaluated.at(-1) ?? sets[0]!;
}

function isAt({ questionId, update, sample, source }: Discussion, place: Place): boolean {
  return questionId === place.id && (place.sample ?? 0) === sample &&
    (place.update === null || source !== "training" || place.update === update);
}

function neighbours(
  found: readonly Discussion[],
  selected: Discussion | undefined,
): Pick<Shown, "previous" | "next"> {
  if (selected === undefined) return { previous: undefined, next: found[0] };
  // One that the filter leaves out has neighbours, too.
  return {
    previous: found.findLast(({ row }) => row < selected.row),
    next: found.find(({ row }) => row > selected.row),
  };
}

/** In training a question can come again at a later update; that is not beside, but later in the list. */
function versionsOf(sets: readonly DiscussionSet[], selected: Discussion): Version[] {
  return sets.flatMap((set) => {
    if (set.source !== selected.source) return [];
    if (set.name === selected.set) return [{ set, discussion: selected }];
    const discussion = set.discussions.find(({ questionId, sample }) =>
      questionId === selected.questionId && sample === selected.sample
    );
    return discussion === undefined ? [] : [{ set, discussion }];
  });
}

/** Beside the first one (off the shelf) the one that was chosen, beside itself the last. */
function columnsOf(
  versions: readonly Version[],
  selected: Discussion | undefined,
  isBeside: boolean,
): Version[] {
  const own = versions.filter(({ discussion }) => discussion === selected);
  if (!isBeside || versions.length < 2) return own;
  return own[0] === versions[0] ? [versions[0]!, versions.at(-1)!] : [versions[0]!, own[0]!];
}
