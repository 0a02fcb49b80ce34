/**
 * What the paper claims, and the frames that decide each claim.
 *
 * @module
 */
import type { EvaluationSummary, Interval } from "../lib/evaluation/mod.ts";
import { isNoChange, isNoRise, isPositive } from "../lib/report/mod.ts";
import {
  type ArmRun,
  type DiscussionSeries,
  discussionSeries,
  type Frames,
  lastTurnDifference,
  pooledSummaries,
  rowsOf,
  runsOfFrames,
  summariesOfSeries,
} from "../lib/tracking/mod.ts";
import type { Claim, DecidingFigure } from "./claim.ts";
import { figureColumns, NUM_QUESTIONS } from "./collaboration_game/exact_result.ts";
import { seriesOf } from "./off_the_shelf/series.ts";
import { soloAnswers } from "./off_the_shelf/solo.ts";

/** A rise or change of accuracy that would count as none. */
const NO_CHANGE = 0.02;
/** Model before training, as frames name it behind the arm's name. */
const UNTRAINED = /(^|: )(off-the-shelf|off the shelf|before training)$/;
const SINGLE_AGENT = { together: "MAPoRL", alone: "alone" };
/** In which domain agents were trained, and whose questions they discuss. */
const TRANSFERS = [["entailment", "arithmetic"], ["arithmetic", "entailment"]] as const;
/** The domains of closed_book. */
const DOMAINS = ["arithmetic", "entailment"];
/** How those are trained that imitate the best discussions. */
const IMITATION = "supervised on discussions";
const HIDDEN_PROFILE = {
  shaped: "influence-aware",
  final: "the team's final answers",
  own: "final answer",
};

const positive = (what: string, interval: Interval): DecidingFigure => ({
  what,
  interval,
  expected: "above zero",
  decide: isPositive,
});

/** Whether the vote rises over the turns after training, and not before. */
function risesOverTurns(
  summaries: Readonly<Record<string, EvaluationSummary>>,
): DecidingFigure[] {
  return Object.entries(summaries)
    .flatMap(([model, { numTurns, gain }]): DecidingFigure[] => {
      const interval = gain.vote;
      if (numTurns < 2 || interval === null) return [];
      const what = `${model}, accuracy of the vote in the last turn minus the first`;
      if (!UNTRAINED.test(model)) return [positive(what, interval)];
      return [{
        what,
        interval,
        expected: `at most ${NO_CHANGE}, and not above zero`,
        decide: (ends) => isNoRise(ends, NO_CHANGE),
      }];
    });
}

/** Whether what the later turns have learnt answers the bare question as the base model does. */
function answersAsBefore(frames: Frames): DecidingFigure[] {
  return soloAnswers(runsOfFrames(frames)).flatMap(({ domain, difference }): DecidingFigure[] =>
    difference === null ? [] : [{
      what: `${domain}, accuracy of one answer without discussion, trained minus off-the-shelf`,
      interval: difference,
      expected: `within ${NO_CHANGE} of zero`,
      decide: (ends) => isNoChange(ends, NO_CHANGE),
    }]
  );
}

/** Discussions of an arm's agents before or after training, if it was run. */
function discussionsOf(
  runs: readonly ArmRun[],
  arm: string,
  when: "before" | "after",
): DiscussionSeries | undefined {
  const ofArm = runs.filter((run) => run.arm === arm);
  const place = when === "before" ? 0 : -1;
  return discussionSeries(ofArm, ({ evaluations }, model) => {
    const models = [...new Set(evaluations.map((row) => row.model))];
    return model === models.at(place) ? arm : undefined;
  })[0];
}

/** How far the votes of two last turns are apart, if both are there. */
function difference(
  what: string,
  one: DiscussionSeries | undefined,
  other: DiscussionSeries | undefined,
): DecidingFigure[] {
  const interval = one && other && lastTurnDifference(one, other, "vote");
  return interval ? [positive(what, interval)] : [];
}

function shapingHelps(frames: Frames): DecidingFigure[] {
  const runs = runsOfFrames(frames);
  const [shaped, final, own] = [HIDDEN_PROFILE.shaped, HIDDEN_PROFILE.final, HIDDEN_PROFILE.own]
    .map((arm) => discussionsOf(runs, arm, "after"));
  const last = "vote of the last turn, influence-aware reward minus that of";
  return [
    ...difference(`${last} the team's final answers`, shaped, final),
    ...difference(`${last} the own final answer`, shaped, own),
    ...difference(
      "vote of the last turn, reward of the team's final answers minus off-the-shelf",
      final,
      discussionsOf(runs, HIDDEN_PROFILE.final, "before"),
    ),
  ];
}

/** Of each domain: scores paid less final answers paid, and these less the base model; all read verdicts. */
function verifierHelps(frames: Frames): DecidingFigure[] {
  const runs = runsOfFrames(frames);
  const last = "vote of the last turn";
  return DOMAINS.flatMap((domain) => {
    const final = discussionsOf(runs, `${domain}, final answers`, "after");
    return [
      ...difference(
        `${domain}, ${last}, paid for the verifier's scores minus for final answers`,
        discussionsOf(runs, `${domain}, with verifier`, "after"),
        final,
      ),
      ...difference(
        `${domain}, ${last}, paid for final answers minus off-the-shelf`,
        final,
        discussionsOf(runs, `${domain}, final answers`, "before"),
      ),
    ];
  });
}

