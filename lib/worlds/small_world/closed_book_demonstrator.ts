import type { Random } from "../../core/random.ts";
import type { DiscussionView } from "../../discussion/mod.ts";
import {
  closedBookFormat,
  NEW,
  type Revision,
  REVISIONS,
  statedRevision,
  writeRevision,
} from "./closed_book_format.ts";
import type { ClosedBookTask } from "./closed_book_task.ts";
import type { AnswerCheck, SmallWorldDemonstrator, SmallWorldStandpoint } from "./demonstrator.ts";
import { speakerNames } from "./small_world_format.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";
import { allowedChoices, choiceOf } from "./strategies.ts";

/** Scores of the four verdict bands. */
const SCORES: readonly number[] = [0.9, 0.7, 0.45, 0.15];
/** How often somebody states again what has been stated before. */
const REPEAT_CHANCE = 0.5;

/**
 * Agents that recall what questions do not tell, and in later turns draw at random whose statements they take
 * over and what they recall anew.
 *
 * What others say in its discussions is drawn at random, and so are verdicts and the agent's own first answer,
 * which is not learnt: nothing about the world can be learnt from what anybody says, only from what is recalled.
 *
 * @param options Works solutions out.
 * @returns The writer of their answers.
 */
export function closedBookDemonstrator(
  { task }: { readonly task: ClosedBookTask },
): SmallWorldDemonstrator {
  /** What each speaker stated of each fact: shape [A][facts]; facts are unknown where it is not a solution. */
  const statedBy = ({ question, own, others }: DiscussionView) =>
    [own, ...others].map(({ text }) => task.valuesOf(question as SmallWorldQuestion, text));

  /** What somebody says that nothing can be learnt from. */
  function said({ question, views }: SmallWorldStandpoint, random: Random): string {
    const before = views.flatMap((view) => statedBy(view)).filter((values) => values !== null);
    const values = task.recalled(question).map(({ options }, fact) =>
      before.length > 0 && random.uniform() < REPEAT_CHANCE
        ? random.choice(before)[fact]!
        : random.choice(options)
    );
    return task.solutionFrom(question, values)!;
  }

  function revise(
    revision: Revision,
    { question, views }: SmallWorldStandpoint,
    random: Random,
  ): string | null {
    const view = views.at(-1)!;
    const truth = task.recalled(question);
    const stated = statedBy(view);
    const names = speakerNames(view.others.length);
    const sources = drawSources(revision, { view, names, stated, numFacts: truth.length }, random);
    if (sources === null) return null;
    const values = sources.map((source, fact) =>
      source === NEW ? truth[fact]!.value : stated[names.indexOf(source)]![fact]!
    );
    return writeRevision({ revision, sources }) + task.solutionFrom(question, values);
  }

  return {
    format: closedBookFormat,
    firstStatedTurn: 1,
    firstLearntTurn: 1,
    solution: ({ solution }) => solution,
    said,
    scoreOf: (_correct, random) => random.choice(SCORES),
    answer(standpoint, random) {
      if (standpoint.views.length === 0) return said(standpoint, random);
      while (true) {
        const answer = revise(random.choice(REVISIONS), standpoint, random);
        if (answer !== null) return answer;
      }
    },
    check({ question, views }, response): AnswerCheck | null {
      const preface = statedRevision(response);
      if (views.length === 0 || preface === null) return null;
      const { revision, sources } = preface;
      const view = views.at(-1)!;
      const stated = statedBy(view);
      const names = speakerNames(view.others.length);
      const values = task.valuesOf(question, closedBookFormat.solutionOf(response));
      const isPossible = sources.length === task.recalled(question).length &&
        carriesOut(revision, sources, view);
      const copied = sources.every((source, fact) =>
        source === NEW || values?.[fact] === stated[names.indexOf(source)]?.[fact]
      );
      return {
        strategy: revision,
        consistent: isPossible && values !== null && copied,
        copied: sources.every((source) => source === NEW) ? null : copied && values !== null,
      };
    },
  };
}

/** Null where there is nothing to draw from: single facts of several solutions need two of each. */
function drawSources(
  revision: Revision,
  { view, names, stated, numFacts }: {
    readonly view: DiscussionView;
    readonly names: readonly string[];
    readonly stated: readonly (readonly string[] | null)[];
    readonly numFacts: number;
  },
  random: Random,
): string[] | null {
  const alike = (source: string) => new Array<string>(numFacts).fill(source);
  if (revision === "again") return alike(NEW);
  if (revision === "best" || revision === "worst" || revision === "own") {
    return alike(choiceOf(view, revision));
  }
  if (numFacts < 2) return null;
  if (revision === "doubtful") {
    const sources = alike(random.choice(names));
    const disputed = sources.flatMap((_, fact) =>
      new Set(stated.map((values) => values?.[fact])).size > 1 ? [fact] : []
    );
    sources[random.choice(disputed.length > 0 ? disputed : [...sources.keys()])] = NEW;
    return sources;
  }
  if (names.length < 2) return null;
  while (true) {
    const sources = alike("").map(() => random.choice(names));
    if (new Set(sources).size > 1) return sources;
  }
}

/** Whether sources are such as the revision allows. */
function carriesOut(revision: Revision, sources: readonly string[], view: DiscussionView): boolean {
  const numNew = sources.filter((source) => source === NEW).length;
  const numSources = new Set(sources).size;
  if (revision === "some") return numNew === 0 && numSources > 1;
  if (revision === "doubtful") return numNew === 1 && numSources === 2;
  return numSources === 1 && allowedChoices(view, revision).includes(sources[0]!);
}
