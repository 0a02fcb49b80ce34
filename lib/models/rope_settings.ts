/**
 * The rotary embedding in the settings of a `config.json`: reading and writing.
 *
 * @module
 */
import type { RopeScaling } from "../ops/mod.ts";
import { ROPE_TYPES, ropeTypeOf, unsupportedRopeSetting } from "./hf_settings.ts";
import { numberOf, requiredNumber, wrongType } from "./hf_values.ts";
import { shortJson, unsupportedError } from "./known_settings.ts";

type Settings = Readonly<Record<string, unknown>>;
type LongRope = Extract<RopeScaling, { readonly ropeType: "longrope" }>;

/** What the settings say of the rotary embedding. */
export interface RopeSettings {
  /** Base of the frequencies; undefined = not said. */
  readonly ropeTheta: number | undefined;
  /** How they are changed; undefined = they are not. */
  readonly ropeScaling: RopeScaling | undefined;
}

/**
 * Reads the rotary embedding. Since transformers 5 all of it lies in `rope_parameters`, before in two settings.
 *
 * @param hf The settings of the model.
 * @returns What they say.
 * @throws {TypeError} When one has the wrong type.
 * @throws {RangeError} When one is not supported, or they contradict each other.
 */
export function ropeOf(hf: Settings): RopeSettings {
  let ropeTheta = numberOf(hf, "rope_theta");
  let ropeScaling: RopeScaling | undefined;
  for (const key of ["rope_parameters", "rope_scaling"]) {
    const rope = hf[key];
    if (rope === undefined || rope === null) continue;
    if (typeof rope !== "object" || Array.isArray(rope)) throw wrongType(key, "JSON object", rope);
    const settings = rope as Settings;
    const unsupported = unsupportedRopeSetting(settings, key);
    if (unsupported) throw unsupportedError(unsupported);
    ropeScaling = scalingOf(settings, key, hf) ?? ropeScaling;
    const theta = numberOf(settings, "rope_theta");
    if (theta === undefined) continue;
    if (ropeTheta !== undefined && ropeTheta !== theta) {
      throw new RangeError(
        `Cannot read a model configuration as rope_theta must be one number: got ${ropeTheta} and, in ${key}, ${theta}`,
      );
    }
    ropeTheta = theta;
  }
  return { ropeTheta, ropeScaling };
}

function scalingOf(rope: Settings, key: string, hf: Settings): RopeScaling | undefined {
  const ropeType = ropeTypeOf(rope);
  if (ropeType === "longrope") return longRopeOf(rope, key, hf);
  const entries = ROPE_TYPES[ropeType]!.map((name) => [
    camelCased(name),
    positive(rope, key, name),
  ]);
  return entries.length === 0
    ? undefined
    : { ropeType, ...Object.fromEntries(entries) } as RopeScaling;
}

/** See `_compute_longrope_parameters` of transformers; Phi-3's own programs compute the same. */
function longRopeOf(rope: Settings, key: string, hf: Settings): LongRope {
  const [shortFactor, longFactor] = ["short_factor", "long_factor"].map((name) => {
    const list = rope[name];
    if (Array.isArray(list) && list.every((one) => typeof one === "number" && one > 0)) {
      return list as number[];
    }
    throw invalid(`${key}.${name}`, "a list of positive numbers", list);
  });
  const positions = requiredNumber(hf, "max_position_embeddings");
  // Phi-3 says beside the other settings of the embedding how long it was first trained, which counts.
  const originalMaxPositionEmbeddings = numberOf(hf, "original_max_position_embeddings") ??
    numberOf(rope, "original_max_position_embeddings") ?? positions;
  if (!Number.isSafeInteger(originalMaxPositionEmbeddings) || originalMaxPositionEmbeddings < 2) {
    throw invalid(
      "original_max_position_embeddings",
      "an integer of at least 2",
      originalMaxPositionEmbeddings,
    );
  }
  const factor = numberOf(rope, "factor") ?? positions / originalMaxPositionEmbeddings;
  const attentionFactor = (rope["attention_factor"] ?? null) === null
    ? Math.sqrt(1 + Math.log(Math.max(1, factor)) / Math.log(originalMaxPositionEmbeddings))
    : positive(rope, key, "attention_factor");
  return {
    ropeType: "longrope",
    shortFactor: shortFactor!,
    longFactor: longFactor!,
    originalMaxPositionEmbeddings,
    attentionFactor,
  };
}

function positive(rope: Settings, key: string, name: string): number {
  const value = numberOf(rope, name);
  if (value !== undefined && value > 0) return value;
  throw invalid(`${key}.${name}`, "a positive number", rope[name]);
}

function invalid(key: string, expected: string, value: unknown): RangeError {
  return new RangeError(
    `Cannot read a model configuration as ${key} must be ${expected}: got ${
      shortJson(value ?? null)
    }`,
  );
}

/**
 * Writes how frequencies are changed.
 *
 * @param scaling From {@link ropeOf}.
 * @returns What `rope_scaling` holds, with all that has defaults.
 */
export function ropeScalingToHf({ ropeType, ...rest }: RopeScaling): Record<string, unknown> {
  const values = rest as Readonly<Record<string, unknown>>;
  const names = ROPE_TYPES[ropeType]!.filter((name) => camelCased(name) in values);
  return {
    rope_type: ropeType,
    ...Object.fromEntries(names.map((name) => [name, values[camelCased(name)]])),
  };
}

const camelCased = (name: string) =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
