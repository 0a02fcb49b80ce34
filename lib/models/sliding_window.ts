/**
 * Windows of attention in the settings of a `config.json`: which there are, in which layers.
 *
 * @module
 */
import { type DecoderOptions, type LayerType, MAX_LAYERS } from "./decoder_options.ts";
import type { SettingRule } from "./known_settings.ts";

type Settings = Readonly<Record<string, unknown>>;
type Rules = readonly (readonly [key: string, rule: SettingRule])[];

/** Whether a value counts something. */
export const isPositive = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isLayerType = (type: unknown): type is LayerType =>
  type === "full_attention" || type === "sliding_attention";

/** A window in all layers, where there is one. */
export const WINDOW = {
  rules: [["sliding_window", {
    accepts: isPositive,
    supported: "null or a positive integer",
  }]] as Rules,
  optionsOf: (hf: Settings): DecoderOptions => windowOption(hf, undefined),
  settingsOf: ({ slidingWindow, layerTypes }: DecoderOptions): Settings =>
    layerTypes === undefined ? { sliding_window: slidingWindow ?? null } : {},
};

/** A window that a setting of its own switches on, in some layers. */
export const SWITCHED_WINDOW = {
  // Without the switch the others say nothing.
  rules: (hf: Settings): Rules =>
    hf["use_sliding_window"] !== true
      ? [["use_sliding_window", [false]], ["sliding_window", "any"], ["max_window_layers", "any"]]
      : [
        ...[["use_sliding_window", [true]] as const, ...WINDOW.rules],
        ["max_window_layers", {
          accepts: (layers) => Number.isSafeInteger(layers) && (layers as number) >= 0,
          supported: "an integer of at least 0",
        }],
        layerTypesRule,
      ],
  /**
   * What the settings ask for.
   *
   * @param hf Of supported values.
   * @param hasWindow Whether a layer has the window, where `layer_types` does not say so.
   * @returns Nothing where no layer has a window that leaves something out.
   */
  optionsOf(hf: Settings, hasWindow: (layer: number) => boolean): DecoderOptions {
    return hf["use_sliding_window"] === true ? windowOption(hf, layerTypesOf(hf, hasWindow)) : {};
  },
  settingsOf: ({ slidingWindow, layerTypes }: DecoderOptions): Settings =>
    layerTypes === undefined ? { use_sliding_window: false } : {
      ...{ use_sliding_window: true, sliding_window: slidingWindow },
      layer_types: layerTypes,
    },
};

/** Which layers have the window. */
export const layerTypesRule: Rules[number] = ["layer_types", {
  accepts: (types) => Array.isArray(types) && types.every(isLayerType),
  supported: 'a list of "full_attention" and "sliding_attention"',
}];

/**
 * Which layers have the window.
 *
 * @param hf Of supported values.
 * @param hasWindow Whether a layer has it, where `layer_types` does not say so.
 * @returns One entry per layer.
 */
export function layerTypesOf(
  hf: Settings,
  hasWindow: (layer: number) => boolean,
): readonly LayerType[] {
  return hf["layer_types"] as LayerType[] | null | undefined ?? Array.from(
    { length: Math.min(Number(hf["num_hidden_layers"]), MAX_LAYERS) }, // more are refused, and not listed before
    (_, layer) => hasWindow(layer) ? "sliding_attention" : "full_attention",
  );
}

/** A window that is as long as the model's positions, or longer, leaves nothing out. */
function windowOption(hf: Settings, layerTypes: readonly LayerType[] | undefined): DecoderOptions {
  const window = hf["sliding_window"] as number | null | undefined ?? Infinity;
  const positions = Number(hf["max_position_embeddings"] ?? Infinity);
  const isThere = window < positions && (layerTypes?.includes("sliding_attention") ?? true);
  return isThere ? { slidingWindow: window, ...layerTypes && { layerTypes } } : {};
}
