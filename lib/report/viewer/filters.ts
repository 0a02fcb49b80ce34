import type { Discussion } from "./discussions.ts";
import { outcomeBits, OUTCOMES } from "./outcomes.ts";
import type { Place } from "./place.ts";

/** What a list is narrowed by. */
export type Filter =
  & Pick<Place, "outcomes" | "annotations" | "query">
  & Partial<Pick<Place, "moved">>;

/** An outcome or a value, and how many discussions have it. */
export interface Counted {
  /** Its name in addresses. */
  readonly name: string;
  /** Discussions that remain where it is asked for as well. */
  readonly count: number;
}

/** Values of an annotation that can be asked for. */
export interface AnnotationChoice {
  /** Name of the annotation. */
  readonly name: string;
  /** Its values by the alphabet. */
  readonly values: readonly Counted[];
}

/** Most values of an annotation that one can choose from; more are found by searching. */
const MAX_VALUES = 60;

/**
 * The discussions that pass a filter.
 *
 * @param discussions The discussions.
 * @param filter All of it must hold; words of the query in any order, capitals do not count.
 * @returns Those that pass, in their order.
 */
export function matching(discussions: readonly Discussion[], filter: Filter): Discussion[] {
  const bits = outcomeBits(filter.outcomes);
  const { moved = null } = filter;
  const values = Object.entries(filter.annotations);
  const words = filter.query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return discussions.filter((discussion) =>
    (discussion.outcomes & bits) === bits &&
    (moved === null || discussion.moved.has(moved)) &&
    values.every(([name, value]) => discussion.annotations.get(name)?.has(value) ?? false) &&
    words.every((word) => discussion.words.includes(word))
  );
}

/**
 * How many discussions each outcome would leave.
 *
 * @param found Discussions that pass the filter so far.
 * @returns A count for each outcome that can be true of some.
 */
export function countOutcomes(found: readonly Discussion[]): Counted[] {
  return OUTCOMES.map(({ name }, i) => ({
    name,
    count: found.reduce((sum, { outcomes }) => sum + (outcomes >> i & 1), 0),
  }));
}

/**
 * What annotations one can choose from.
 *
 * @param all Discussions of the set, whose values are offered.
 * @param found Those that pass the filter so far, which are counted.
 * @returns Annotations with their values; none of those with too many.
 */
export function annotationChoices(
  all: readonly Discussion[],
  found: readonly Discussion[],
): AnnotationChoice[] {
  const offered = countValues(all);
  const counted = countValues(found);
  return [...offered].flatMap(([name, values]) => {
    if (values.size > MAX_VALUES) return [];
    const sorted = [...values.keys()].sort();
    const count = (value: string) => counted.get(name)?.get(value) ?? 0;
    return [{ name, values: sorted.map((value) => ({ name: value, count: count(value) })) }];
  });
}

function countValues(discussions: readonly Discussion[]): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const { annotations } of discussions) {
    for (const [name, values] of annotations) {
      if (!counts.has(name)) counts.set(name, new Map());
      const ofName = counts.get(name)!;
      for (const value of values) ofName.set(value, (ofName.get(value) ?? 0) + 1);
    }
  }
  return counts;
}
