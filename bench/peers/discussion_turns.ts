/**
 * Discussions as the Python side gets them: token ids by turn.
 *
 * @module
 */
import { type Discussion, withTokens } from "../../lib/discussion/mod.ts";
import { turnGroup } from "../../lib/rl/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import type { RewardedDiscussion } from "../../lib/training/mod.ts";
import { encodeAnswer } from "../../lib/verifier/mod.ts";
import type { UpdateRun } from "../support/update_run.ts";

/** One turn of all discussions; lists have one entry per answer. */
export interface PeerTurn {
  /** What the agents read. */
  readonly prompts: readonly number[][];
  /** What we sampled: the peer samples answers of the same lengths. */
  readonly responses: readonly number[][];
  /** Our log-probabilities of them, in nats. */
  readonly log_probs: readonly number[][];
}

/**
 * Prompts and sampled tokens of each turn.
 *
 * @param discussions As they were held, all with the same number of turns.
 * @returns One entry per turn.
 */
export function peerTurns(discussions: readonly Discussion[]): PeerTurn[] {
  return answersByTurn(discussions).map((answers) => answers.map(withTokens)).map((answers) => ({
    prompts: answers.map(({ promptTokens }) => [...promptTokens]),
    responses: answers.map(({ tokens }) => [...tokens]),
    log_probs: answers.map(({ logProbs }) => [...logProbs]),
  }));
}

/** What a whole update needs to know about a turn beyond {@link PeerTurn}. */
export interface TrainedPeerTurn extends PeerTurn {
  /** Whether its answers come from the policy and are trained on. */
  readonly trained: boolean;
  /** Index of the question. */
  readonly questions: readonly number[];
  /** Index of the agent. */
  readonly agents: readonly number[];
  /** What the value function reads before the answer. */
  readonly value_prompts: readonly number[][];
  /** What the answer is paid. */
  readonly rewards: readonly number[];
  /** What the verifier reads. */
  readonly scored: readonly { readonly prompt: number[]; readonly answer: number[] }[];
}

/**
 * Everything about the discussions of an update.
 *
 * @param arithmetic Texts and settings.
 * @param rewarded Discussions with their rewards.
 * @returns One entry per turn.
 */
export function trainedPeerTurns(
  { parts, config: { algorithm } }: UpdateRun,
  rewarded: readonly RewardedDiscussion[],
): TrainedPeerTurn[] {
  const text = { ...parts.seats[0]!.model, format: parts.formats.trained };
  const discussions = rewarded.map(({ discussion }) => discussion);
  const valuePrompts = discussions.map(({ question }) => [
    ...encodeChat(text.tokenizer, text.template, [
      { role: "user", content: text.format.firstMessage(question) },
    ], { addGenerationPrompt: true }),
  ]);
  const turns = peerTurns(discussions);
  return answersByTurn(discussions).map((answers, turn) => ({
    ...turns[turn]!,
    trained: algorithm.trainGroups.includes(turnGroup(turn, algorithm.turnGroups)),
    questions: answers.map(({ question }) => question),
    agents: answers.map(({ agent }) => agent),
    value_prompts: answers.map(({ question }) => valuePrompts[question]!),
    rewards: answers.map(({ question, agent }) => rewarded[question]!.parts.totalTA[turn]![agent]!),
    scored: answers.map(({ question, solution }) => {
      const { tokens, answerStart } = encodeAnswer(text, discussions[question]!.question, solution);
      return {
        prompt: [...tokens.subarray(0, answerStart)],
        answer: [...tokens.subarray(answerStart)],
      };
    }),
  }));
}

function answersByTurn(discussions: readonly Discussion[]) {
  const numTurns = Math.max(...discussions.map(({ answersTA }) => answersTA.length));
  return Array.from(
    { length: numTurns },
    (_, turn) => discussions.flatMap(({ answersTA }) => answersTA[turn] ?? []),
  );
}
