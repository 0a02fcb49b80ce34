/**
 * Word problems in plain English, made by a generator: a task for models of real text.
 *
 * @module
 */
export * from "./slip_solution.ts";
export * from "./word_problem_demonstrator.ts";
export * from "./word_problems.ts";
export * from "./word_problems_kind.ts";
