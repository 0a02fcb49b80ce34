import type { Arms } from "./arms.ts";
import type { Experiment } from "./experiment.ts";

/** A module of the registry: a script, or arms over one. */
export type RegistryEntry = { readonly experiment: Experiment } | { readonly arms: Arms };

/** All experiments by their name; each is loaded when it is asked for. */
export type Registry = Readonly<Record<string, () => Promise<RegistryEntry>>>;
