import type { Random } from "../../core/random.ts";
import type { AnswerCheck, SmallWorldDemonstrator, SmallWorldStandpoint } from "./demonstrator.ts";
import { readFacts, writeFacts } from "./evidence.ts";
import type { EvidenceTask } from "./hidden_profile.ts";
import { simulatedScore } from "../demonstrations/mod.ts";
import {
  type EvidenceStrategy,
  type HiddenProfileOptions,
  knownFacts,
  makeHiddenProfileFormat,
  statedEvidenceStrategy,
  writeEvidencePreface,
} from "./hidden_profile_format.ts";

/** What ends an answer that tells facts: it states no result. */
const NO_RESULT = "\\boxed{?}";

/**
 * Agents that know a part of the facts and draw at random what they do: tell or guess at first, then solve from
 * all facts that they have seen or guess from their own.
 *
 * @param options Makes solutions of known facts, and the facts that everybody knows.
 * @returns The writer of their answers.
 */
export function evidenceDemonstrator(
  { task, numShared }: HiddenProfileOptions & { readonly task: EvidenceTask },
): SmallWorldDemonstrator {
  const format = makeHiddenProfileFormat({ numShared });

  function answerBy(
    strategy: EvidenceStrategy,
    standpoint: SmallWorldStandpoint,
    random: Random,
  ): string {
    const { question } = standpoint;
    const text = strategy === "tell"
      ? tellingOf(standpoint)
      : task.solutionFrom(question, factsFor(strategy, standpoint), random);
    return writeEvidencePreface(strategy) + text;
  }

  const tellingOf = ({ question, reader }: SmallWorldStandpoint) => {
    const { facts, own } = knownFacts(question, reader, numShared);
    return `${writeFacts(facts, own)} ${NO_RESULT}`.trim();
  };

  /** Indices of the facts that a solution uses. */
  const factsFor = (
    strategy: EvidenceStrategy,
    { question, reader, views }: SmallWorldStandpoint,
  ) => {
    const { own } = knownFacts(question, reader, numShared);
    if (strategy === "guess") return own;
    const told = views.flatMap(({ others }) =>
      others.flatMap(({ text }) => [...readFacts(text).keys()])
    );
    return [...new Set([...own, ...told])].sort((a, b) => a - b);
  };

  const answer = (standpoint: SmallWorldStandpoint, random: Random) =>
    answerBy(random.choice(strategiesAt(standpoint)), standpoint, random);

  return {
    format,
    firstStatedTurn: 0,
    firstLearntTurn: 0,
    solution: (question, random) =>
      task.solutionFrom(question, knownFacts(question, undefined, numShared).own, random),
    answer,
    said: answer,
    scoreOf: simulatedScore,
    check(standpoint, response): AnswerCheck | null {
      const strategy = statedEvidenceStrategy(response);
      if (strategy === null) return null;
      const isPossible = strategiesAt(standpoint).includes(strategy);
      const solution = format.solutionOf(response);
      if (strategy === "tell") {
        const copied = solution === tellingOf(standpoint);
        return { strategy, consistent: isPossible, copied, madeUp: false };
      }
      const { facts } = knownFacts(standpoint.question, standpoint.reader, numShared);
      const used = factsFor(strategy, standpoint);
      const consistent = isPossible && task.usesFacts(standpoint.question, used, solution);
      return { strategy, consistent, copied: null, madeUp: used.length < facts.length };
    },
  };
}

/** Facts are told once, at first; later there is something to work from. */
function strategiesAt({ views }: SmallWorldStandpoint): readonly EvidenceStrategy[] {
  return views.length === 0 ? ["tell", "guess"] : ["solve", "guess"];
}
