/**
 * maporl: language models that discuss, trained together.
 *
 * Several models answer a question, read each other's answers with a verifier's verdicts, and revise
 * over several turns; multi-agent PPO trains all of them on rewards that pay for correcting oneself and
 * for persuading others (MAPoRL, arXiv 2502.18439). Every experiment of this repository is one script
 * that composes what this module exports.
 *
 * ## Where to start reading
 *
 * 1. A {@linkcode Task} gives questions with gold answers and says what counts as right:
 *    {@linkcode loadTask}.
 * 2. {@linkcode runDiscussions} lets {@linkcode Agent}s answer over turns. It knows no tensors: agents
 *    and {@linkcode Scorer}s are interfaces, a {@linkcode DiscussionFormat} writes the messages, and
 *    what comes out are {@linkcode Discussion}s. A {@linkcode RemoteAgent} is a model behind a server.
 * 3. {@linkcode discussionRewards} turns scores, correctness and penalties into one reward per answer;
 *    {@linkcode rewardDesign} names the paper's designs, {@linkcode Incentives} its bonuses.
 * 4. {@linkcode Decoder}, {@linkcode LoraAdapter} and {@linkcode generate} are the model and its
 *    sampling; the operations under them ({@linkcode causalAttention}, {@linkcode tokenLogProbs} and
 *    their neighbours) have one file each with formula, reference and kernels.
 * 5. {@linkcode PolicySet} holds parameters by (agent, turn group); {@linkcode PolicyAgent} answers
 *    with them; {@linkcode ppoTargets}, {@linkcode gae}, {@linkcode policyLoss} and
 *    {@linkcode valueLoss} are the algorithm; {@linkcode updatePolicies} is one update of all groups.
 * 6. {@linkcode Verifier}: {@linkcode collectAnswers}, {@linkcode balanceAnswers} and
 *    {@linkcode trainVerifier}, then scores as probabilities.
 * 7. {@linkcode summarise} and {@linkcode compareSystems} give votes, accuracy per turn, transitions
 *    and intervals over questions, by bootstrap, and over seeds.
 * 8. {@linkcode RunFolder} keeps what a run leaves behind as Polars frames, whose columns
 *    {@linkcode answersColumns} and its neighbours document; tables and plots are made from frames.
 * 9. {@linkcode writeRunPage} makes a page of a run on which people read every discussion.
 * 10. {@linkcode startDevice} chooses where tensors live: a GPU, or the processor with native products.
 *
 * `CONTRIBUTING.md` lists the folders of `lib`; each imports only from those before it.
 *
 * ## Words
 *
 * Axes: Q questions, A agents, T turns (of discussions) or tokens (of tensors), B rows, V vocabulary,
 * D width, H heads, K key heads, C head width, F MLP width. Masks: 1 = counts. Turns and agents are
 * counted from 0, so the paper's "turn 1" is turn 0; only tables and plots count from 1.
 *
 * | paper | its code, TRL | here |
 * |---|---|---|
 * | A, T | `agent_num`, `round_num` | `numAgents`, `numTurns` |
 * | Ver(q, s) | `score` | `score`, in [0, 1], before penalties |
 * | R(q, s) | `rule_horizon` × `rule_agent_share` | {@linkcode ScoreRule}: `horizon` × `share` |
 * | γ_R | `rule_discount` | `turnDiscount` |
 * | α0, α1 | `alpha[1]`, `alpha[0]` | `againstOthers`, `followOthers` |
 * | β0, β1 | `alpha[2]`, `alpha[3]` | `othersLeftMe`, `othersJoinedMe` |
 * | | a `PeftModel` that is given to a trainer | `seats.N.initFrom` |
 * | θ per turn and agent | `collaboration_separation`, `policy_separation` | `turnGroups`, `shareAgents`, `seats` |
 * | λ_KL, λ_value | `kl_coef`, `vf_coef` | `klCoef`, `vfCoef` |
 * | ε | `cliprange`, `cliprange_value` | `cliprange`, `cliprangeValue` |
 * | γ, λ | `gamma`, `lam` | `gamma`, `gaeLambda` |
 * | | `num_ppo_epochs`, `num_mini_batches` | `numPpoEpochs`, `numMiniBatches` |
 * | | `objective/kl` | `refKl`: to the base model, in nats |
 * | | `policy/approxkl_avg`, `policy/clipfrac_avg` | `approxKl`, `clipFrac` |
 * | −10 | `penalty_reward_value` | `penaltyValue` |
 * | feedback | `reward_feedback` | `showScores` |
 * | | `criteria_for_consensus_percentage` | `consensusFraction` |
 *
 * Where the paper and its released code disagree, a {@linkcode Compat} says whom to follow.
 *
 * @example A discussion without any model: who slips at random gains nothing from two more turns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import {
 *   discussionRewards,
 *   makeArithmetic,
 *   OracleScorer,
 *   Random,
 *   rewardDesign,
 *   runDiscussions,
 *   ScriptedAgent,
 *   smallWorldFormat,
 *   summarise,
 *   takeQuestions,
 * } from "@maporl/maporl";
 *
 * const task = makeArithmetic({ seed: 0, difficulty: 2 });
 * const questions = takeQuestions(task.questions("test"), { count: 100 });
 * const byText = new Map(questions.map((q) => [smallWorldFormat.firstMessage(q), q]));
 * const sloppy = new ScriptedAgent(({ messages }, random) =>
 *   task.sampleSolution(byText.get(messages[0]!.content)!, random, { slipRate: 0.2 })
 * );
 * const seat = { agent: sloppy, scorer: new OracleScorer(task) };
 *
 * const discussions = await runDiscussions({
 *   task,
 *   questions,
 *   seats: [seat, seat, seat],
 *   numTurns: 3,
 *   format: smallWorldFormat,
 *   showScores: true,
 *   random: Random.fromSeed(0),
 * });
 *
 * const { totalTA } = discussionRewards({
 *   scoresTA: discussions[0]!.answersTA.map((answers) => answers.map(({ score }) => score)),
 *   correctTA: discussions[0]!.answersTA.map((answers) => answers.map(({ correct }) => correct)),
 * }, { rule: rewardDesign("influence_aware", 1) });
 * assertEquals([totalTA.length, totalTA[0]!.length], [3, 3]);
 *
 * const rows = discussions.flatMap(({ question, answersTA }) =>
 *   answersTA.flat().map(({ agent, turn, answer, correct, cost }) => (
 *     { question: question.id, gold: question.gold, agent, turn, answer, correct, length: cost.newTokens }
 *   ))
 * );
 * const { gain } = summarise(rows, { random: Random.fromSeed(1) });
 * const { low, high } = gain.meanAccuracy!;
 * assertEquals(low < 0 && high > 0, true);
 * ```
 *
 * @module
 */
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from "@tensorflow/tfjs";

