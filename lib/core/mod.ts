/**
 * What every other folder builds on: random streams, errors, files written in one step, configuration.
 *
 * @module
 */
export * from "./api_key.ts";
export * from "./atomic_file.ts";
export * from "./compat.ts";
export * from "./config.ts";
export type { Setting } from "./config_layers.ts";
export type { ConfigProblem } from "./config_problems.ts";
export * from "./config_paths.ts";
export {
  type ConfigIssue,
  type ConfigSchema,
  isMapping,
  type IssueList,
  type Mapping,
  type OutputOf,
  type SchemaOf,
  type ZodSchema,
} from "./config_schema.ts";
export * from "./describe_options.ts";
export * from "./digest.ts";
export * from "./errors.ts";
export * from "./fenced.ts";
export * from "./file_error.ts";
export * from "./leftovers.ts";
export * from "./lock_folder.ts";
export * from "./manifest.ts";
export * from "./nearest.ts";
export * from "./normal_quantile.ts";
export * from "./one_at_a_time.ts";
export * as optionTypes from "./option_types.ts";
export * from "./parse_json.ts";
export * from "./path_exists.ts";
export * from "./philox.ts";
export * from "./printable.ts";
export * from "./random.ts";
export * from "./sealed_json.ts";
export * from "./read_text.ts";
export * from "./shell_quote.ts";
export * from "./slug.ts";
export * from "./web_address.ts";
export * from "./yield_to_events.ts";
export * from "./yaml.ts";
