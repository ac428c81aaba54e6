/** The error codes of the command line and of files, for `gridflock list errors` and docs/errors.md. */
export interface ErrorRow {
  readonly code: string;
  readonly cause: string;
  readonly cure: string;
}

const row = (code: string, cause: string, cure: string): ErrorRow => ({ code, cause, cure });

export const errorTable: readonly ErrorRow[] = [
  row(
    'BUG_UNEXPECTED',
    'Something happened that nobody foresaw.',
    'Report it with the command and its input; GRIDFLOCK_DEBUG=1 shows where it arose.',
  ),
  row('CLI_INVALID_USAGE', 'The command line cannot be understood.', 'See --help of the command.'),
  row('CLI_INVALID_VALUE', 'An option or variable has a value it does not take.', 'Use one of the values the message names.'),
  row('CLI_MISSING_ARGUMENT', 'A file or name that the command needs is missing.', 'See --help of the command.'),
  row('CLI_MISSING_VALUE', 'An option stands without its value.', 'Write the value after the option.'),
  row('CLI_NODE_TOO_OLD', 'Node is older than 20.19.', 'Install a newer Node.'),
  row('CLI_NOT_BUILT', 'The program runs from a clone that is not built.', 'Run npm run setup.'),
  row('CLI_TOO_MANY_ARGUMENTS', 'There is more on the command line than the command takes.', 'Quote names with spaces; see --help.'),
  row('CLI_UNKNOWN_COMMAND', 'The command does not exist.', 'Use the one suggested; gridflock --help lists all.'),
  row('CLI_UNKNOWN_OPTION', 'The option does not exist.', 'Use the one suggested; see --help of the command.'),
  row('COMPARE_TOO_FEW', 'Only one result was named.', 'Name two or more.'),
  row('FILE_IS_DIRECTORY', 'A folder stands where a file is expected.', 'Name a file inside it.'),
  row('FILE_NOT_FOUND', 'The file does not exist.', 'Check the name and the folder.'),
  row('FILE_NOT_READABLE', 'The system refuses to read the file.', 'Check who may read it.'),
  row('FILE_NOT_TEXT', 'The file is binary, packed, or in another encoding than UTF-8.', 'Unpack it, or convert it with iconv.'),
  row('FILE_TOO_LARGE', 'The file is larger than 256 MB.', 'Split it, or check that it is the right one.'),
  row('FORMAT_ENDING_UNKNOWN', 'The ending of the file to write names no format.', 'Add --to FORMAT.'),
  row('FORMAT_READ_ONLY', 'The format can be read, but not written.', 'Write gridflock (.yaml).'),
  row(
    'NETWORK_ELEMENTS_DROPPED',
    'With --strict: the file holds elements that were not understood.',
    'Remove them, or leave out --strict.',
  ),
  row('NETWORK_NOT_FOUND', 'The name is neither a built-in network nor a file.', 'See gridflock list networks.'),
  row('OUT_DISK_FULL', 'The disk is full.', 'Make room; nothing half-written was left.'),
  row('OUT_EXISTS', 'The folder or file to write exists.', 'Choose another name, or add --force.'),
  row('OUT_NOT_A_DIRECTORY', 'The name of the folder to write is a file.', 'Choose another name.'),
  row('OUT_NOT_A_FILE', 'The name of the file to write is a folder or a special file.', 'Choose another name.'),
  row(
    'OUT_NOT_OURS',
    '--force would replace a folder that gridflock did not write, or one you stand in.',
    'Remove it yourself, or choose another name.',
  ),
  row('OUT_NOT_WRITABLE', 'The system refuses to write there.', 'Choose a folder that you may write.'),
  row('OUT_OF_MEMORY', 'The computation needs more memory than Node may use.', 'NODE_OPTIONS=--max-old-space-size=8192.'),
  row('OUT_WRITE_MISUSED', 'A fault of ours in writing files.', 'Report it.'),
  row('PACKAGE_UNREADABLE', 'The installation is damaged.', 'Install again.'),
  row('POWERFLOW_METHOD_NOT_YET', 'The power-flow method is planned, but not built.', 'Use auto, newton or sweep.'),
  row('POWERFLOW_REFUSED', 'The method cannot take this network, for example a sweep on a mesh.', 'Use --method auto.'),
  row('POWERFLOW_SERIES_TOO_LONG', 'The time series is too long for one answer.', 'Split the profiles.'),
  row('PROFILE_EMPTY', 'The profile file has no steps or no columns besides time.', 'Add them.'),
  row('PROFILE_MIXED', 'load_frac stands beside columns of single buses.', 'Use one of the two.'),
  row('PROFILE_UNKNOWN_BUS', 'A column names a bus that the network does not have.', 'Use the bus ids of the file (gridflock inspect).'),
  row('PROFILE_UNKNOWN_COLUMN', 'A column is neither time, load_frac, <bus>_p_kW nor <bus>_q_kvar.', 'Rename or remove it.'),
  row('RESULT_INVALID', 'The file is no result of gridflock.', 'Name a result.json that gridflock wrote.'),
  row('STOPPED', 'Ctrl-C, or the system asked the program to end.', 'Run it again; nothing half-written was left.'),
  row('STUDY_EMPTY', 'The study file is empty.', 'gridflock new study negotiate > study.yaml'),
  row('STUDY_KIND_MISSING', 'A fault of ours: a study kind is not in the catalogue.', 'Report it.'),
  row('STUDY_KIND_UNKNOWN', 'The key "study" is missing or names no kind.', 'Write "study: negotiate".'),
  row('STUDY_NOT_A_STUDY', 'The file is a network, a list or a single value.', 'gridflock new study negotiate > study.yaml'),
  row('STUDY_SYNTAX', 'The study file is not YAML.', 'Check indentation, quotes and brackets of the line.'),
  row('STUDY_THREAD_ENDED', 'The thread of the study ended without an answer.', 'Report it; with a very large study, allow more memory.'),
];
