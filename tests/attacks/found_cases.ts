/**
 * Cases in which the attacks found faults; the suite repeats them.
 *
 * @module
 */

/** Seeds of `deno task soak`. */
export const SOAK_FOUND: readonly number[] = [1000, 1009];

/** Cases of `deno task fuzz`. */
export const FUZZ_FOUND: readonly string[] = [
  ...["verifier:20", "verifier:34", "PEFT adapter:1", "PEFT adapter:4", "PEFT adapter:7"],
  ...["PEFT adapter:223", "settings:11", "settings:46", "settings files:16", "command lines:5"],
  ...["command lines:50064", "command lines:50090", "settings files:6004022"],
  ...["config.yaml:76", "parts of frames:30", "parts of frames:37"],
  ...["tokenizers:35", "tokenizers:44", "tokenizers:64", "served requests:428"],
  ...["served requests:2737", "replies of servers:627", "replies of servers:1179"],
  ...["lists of the hub:100", "lists of the hub:103", "lists of the hub:165"],
  ...["lists of the hub:455", "fetched model:9000035", "model configurations:20000287"],
];
