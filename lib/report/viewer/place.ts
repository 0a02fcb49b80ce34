/** Where somebody is in the viewer: all that an address says after `#`. */
export interface Place {
  /** Name of the question that is shown; null = none. */
  readonly id: string | null;
  /** Set that is listed; null = the viewer's choice. */
  readonly set: string | null;
  /** Update of the discussion that is shown; null = the first. */
  readonly update: number | null;
  /** Which of the question's discussions is shown, from 0; null = the first. */
  readonly sample: number | null;
  /** Whether another model's discussion of the question is shown beside it. */
  readonly isBeside: boolean;
  /** Outcomes that must all be true. */
  readonly outcomes: readonly string[];
  /** Values that some answer must have, by annotation. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Who must have moved whom; null = that does not matter. */
  readonly moved: string | null;
  /** What must be found in the texts. */
  readonly query: string;
  /** Page of the list, from 1; null = the one with the discussion that is shown. */
  readonly page: number | null;
  /** Whether the analysis of the set is shown in place of a discussion. */
  readonly isAnalysis: boolean;
}

/** Where a viewer begins. */
export const START: Place = {
  id: null,
  set: null,
  update: null,
  sample: null,
  isBeside: false,
  outcomes: [],
  annotations: {},
  moved: null,
  query: "",
  page: null,
  isAnalysis: false,
};

/** What the names of annotations begin with, so that they are no other parameter's. */
const PREFIX = "has.";

/**
 * Reads an address. What it cannot understand it leaves out, as links get cut and mistyped.
 *
 * @param hash What follows `#`, with or without it: `#id`, `#id?set=…&outcome=…`, `#?q=…`.
 * @returns The place.
 */
export function parsePlace(hash: string): Place {
  const [id = "", rest = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const parameters = new URLSearchParams(rest);
  const entries = [...parameters].filter(([name]) => name.startsWith(PREFIX));
  return {
    id: decoded(id) || null,
    set: parameters.get("set"),
    update: count(parameters.get("update")),
    sample: count(parameters.get("sample")),
    isBeside: parameters.has("beside"),
    outcomes: parameters.getAll("outcome"),
    annotations: Object.fromEntries(
      entries.map(([name, value]) => [name.slice(PREFIX.length), value]),
    ),
    moved: parameters.get("moved"),
    query: parameters.get("q") ?? "",
    page: count(parameters.get("page")),
    isAnalysis: parameters.has("analysis"),
  };
}

/**
 * The address of a place.
 *
 * @param place The place.
 * @returns What stands behind the page's address, with `#`.
 */
export function formatPlace(place: Place): string {
  const parameters = new URLSearchParams();
  const add = (name: string, value: string | number | null) => {
    if (value !== null && value !== "") parameters.append(name, `${value}`);
  };
  add("set", place.set);
  add("update", place.update);
  add("sample", place.sample);
  if (place.isBeside) add("beside", 1);
  place.outcomes.forEach((name) => add("outcome", name));
  Object.entries(place.annotations).forEach(([name, value]) => add(PREFIX + name, value));
  add("moved", place.moved);
  add("q", place.query);
  add("page", place.page);
  if (place.isAnalysis) add("analysis", 1);
  const id = encodeURIComponent(place.id ?? "").replaceAll("%2F", "/");
  return parameters.size === 0 ? `#${id}` : `#${id}?${parameters}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function count(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
