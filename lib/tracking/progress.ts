import { isDumbTerminal } from "./dumb_terminal.ts";
import { formatNumber, formatSeconds } from "./format_number.ts";
import { printLine, writeOutput } from "./output.ts";

/** Shows how far long work is; tasks within tasks are shown behind each other. */
export interface ProgressReporter {
  /**
   * Starts a task within the one that runs.
   *
   * @param label What is done: `update`, `answers`.
   * @param options How much there is and what it is counted in.
   * @returns The task, to be advanced and ended.
   */
  task(label: string, options?: TaskOptions): ProgressTask;
  /** Prints a line above the progress. */
  log(line: string): void;
  /** Ends all tasks. */
  end(): void;
}

/** Options of {@linkcode ProgressReporter.task}. */
export interface TaskOptions {
  /** Units in all; without it only the count and the rate are shown. */
  readonly total?: number;
  /** Units that were done before, as after resuming; they do not count for the rate. Default 0. */
  readonly done?: number;
  /** What is counted, in the plural: `tokens`, `questions`. Default: nothing is named. */
  readonly unit?: string;
}

/** A piece of work that is shown; `using` ends it. */
export interface ProgressTask extends Disposable {
  /** Counts units done; may be a fraction or 0. Default 1. */
  advance(units?: number): void;
  /** Sets a short text shown behind the numbers, such as a loss. */
  note(text: string): void;
  /** Ends the task and the tasks within it. */
  end(): void;
}

/** Where progress goes: a terminal, or a file or pipe that gets plain lines. */
export interface ProgressOutput {
  /** Whether lines can be overwritten. */
  readonly isTerminal: boolean;
  /** Whether colours are wanted. */
  readonly hasColor: boolean;
  /** Characters per line. */
  columns(): number;
  /** Writes a piece of the progress as it is. */
  write(text: string): void;
  /** Writes a whole line that is no progress. */
  print(line: string): void;
  /** Milliseconds since any fixed time. */
  now(): number;
}

/** Milliseconds between two updates of the line on a terminal, and between two lines elsewhere. */
const TERMINAL_INTERVAL = 100;
const LINE_INTERVAL = 5000;

interface Running {
  readonly label: string;
  readonly options: TaskOptions;
  readonly started: number;
  done: number;
  note: string;
}

/**
 * Progress to an output: on a terminal one line that is overwritten, with a bar, the rate and the time
 * that remains; elsewhere a plain line every few seconds.
 *
 * @param output Where it goes; default: those of this process.
 * @returns The reporter.
 */
export function reportProgress(output: ProgressOutput = standardOutput()): ProgressReporter {
  const tasks: Running[] = [];
  let isShown = false;
  let lastShown = output.now();

  const clear = () => {
    if (isShown) output.write("\r\x1b[K");
    isShown = false;
  };
  const show = (isLast = false) => {
    const interval = output.isTerminal ? TERMINAL_INTERVAL : LINE_INTERVAL;
    const now = output.now();
    if (!isLast && now - lastShown < interval) return;
    lastShown = now;
    if (output.isTerminal) {
      output.write(`\r${terminalLine(tasks, output)}\x1b[K`);
      isShown = true;
    } else {
      output.write(plainLine(tasks, now) + "\n");
    }
  };

  return {
    task(label, options = {}) {
      const task: Running = {
        label,
        options,
        started: output.now(),
        done: options.done ?? 0,
        note: "",
      };
      tasks.push(task);
      const end = () => {
        const index = tasks.indexOf(task);
        if (index < 0) return;
        tasks.length = index + 1;
        // On a terminal the line goes; in a file long work leaves its last line.
        if (!output.isTerminal && output.now() - task.started >= LINE_INTERVAL) show(true);
        tasks.length = index;
        if (tasks.length === 0) clear();
      };
      return {
        advance(units = 1) {
          task.done += units;
          show();
        },
        note(text) {
          task.note = text;
        },
        end,
        [Symbol.dispose]: end,
      };
    },
    log(line) {
      clear();
      output.print(line);
      if (output.isTerminal && tasks.length > 0) show(true);
    },
    end() {
      tasks.length = 0;
      clear();
    },
  };
}

/** A reporter that shows nothing, for `--quiet` and for tests. */
export const silentProgress: ProgressReporter = reportProgress({
  isTerminal: true,
  hasColor: false,
  columns: () => 0,
  write: () => {},
  print: () => {},
  now: () => 0,
});

function counts({ done, options: { total, unit = "" } }: Running): string {
  const of = total === undefined ? "" : `/${formatNumber(total)}`;
  return `${formatNumber(done)}${of}${unit === "" ? "" : ` ${unit}`}`;
}

/** Rate and remaining time; nothing before the first unit is done, or where they are not known. */
function pace(task: Running, now: number): string[] {
  const seconds = (now - task.started) / 1000;
  const done = task.done - (task.options.done ?? 0);
  if (done <= 0 || seconds <= 0) return [];
  const rate = done / seconds;
  if (!Number.isFinite(rate)) return [];
  const { total, unit = "" } = task.options;
  const perSecond = rate >= 1 || unit === ""
    ? `${formatNumber(rate)}${unit === "" ? "" : ` ${unit}`}/s`
    : `${formatSeconds(1 / rate)} each`;
  if (total === undefined || !Number.isFinite(total)) return [perSecond];
  return [perSecond, `${formatSeconds(Math.max(0, total - task.done) / rate)} left`];
}

function plainLine(tasks: readonly Running[], now: number): string {
  const outer = tasks.slice(0, -1).map((task) => `${task.label} ${counts(task)}`);
  const inner = tasks.at(-1)!;
  const parts = [`${inner.label} ${counts(inner)}`, ...pace(inner, now)];
  return [...outer, parts.join(", "), inner.note].filter((part) => part !== "").join(" · ");
}

function terminalLine(tasks: readonly Running[], output: ProgressOutput): string {
  const { total } = tasks.at(-1)!.options;
  const text = plainLine(tasks, output.now());
  const width = 16, room = Math.max(0, output.columns() - 1);
  if (total === undefined || total <= 0) return text.slice(0, room);
  const filled = Math.round(width * Math.min(1, Math.max(0, tasks.at(-1)!.done / total)));
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  if (room < width + 20) return text.slice(0, room);
  const color = output.hasColor ? ["\x1b[36m", "\x1b[0m"] : ["", ""];
  return `${color[0]}${bar}${color[1]} ${text.slice(0, room - width - 1)}`;
}

/**
 * The outputs of this process: progress goes to the standard error, lines to the standard output. What
 * they do not take is left out.
 *
 * @returns The output.
 */
export function standardOutput(): ProgressOutput {
  const isTerminal = Deno.stderr.isTerminal() && !isDumbTerminal();
  return {
    isTerminal,
    hasColor: isTerminal && !Deno.noColor,
    columns: () => isTerminal ? terminalWidth() : 0,
    write: (text) => void writeOutput(Deno.stderr, text),
    print: printLine,
    now: () => performance.now(),
  };
}

/** Characters per line of the terminal, also of one that has been closed. */
function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
