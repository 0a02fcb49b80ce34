/**
 * What a run leaves behind, and how it is started: the command line, the run's folder, frames of every
 * answer, progress, tables, plots and the summary.
 *
 * @module
 */
// the command line
export * from "./arm_columns.ts";
export * from "./arm_configs.ts";
export * from "./arm_frames.ts";
export * from "./arms.ts";
export * from "./counting.ts";
export * from "./check_changes.ts";
export * from "./command_line.ts";
export * from "./flag_choice.ts";
export * from "./short_flags.ts";
export * from "./discussion_tables.ts";
export * from "./exit_codes.ts";
export * from "./experiment.ts";
export * from "./finished_run.ts";
export * from "./help_text.ts";
export * from "./interruption.ts";
export * from "./kept_runs.ts";
export * from "./load_experiment.ts";
export * from "./made_by.ts";
export * from "./output.ts";
export * from "./progress.ts";
export * from "./registry.ts";
export * from "./resumption.ts";
export * from "./run_arms.ts";
export * from "./run_command.ts";
export * from "./runs_clock.ts";
export * from "./runs_to_make.ts";
export * from "./user_folder.ts";
export * from "./arm_needs.ts";
export * from "./arm_settings.ts";
export * from "./pick_arms.ts";
export * from "./saved_frames.ts";
// the run's folder
export * from "./check_use.ts";
export * from "./code_hash.ts";
export * from "./differing_paths.ts";
export * from "./git_revision.ts";
export * from "./run_config.ts";
export * from "./run_folder.ts";
export * from "./run_place.ts";
export * from "./run_record.ts";
export * from "./run_use.ts";
export * from "./run_versions.ts";
// frames
export * from "./answer_columns.ts";
export * from "./columns.ts";
export * from "./describe_columns.ts";
export * from "./frame.ts";
export * from "./frame_columns.ts";
export * from "./frame_writer.ts";
export { parquetBytes } from "./parquet.ts";
export * from "./read_frame.ts";
export * from "./result_frames.ts";
export * from "./run_frames.ts";
export * from "./small_columns.ts";
// tables, plots, summary
export * from "./accuracy_by_arm.ts";
export * from "./adjusted_table.ts";
export * from "./baseline_lines.ts";
export * from "./baselines_of_arms.ts";
export * from "./baselines_table.ts";
export * from "./baselines_overview.ts";
export * from "./headline_table.ts";
export * from "./last_turns.ts";
export * from "./over_seeds.ts";
export * from "./question_hash.ts";
export * from "./repeated_questions.ts";
export * from "./seat_columns.ts";
export * from "./training_columns.ts";
export * from "./costed_answers.ts";
export * from "./costs_table.ts";
export * from "./difference_table.ts";
export * from "./discussion_series.ts";
export * from "./document_fill.ts";
export {
  type DocumentPart,
  type DocumentProblem,
  partsOf,
  typedNumbers,
  wrongMarkers,
} from "./document_parts.ts";
export * from "./evaluated_answers.ts";
export * from "./evaluation_report.ts";
export * from "./format_number.ts";
export * from "./frontier_plot.ts";
export * from "./influence_tables.ts";
export * from "./learning_lines.ts";
export * from "./line_plot.ts";
export * from "./method_in_words.ts";
export * from "./plot_theme.ts";
export * from "./plots.ts";
export * from "./plots_beside.ts";
export * from "./pooled_summaries.ts";
export * from "./reliability_plot.ts";
export * from "./render_plot.ts";
export * from "./series_plot.ts";
export * from "./series_tables.ts";
export * from "./result_tables.ts";
export * from "./result_values.ts";
export * from "./annotation_table.ts";
export * from "./annotations.ts";
export * from "./shown_discussion.ts";
export * from "./summary.ts";
export * from "./transcript.ts";
export * from "./transitions_plot.ts";
export * from "./tables.ts";
export * from "./result.ts";
export * from "./ways_of_run.ts";
export * from "./write_result.ts";
