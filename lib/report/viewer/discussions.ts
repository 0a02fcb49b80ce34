import type { ViewedRow } from "../viewed_columns.ts";
import { setName, setTitle } from "../set_names.ts";
import { movedNames } from "./moved_agents.ts";
import { outcomesOf } from "./outcomes.ts";

/** A discussion, as it is listed and shown. */
export interface Discussion {
  /** Name of the set that it belongs to. */
  readonly set: string;
  /** `training`, or the split of its question. */
  readonly source: string;
  /** Updates that the model had been trained for. */
  readonly update: number;
  /** Name of the question in its task. */
  readonly questionId: string;
  /** Which of the question's discussions it is, from 0. */
  readonly sample: number;
  /** The question. */
  readonly questionText: string;
  /** The right answer. */
  readonly gold: string;
  /** Row of its first answer. */
  readonly row: number;
  /** Shape [T][A], the answers. */
  readonly answersTA: readonly (readonly ViewedRow[])[];
  /** What is true of it, one bit per entry of `OUTCOMES`. */
  readonly outcomes: number;
  /** Names of the moves of one agent by another. */
  readonly moved: ReadonlySet<string>;
  /** All that can be searched, in lower case. */
  readonly words: string;
  /** Values that some answer has, by annotation. */
  readonly annotations: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Discussions that are listed together: one evaluation of one model, or all of training. */
export interface DiscussionSet {
  /** Its name in addresses. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** `training`, or the split of its questions. */
  readonly source: string;
  /** Its discussions, in the order of the frame. */
  readonly discussions: Discussion[];
}

/**
 * Puts the answers of a run together again.
 *
 * @param rows The answers, those of a discussion next to each other; turns and agents ascend.
 * @returns The sets in their order; training last.
 */
export function discussionSets(rows: readonly ViewedRow[]): DiscussionSet[] {
  const sets = new Map<string, DiscussionSet>();
  for (let row = 0; row < rows.length;) {
    const first = rows[row]!;
    let end = row + 1;
    while (end < rows.length && isSameDiscussion(first, rows[end]!)) end++;
    const discussion = discussionOf(rows.slice(row, end), row);
    const { set: name } = discussion;
    if (!sets.has(name)) {
      sets.set(name, { name, title: setTitle(first), source: first.source, discussions: [] });
    }
    sets.get(name)!.discussions.push(discussion);
    row = end;
  }
  return [...sets.values()];
}

function isSameDiscussion(a: ViewedRow, b: ViewedRow): boolean {
  return a.questionId === b.questionId && a.sample === b.sample && a.update === b.update &&
    a.model === b.model && a.source === b.source;
}

function discussionOf(answers: readonly ViewedRow[], row: number): Discussion {
  const { source, update, questionId, sample, questionText, gold } = answers[0]!;
  const answersTA: ViewedRow[][] = [];
  for (const answer of answers) (answersTA[answer.turn] ??= []).push(answer);
  const texts = answers.map(({ text }) => text);
  return {
    set: setName(answers[0]!),
    source,
    update,
    questionId,
    sample,
    questionText,
    gold,
    row,
    answersTA,
    outcomes: outcomesOf(answersTA),
    moved: movedNames(answersTA),
    words: [questionId, questionText, gold, ...texts].join("\n").toLowerCase(),
    annotations: annotationsOf(answers),
  };
}

function annotationsOf(answers: readonly ViewedRow[]): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const answer of answers) {
    for (const [name, value] of statedBy(answer)) {
      if (!values.has(name)) values.set(name, new Set());
      values.get(name)!.add(value);
    }
  }
  return values;
}

/**
 * What was read of an answer.
 *
 * @param answer The answer.
 * @returns Names and values; none for what it does not say.
 */
export function statedBy({ annotations }: Pick<ViewedRow, "annotations">): [string, string][] {
  if (annotations === "{}") return [];
  const all = Object.entries(JSON.parse(annotations) as Record<string, string | null>);
  return all.filter((entry): entry is [string, string] => entry[1] !== null);
}
