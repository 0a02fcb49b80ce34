import type { DecoderOptions } from "./decoder_options.ts";
import type { SettingRule } from "./known_settings.ts";

/** Settings of a `config.json`. */
export type HfSettings = Readonly<Record<string, unknown>>;

/** A family of models. */
export interface Family {
  /** Hugging Face's `model_type`. */
  readonly modelType: string;
  /** Hugging Face's class. */
  readonly architecture: string;
  /** Its settings under the names that others have for them, where some of it has names of its own. */
  readonly renamed?: (given: HfSettings) => HfSettings;
  /** What its settings are where they are absent, if that is not what a llama's are. */
  readonly defaults: HfSettings;
  /** Its settings besides those of all families, and which of their values are supported. */
  readonly rules: (hf: HfSettings) => readonly (readonly [key: string, rule: SettingRule])[];
  /** What its settings ask for; of supported values. */
  readonly optionsOf: (hf: HfSettings) => DecoderOptions;
  /** Settings that ask for these options, if any of the family do. */
  readonly settingsOf: (options: DecoderOptions) => HfSettings;
}
