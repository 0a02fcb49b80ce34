/**
 * Discussions of several agents over several turns: who sees what when, and how it is written.
 *
 * @module
 */
export * from "./agent.ts";
export * from "./answer_tokens.ts";
export * from "./collect_responses.ts";
export * from "./consensus.ts";
export * from "./discussion_cost.ts";
export * from "./discussion_format.ts";
export * from "./feedback_text.ts";
export * from "./format_paper.ts";
export * from "./inverted_scorer.ts";
export * from "./messages_for.ts";
export * from "./oracle_scorer.ts";
export * from "./run_discussions.ts";
export * from "./score_solutions.ts";
export * from "./scorer.ts";
export * from "./scripted_agent.ts";
export * from "./seat.ts";
export * from "./transcript.ts";
export * from "./verdict_bands.ts";
export * from "./text_format.ts";