export * from "./lib/core/mod.ts";
export * from "./lib/data/mod.ts";
export {
  type AddressedProduct,
  type BlasCandidate,
  blasCandidates,
  type BlasKind,
  type BlasSearch,
  type DeviceChoice,
  type DeviceOptions,
  type DeviceReport,
  findBlas,
  formatDeviceReport,
  type GemmOptions,
  type PackedFormat,
  type PackedMatrix,
  type Platform,
  type ProductDtype,
  type Products,
  type ProductsChoice,
  type RoundedFormat,
  startDevice,
} from "./lib/device/mod.ts";
export * from "./lib/ops/mod.ts";
export * from "./lib/text/mod.ts";
export * from "./lib/models/mod.ts";
export * from "./lib/optim/mod.ts";
export * from "./lib/tasks/mod.ts";
export * from "./lib/generation/mod.ts";
export * from "./lib/discussion/mod.ts";
export * from "./lib/remote/mod.ts";
export * from "./lib/worlds/mod.ts";
export * from "./lib/worlds/demonstrations/mod.ts";
export * from "./lib/worlds/small_world/mod.ts";
export * from "./lib/verifier/mod.ts";
export * from "./lib/rewards/mod.ts";
export * from "./lib/rl/mod.ts";
export * from "./lib/evaluation/mod.ts";
export * from "./lib/tracking/mod.ts";
export * from "./lib/report/mod.ts";
export * from "./lib/training/mod.ts";
export * from "./lib/serving/mod.ts";