function imitationHurts(frames: Frames): DecidingFigure[] {
  const runs = runsOfFrames(frames);
  return difference(
    "vote of the last turn, off-the-shelf minus supervised on discussions",
    discussionsOf(runs, IMITATION, "before"),
    discussionsOf(runs, IMITATION, "after"),
  );
}

function trainingTogetherHelps(frames: Frames): DecidingFigure[] {
  const runs = runsOfFrames(frames);
  return difference(
    "vote of the last turn of agents trained together, minus the answer of one trained alone",
    discussionsOf(runs, SINGLE_AGENT.together, "after"),
    discussionsOf(runs, SINGLE_AGENT.alone, "after"),
  );
}

/** Of each domain: agents trained in the other one, less the base model on the same questions. */
function transfers(frames: Frames): DecidingFigure[] {
  const runs = runsOfFrames(frames);
  return TRANSFERS.flatMap(([trained, asked]) =>
    difference(
      `${asked}, vote of the last turn, trained in ${trained} minus off-the-shelf`,
      discussionsOf(runs, `${trained} to ${asked}`, "after"),
      discussionsOf(runs, asked, "before"),
    )
  );
}

/** Half of a 95 % interval of a share of the questions. */
const halfOf = (share: number) => 1.96 * Math.sqrt(share * (1 - share) / NUM_QUESTIONS);

/** Where both learn, less the best of the fixed partners: the ends are too far apart rather than too near. */
function collaboratesMore(frames: Frames): DecidingFigure[] {
  return rowsOf(frames, "figure", figureColumns).map(
    ({ numTurns, threshold, joint, jointError, against }) => {
      const best = Math.max(...Array.from(against));
      const estimate = joint - best, reach = jointError + halfOf(best);
      return positive(
        `T = ${numTurns}, C = ${threshold}: probability of collaborating at turn 1, both learn minus the ` +
          "best fixed partner",
        { estimate, low: estimate - reach, high: estimate + reach },
      );
    },
  ).sort((a, b) => a.interval.estimate - b.interval.estimate);
}

/** The seven claims, numbered as in the order of the paper's text. */
export const claims: readonly Claim[] = [
  {
    id: "claim-1",
    sentence:
      "Off the shelf, discussing does not raise accuracy from turn to turn; after MAPoRL it does.",
    place: "§4.2, Figure 2",
    decidedBy: [
      {
        result: "off_the_shelf",
        // The base model of a domain is the same in several arms.
        evidence: (frames) => risesOverTurns(summariesOfSeries(seriesOf(runsOfFrames(frames)))),
      },
      {
        result: "closed_book",
        note: "In closed_book the first turn is trained as well, unlike in the paper.",
        evidence: (frames) => risesOverTurns(pooledSummaries(runsOfFrames(frames))),
      },
    ],
  },
  {
    id: "claim-2",
    sentence: "Training leaves what an agent answers by itself as it was: collaboration is learnt.",
    place: "§4.3, Remark 2",
    decidedBy: [{ result: "off_the_shelf", evidence: answersAsBefore }],
  },
  {
    id: "claim-3",
    sentence: "What was learnt on one kind of question helps on another.",
    place: "§4.5, Table 5",
    decidedBy: [{ result: "transfer", evidence: transfers }],
  },
  {
    id: "claim-4",
    sentence:
      "Paying for the verifier's scores is better than for the final answer alone, and that is better " +
      "than no training.",
    place: "G.7, Table 7",
    decidedBy: [
      {
        result: "verifier",
        note:
          "All read verdicts, without which this world's base model cannot discuss: what is paid is all that differs. " +
          "The arm that is paid for final answers was added when the test results of the others had been seen.",
        evidence: verifierHelps,
      },
      {
        result: "hidden_profile",
        note:
          "In hidden_profile final answers are paid by the verifier's scores of them, not by whether they are right.",
        evidence: shapingHelps,
      },
    ],
  },
  {
    id: "claim-5",
    sentence: "Supervised training on the best discussions makes later turns worse.",
    place: "Experiment 5",
    decidedBy: [{ result: "sft", evidence: imitationHurts }],
  },
  {
    id: "claim-6",
    sentence:
      "Agents trained together are right more often in late turns than an agent trained alone.",
    place: "G.8, Table 8",
    decidedBy: [{ result: "single_agent", evidence: trainingTogetherHelps }],
  },
  {
    id: "claim-7",
    sentence:
      "In the game, players that learn together collaborate more than one beside a fixed partner.",
    place: "§2.3, Figure 5",
    decidedBy: [{
      result: "collaboration_game",
      note:
        "In games of 10 and of 20 turns, as in Figure 5; not in that of two turns, whose table stands below. In the " +
        "paper's figure only players that learn together are paid for entropy, by which alone they collaborate at " +
        "times. The table has, too, what is left where the one beside a fixed partner is paid for it as well: less, " +
        "and nothing where all turns but one of twenty are needed.",
      evidence: collaboratesMore,
    }],
  },
];
