import type { DataColumn } from "./check_cells.ts";

/** A file that can be downloaded. */
export interface RemoteFile {
  /** Its path in the data set's folder. */
  readonly name: string;
  /** Where it is. */
  readonly url: string;
  /** Bytes, where they are known beforehand. */
  readonly size?: number;
  /** SHA-256, where it is known beforehand: 64 hexadecimal digits. */
  readonly sha256?: string;
}

/** Where a data set comes from: files that are known by name, or a repository of Hugging Face's hub. */
export type DataSource =
  | { readonly kind: "files"; readonly files: readonly RemoteFile[] }
  | {
    readonly kind: "hub";
    /** Whether it holds a model; default: a data set. */
    readonly repoType?: "model" | "dataset";
    /** Owner and name. */
    readonly repo: string;
    /** The wanted files of the repository, by path. */
    readonly keep: RegExp;
    /** How many of them are fetched when not all are asked for; default all. */
    readonly first?: number;
  };

/** A data set, or a model, that `deno task data` knows. */
export interface DataSet {
  /** Its name in commands; of a data set that of the task that asks its questions, if there is one yet. */
  readonly name: string;
  /** What it is. */
  readonly title: string;
  /** Its licence, as its authors state it. */
  readonly licence: string;
  /** Where it is described. */
  readonly homepage: string;
  /** Where it comes from, the default first. */
  readonly sources: Readonly<Record<string, DataSource>>;
  /** How its rows are answered, where their answers are what programs return. */
  readonly programs?: AnsweringPrograms;
}

/** Programs that answer the rows of a data set. */
export interface AnsweringPrograms {
  /** The columns of questions and of programs. */
  readonly columns: { readonly question: DataColumn; readonly code: DataColumn };
  /** The expression whose value is the answer. */
  readonly call: string;
}

const GSM8K = "https://raw.githubusercontent.com/openai/grade-school-math/master/" +
  "grade_school_math/data";

/** What a model is loaded from. */
const MODEL_FILES =
  /^((generation_|tokenizer_)?config|tokenizer)\.json$|^chat_template\.jinja$|^model[\w.-]*\.safetensors(\.index\.json)?$/;

/** TinyGSM, whose answers are what its programs return. */
export const TINYGSM: DataSet & { readonly programs: AnsweringPrograms } = {
  name: "tinygsm",
  title: "12 million synthetic problems with Python programs (Liu et al. 2023); " +
    "the first file, --all for all; deno task answers tinygsm runs the programs",
  licence: "MIT",
  homepage: "https://huggingface.co/datasets/TinyGSM/TinyGSM",
  sources: {
    // Not what is kept beside its files, where the mirror is another machine's folder.
    hub: {
      kind: "hub",
      repo: "TinyGSM/TinyGSM",
      keep: /^(?!answers\/).*\.(parquet|jsonl)$/,
      first: 1,
    },
  },
  programs: {
    columns: {
      question: { names: ["question"], type: "text" },
      code: { names: ["code"], type: "text" },
    },
    call: "simple_math_problem()",
  },
};

/**
 * The data sets by name.
 *
 * Sizes and hashes are those of files that were looked at: GSM8K's are of its repository at commit 3101c7d. Of the
 * others none is known here, so the hub's list and the first download decide, and are kept. The addresses of the hub
 * are those that public code uses; none was tried from where this was written, which has no network.
 */
export const KNOWN_DATA_SETS: readonly DataSet[] = [
  {
    name: "gsm8k",
    title: "7,473 and 1,319 problems of grade-school mathematics (Cobbe et al. 2021)",
    licence: "MIT",
    homepage: "https://github.com/openai/grade-school-math",
    sources: {
      github: {
        kind: "files",
        files: [
          {
            name: "train.jsonl",
            url: `${GSM8K}/train.jsonl`,
            size: 4_166_206,
            sha256: "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
          },
          {
            name: "test.jsonl",
            url: `${GSM8K}/test.jsonl`,
            size: 749_738,
            sha256: "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
          },
        ],
      },
      hub: {
        kind: "hub",
        repo: "openai/gsm8k",
        keep: /^main\/(train|test)-[\d-]+of-\d+\.parquet$/,
      },
    },
  },
  {
    name: "anli",
    title:
      "162,865, 3,200 and 3,200 pairs of premise and hypothesis in three rounds (Nie et al. 2020)",
    licence: "CC BY-NC 4.0 (not for commercial use)",
    homepage: "https://github.com/facebookresearch/anli",
    sources: {
      hub: {
        kind: "hub",
        repo: "facebook/anli",
        keep: /^plain_text\/(train|dev|test)_r[123]-[\d-]+of-\d+\.parquet$/,
      },
    },
  },
  TINYGSM,
  {
    name: "smollm2_135m_instruct",
    title:
      "a language model of 135 million parameters (Allal et al. 2025), for the smollm2 experiment",
    licence: "Apache-2.0",
    homepage: "https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
    sources: {
      hub: {
        kind: "hub",
        repoType: "model",
        repo: "HuggingFaceTB/SmolLM2-135M-Instruct",
        keep: MODEL_FILES,
      },
    },
  },
];

/** Owner and name of a model of Hugging Face's hub. */
export const HUB_NAME = /^[\w-]+\/[\w.-]+$/;

/**
 * A model of Hugging Face's hub that nobody has looked at here.
 *
 * @param repo Owner and name.
 * @returns Its weights as safetensors, its configuration, tokenizer and chat template.
 */
export function hubModel(repo: string): DataSet {
  return {
    name: repo,
    title: "a model of Hugging Face's hub",
    licence: "as its page says",
    homepage: `https://huggingface.co/${repo}`,
    sources: { hub: { kind: "hub", repoType: "model", repo, keep: MODEL_FILES } },
  };
}
