import type { Decoder } from "./decoder.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import type { LoadModelOptions } from "./stored_weight.ts";

/** A tokenizer and chat template as files of Hugging Face's layout. */
export interface TokenizerFiles {
  /** Content of `tokenizer.json`. */
  readonly tokenizer: unknown;
  /** Content of `tokenizer_config.json`, the `chat_template` among it. */
  readonly config: unknown;
}

/** Where the parts of a model are read, whatever holds them. */
export interface ModelSource {
  /** The folder or file. */
  readonly path: string;
  /** Reads the sizes of the decoder. */
  readonly config: () => Promise<DecoderConfig>;
  /** Reads the decoder, in float32 unless the options say otherwise; the caller disposes it. */
  readonly decoder: (options?: LoadModelOptions) => Promise<Decoder>;
  /** Reads the tokenizer and the chat template. */
  readonly text: () => Promise<TokenizerFiles>;
  /** What to name where one of them is wrong. */
  readonly textPlaces: Readonly<Record<keyof TokenizerFiles, string>>;
}
