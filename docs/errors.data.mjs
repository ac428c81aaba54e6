// Cause and cure of every error code, in the words of the person who meets it. docs/errors.md is made from this table and
// the sources by `node tools/errors-page.mjs`; `npm run check` fails when a code is missing here or raised nowhere.
// Grouped by the noun that the code starts with.

const report = 'Report it with the message and the file that led to it; nothing you did should cause this.';

export const errors = {
  AGENTS_ABSENT: {
    cause: 'A run over several processes has not begun, because some agents are held by no process that reaches the broker.',
    cure: 'Start the processes that hold the agents that the message names, on the same broker, with the same run and the same study.',
  },
  AGENTS_FILE_EXPECTED: {
    cause: '`gridflock agent` was given a file that holds no agents, such as a study or a network.',
    cure: 'Give it an agents.yaml that `gridflock deploy` wrote; `gridflock run` runs a whole study.',
  },
  AGENTS_SILENT: {
    cause: 'Agents on a broker waited for others and heard nothing for a long time: a process has gone for good.',
    cure: 'The message says who waits for whom. Start again what has ended, see that the broker answers, and run again.',
  },
  AGENTS_STUCK: {
    cause: 'No message is on its way, no agent asked to be woken, and some agents are not done: the protocol of a scheme has a hole.',
    cure: 'If the network was told to lose every message, let some pass. Otherwise report it with the study and its seed.',
  },
  AGENTS_TOO_LATE: {
    cause: 'The agents were still negotiating at the limit of virtual time, usually because very many messages were lost or late.',
    cure: 'Lower the loss or the delay of the simulated network, or raise the limit.',
  },
  AGENT_UNKNOWN: {
    cause: 'A message was addressed to an agent that does not take part.',
    cure: 'Check that every agent that others talk to was started, and that ids are spelled alike everywhere.',
  },
  AHEAD_UNCERTAIN: {
    cause: 'A device is decided ahead, and what it can do depends on what is not known then.',
    cure: 'Take it out of `decided.ahead`, or make another parameter uncertain.',
  },
  AREA_PART: {
    cause:
      'A part of a system of areas has a value that no model can have: no inertia, a droop of zero, an area that does not exist, a cluster that cannot hold its temperature.',
    cure: 'Correct the value that the message names.',
  },
  BALL_INVALID: {
    cause: 'A Wasserstein ball has a negative radius, or lacks a positive scale for each symbol.',
    cure: 'Give a radius of 0 or more and one positive scale per symbol.',
  },
  BODY_TOO_LARGE: {
    cause: 'The body of a request is larger than the service takes.',
    cure: 'Send less at once.',
  },
  BROKER_AWAY: {
    cause: 'The broker went away in the middle of a run and did not come back for a long time.',
    cure: 'Start it again at the same address. Agents that keep snapshots (--state) go on where they were when they are started again.',
  },
  BROKER_NEEDS_TLS: {
    cause: 'A password was to be sent to an MQTT broker on another machine without TLS.',
    cure: 'Write mqtts:// instead of mqtt://, and give the certificate of the authority of the broker as `ca` in the identity file.',
  },
  BROKER_REFUSES: {
    cause:
      'The broker is there and does not let us in, or not hear what we asked for: our key is not among its users, or its permissions do not cover the agent.',
    cure: 'Have the agent enrolled with the key of its process, make the configuration of the broker anew with `gridflock enrol broker`, and let the broker read it.',
  },
  BROKER_UNREACHABLE: {
    cause: 'No broker answers at the address, or it refuses the connection.',
    cure: 'Start the broker, or correct host, port and scheme of the address; `--transport embedded` needs none.',
  },
  BROKER_UNTRUSTED: {
    cause: 'The broker speaks no TLS, or its certificate is not of an authority that we believe, has run out, or is for another host name.',
    cure: 'Give the certificate of its authority as `ca` in the identity file, and use the host name that its certificate has.',
  },
  BUG_UNEXPECTED: {
    cause: 'Something happened that gridflock has no name for.',
    cure: report,
  },
  BUILDING_PART: {
    cause: 'A building has a value that no model can have: a size of zero, a name twice, or cooling too weak to hold its set temperature.',
    cure: 'Correct the value that the message names.',
  },
  CLI_INVALID_USAGE: {
    cause: 'The command line could not be understood.',
    cure: 'Compare with the examples of `gridflock <command> --help`.',
  },
  CLI_INVALID_VALUE: {
    cause: 'An option or an environment variable has a value of the wrong kind or outside its range.',
    cure: 'Give a value as the message describes; `gridflock config show` tells where each setting comes from.',
  },
  CLI_MISSING_ARGUMENT: { cause: 'The command needs one more argument.', cure: 'Add it; `gridflock <command> --help` shows two examples.' },
  CLI_MISSING_VALUE: {
    cause: 'An option that needs a value has none, or the next option stands in its place.',
    cure: 'Write the value after the option.',
  },
  CLI_NODE_TOO_OLD: { cause: 'Node.js is older than gridflock needs.', cure: 'Install Node 20.19 or newer from https://nodejs.org.' },
  CLI_NOT_BUILT: { cause: 'The program runs from a clone that was not built yet.', cure: 'Run `npm run setup` in the clone.' },
  CLI_TOO_MANY_ARGUMENTS: {
    cause: 'There are more arguments than the command takes, often because a path with spaces is not quoted.',
    cure: 'Quote paths with spaces; remove what is too much.',
  },
  CLI_UNKNOWN_COMMAND: { cause: 'There is no such command.', cure: 'Take the suggestion, or see `gridflock --help`.' },
  CLI_UNKNOWN_OPTION: { cause: 'The command has no such option.', cure: 'Take the suggestion, or see `gridflock <command> --help`.' },
  COHORT_CHECKPOINT: {
    cause: 'A negotiation over cohorts was to go on from a checkpoint of another problem: other numbers of terminals, nets or steps.',
    cure: 'Resume with the problem that the checkpoint was made of.',
  },
  COHORT_CHECKPOINT_FILE: {
    cause: 'The file given to `gridflock scale --resume` is no checkpoint, is cut off, or its checksum is wrong.',
    cure: 'Take a file that `--checkpoint` wrote, or start anew without `--resume`.',
  },
  COHORT_DEVICE: {
    cause: 'A device of a cohort has limits that no plan of its own can keep, whatever the others do.',
    cure: 'Change the limits that the message names, or leave the device out.',
  },
  COHORT_FEEDER: {
    cause: 'Feeders are to be joined, but there is none, or a net of one is not connected to its substation.',
    cure: 'Give at least one feeder; leave nets out that no line reaches, or close a line.',
  },
  COHORT_FORM: {
    cause: 'A cohort has a form that threads cannot know: only those that the library brings can be sent to one.',
    cure: 'Negotiate on one thread with `negotiateCohorts`.',
  },
  COHORT_MEMORY: {
    cause: 'Threads were to work on a problem whose arrays they cannot share.',
    cure: 'Build the problem with `sharedMemory()`.',
  },
  COHORT_NET: {
    cause: 'A terminal of a cohort is attached to a net that does not exist.',
    cure: 'Number nets from 0, or raise their number.',
  },
  COHORT_OPTIONS: {
    cause: 'An option of the negotiation over cohorts is outside its range.',
    cure: 'Start from `cohortDefaults` and change what you need.',
  },
  COHORT_SHAPE: {
    cause: 'An array of a cohort has the wrong length, is missing, or the horizon has no whole steps.',
    cure: 'Give one number per device, or one per device and step, as the form of the cohort lists them.',
  },
  COHORT_THREAD: {
    cause: 'A thread of a negotiation over cohorts failed; its message stands in the error.',
    cure: report,
  },
  COHORT_VALUE: {
    cause: 'A parameter of a device in a cohort is not a finite number or is below its least value.',
    cure: 'Correct the number at the place that the message names.',
  },
  COLLECTOR_FILE_EXPECTED: {
    cause: '`gridflock collect` was given a file that is not that of a collector, such as a study or a file of agents.',
    cure: 'Give it the collector.yaml that `gridflock deploy --collect` wrote.',
  },
  COMPARE_TOO_FEW: { cause: '`compare` was given one result.', cure: 'Name two result.json files or more, or the folders that hold them.' },
  CONSTRAINT_SET_OPTIONS: {
    cause:
      'A safe set of commands was asked for with a violation or a confidence that is not between 0 and 1, or without a positive reach and resolution.',
    cure: 'Give for example a violation of 0.05, a confidence of 0.95, a reach of 500 kW and a resolution of 1 kW.',
  },
  CONSTRAINT_SET_SAMPLES: {
    cause: 'With so few samples of the network even a set that no sample violates would not carry the guarantee that was asked for.',
    cure: 'Take at least the number of samples that the message names, allow more violations, or ask for less confidence.',
  },
  CONTENT_DAMAGED: {
    cause: 'A stored file is not what it was when it was stored: the disk or somebody changed it.',
    cure: 'Restore it from a backup, or run the study again.',
  },
  CONTENT_MISSING: {
    cause: 'A stored file was asked for by a name that the store never gave, or the file is gone.',
    cure: 'Take a name that the store gave; restore a backup if a file is gone.',
  },
  CONTROL_EXCHANGE: {
    cause: 'A microgrid that negotiates with others has no tie, a cost that bends downwards, a loss or a limit below zero.',
    cure: 'Correct the value that the message names.',
  },
  CONTROL_GRAPH: {
    cause:
      'A communication graph names an agent that does not exist, an agent twice, a link from an agent to itself, or a weight that is not positive.',
    cure: 'Correct the links. Leave a link out instead of giving it the weight 0.',
  },
  CONTROL_LOOP: {
    cause:
      'Agents and plant do not fit: the graph is about other devices, the laws say different things, or a command would depend on itself at the same moment.',
    cure: 'List the same devices in the same order, give all agents laws that understand each other, and let a law that measures frequency or voltage have a state between measurement and command.',
  },
  CONTROL_PARAM: {
    cause: 'A parameter of a controller is missing, unknown, in another unit or outside of its range.',
    cure: '`gridflock list controllers NAME` shows all parameters with their units, defaults and meaning.',
  },
  CSV_CELL_EMPTY: { cause: 'A cell is empty. Missing data are never guessed.', cure: 'Fill it in.' },
  CSV_COLUMNS_UNEQUAL: { cause: 'Columns of different length were to be written as one table.', cure: report },
  CSV_COLUMN_DUPLICATE: { cause: 'Two columns have the same name.', cure: 'Keep one, or give the other its own name.' },
  CSV_COLUMN_NAME: {
    cause: 'A column has no name, often because the header ends in a separator.',
    cure: 'Name it, or remove the separator.',
  },
  CSV_DECIMAL_COMMA: {
    cause: 'Numbers are written with a decimal comma.',
    cure: 'Write a point; most spreadsheets offer this when they export.',
  },
  CSV_EMPTY: {
    cause: 'The file has no rows below its header.',
    cure: 'The first line names the columns (`time`, `house1_p_kW`, …); each further line is one interval.',
  },
  CSV_ENERGY_STEP: {
    cause: 'A column is energy per interval, and its interval differs from the step of the study.',
    cure: 'Give it as power in kW or kvar, which can be held and averaged.',
  },
  CSV_HORIZON: {
    cause: 'The profiles do not cover the whole study.',
    cure: 'Give rows for all of it, or move the start of the study; check the time zone.',
  },
  CSV_NUMBER_INVALID: {
    cause: 'A cell is not a finite number.',
    cure: 'Write a number such as 12.5 or -3e-4, without thousands separators or units.',
  },
  CSV_QUOTE: {
    cause: 'A quoted field is not closed, or text follows its closing quote; the file may be cut off.',
    cure: 'Close it, and double each quote inside a field.',
  },
  CSV_ROW_LENGTH: {
    cause: 'A row has more or fewer cells than the header.',
    cure: 'Complete the row; quote cells that hold the separator.',
  },
  CSV_TIME_COLUMN: {
    cause: 'There is no column `time`.',
    cure: 'Name the column with the start of each interval `time`, or `time[Europe/Berlin]` with its zone.',
  },
  CSV_TIME_DUPLICATE: { cause: 'A time stands twice.', cure: 'Remove one row; where clocks go back, write the offset with the time.' },
  CSV_TIME_INVALID: {
    cause: 'A time is not ISO 8601, or is skipped or repeated on the day that clocks change.',
    cure: 'Write 2025-01-15T07:30, with an offset such as +01:00 where it would be ambiguous.',
  },
  CSV_TIME_IRREGULAR: { cause: 'The rows are not equally far apart.', cure: 'Fill in the missing rows, or remove the extra ones.' },
  CSV_TIME_ORDER: { cause: 'A time comes after a later one.', cure: 'Sort the rows by time.' },
  CSV_UNIT_MISSING: { cause: 'The name of a column does not end in a unit.', cure: 'Name it with one, such as `house1_p_kW`.' },
  CSV_UNIT_UNKNOWN: {
    cause: 'The name of a column ends in a unit that gridflock does not use.',
    cure: 'Take the suggestion, and convert the numbers when the unit differs.',
  },
  CSV_ZONE_UNKNOWN: { cause: 'The time zone in the header is not known.', cure: 'Use an IANA name: `time[Europe/Berlin]`, `time[UTC]`.' },
  DC_PART: {
    cause:
      'A part of a microgrid on direct current has a value that no model can have: a bus without capacitance, a negative droop, no inductance, or a bus that does not exist.',
    cure: 'Correct the value that the message names.',
  },
  DECLARATION_INVALID: {
    cause: 'A device kind contradicts itself: a variable without unit or declared twice, or a rate of what is no state.',
    cure: 'If you wrote the kind, correct its declare.ts; otherwise report it.',
  },
  DEPLOY_NO_AGENTS: {
    cause: 'A study was to be split into agents that run by themselves, but its kind or its scheme has none.',
    cure: 'Deploy a study of kind negotiate with the scheme proximal-message-passing.',
  },
  DEPLOY_HELPER_UNKNOWN: {
    cause: 'A file of agents has a helper, such as the trustee of Paillier sums, that its protection does not know.',
    cure: 'Let `gridflock deploy` write the files anew, and change nothing in them but how they live.',
  },
  DEVICE_INFEASIBLE: {
    cause: 'Each parameter is fine, but together they cannot work, such as a battery that cannot be filled in time.',
    cure: 'Change one of the parameters that the message names.',
  },
  DEVICE_PARAM_MISSING: {
    cause: 'A parameter without a default is absent.',
    cure: 'Add it. `gridflock list devices` shows what each kind needs.',
  },
  DEVICE_PARAM_RANGE: {
    cause: 'A parameter, or one step of a profile, is outside its limits or not a number.',
    cure: 'Correct the value; mind the unit at the end of the name.',
  },
  DEVICE_PARAM_TYPE: {
    cause: 'A parameter is of another kind than expected, such as a text where a number belongs.',
    cure: 'Write it as the message says; numbers stand without quotes and units.',
  },
  DEVICE_PARAM_UNIT: {
    cause: 'The parameter exists with another unit at the end of its name.',
    cure: 'Convert the value to the unit named and rename the key.',
  },
  DEVICE_PARAM_UNKNOWN: {
    cause: 'The kind has no such parameter.',
    cure: 'Take the suggestion; `gridflock list devices` shows all parameters.',
  },
  ENROLMENT_FORGED: {
    cause:
      'The signature of a list is not that of the operator whose key was given: it was changed after it was signed, or somebody else has signed it.',
    cure: 'Fetch the list from the operator again. If it is yours and you changed it, sign it anew: `gridflock enrol sign`.',
  },
  ENROLMENT_OUTDATED: {
    cause: 'A list was replaced by one whose serial number is not larger than that of the list in force.',
    cure: 'Sign the list again: `gridflock enrol sign` raises its serial number.',
  },
  ENROLMENT_TWICE: {
    cause: 'A list enrols an agent twice, or two keys have the same number.',
    cure: 'Enrol every agent once; where two keys have one number, make one of them anew.',
  },
  ENROLMENT_UNSIGNED: {
    cause: 'A list has no signature.',
    cure: 'Sign it with the key of the operator: `gridflock enrol sign LIST --key operator.key`.',
  },
  ENVELOPE_UNSENDABLE: {
    cause:
      'A message holds something that cannot cross the wire: more than 1 MiB, an id of more than 255 bytes, or a value that is no number, text or array of doubles.',
    cure: 'Shorten the id that the message names, or take fewer steps; otherwise report it: roles must send flat bodies.',
  },
  ERROR_LAW_INVALID: {
    cause:
      'The law of a forecast error cannot be: no distribution has that mean and spread between those ends, or correlations contradict one another.',
    cure: 'Lower the deviation, raise the end of the law, or bring correlations nearer to 0.',
  },
  EVENTS_INVALID: {
    cause: 'Events of a decision under uncertainty are no distribution, or speak of another number of symbols than the problem.',
    cure: 'Let probabilities sum to 1 and give every event one value per symbol.',
  },
  EXCLUSIVE_UNBOUNDED: {
    cause: 'Two flows exclude each other (charging and discharging), but one has no finite upper limit.',
    cure: 'Give the device a finite power rating.',
  },
  FAULTS_INVALID: {
    cause: 'A fault script has a value of the wrong kind or outside its range, lacks one, or is no list of faults.',
    cure: 'The message names the key and what is expected there; docs/how-to/break-the-network.md lists all faults with their keys.',
  },
  FAULTS_NOT_LIVE: {
    cause: 'A run in wall-clock time is asked for a fault that no real link has: a crash, a lie, a wrong clock.',
    cure: 'Take delay, loss, burst-loss, duplicate, reorder or partition; kill a process for a crash; for the others run in virtual time (`--lockstep`).',
  },
  FAULTS_UNKNOWN_AGENT: {
    cause: 'A fault script names an agent that does not take part, so that the fault would never act.',
    cure: 'Take the suggestion; `*` stands for any characters in a name.',
  },
  FAULTS_UNKNOWN_KEY: {
    cause: 'A fault has a key that this fault does not know.',
    cure: 'Take the suggestion, or the list in the message.',
  },
  FAULTS_UNKNOWN_KIND: {
    cause: 'An entry of a fault script does not say which fault it is, or names one that does not exist.',
    cure: 'Write `fault: loss` or another of the kinds that the message lists.',
  },
  FEEDER_CONDUCTORS_COUNT: {
    cause: 'An element names more or fewer conductors than its kind and its matrices need.',
    cure: 'Name one conductor per row of its matrices; a wye has its phases and, where it is brought out, its star point last.',
  },
  FEEDER_CONDUCTOR_INVALID: {
    cause: 'A conductor is not a whole number, or is negative.',
    cure: 'Use 0 for earth, 1 2 3 for the phases, 4 for the neutral.',
  },
  FEEDER_CONDUCTOR_MISSING: {
    cause: 'A load, generator or inverter stands on a conductor that no source, line, switch or transformer brings to its bus.',
    cure: 'Correct the phase, or bring the conductor; the message lists those that are there.',
  },
  FEEDER_DUPLICATE_ID: { cause: 'Two elements of one kind have the same id.', cure: 'Give each its own.' },
  FEEDER_ELEMENT_AMBIGUOUS: {
    cause: 'A capacitor control looks at an id that elements of two kinds have, without saying which it means.',
    cure: 'Name the kind as well (element_kind).',
  },
  FEEDER_EMPTY: { cause: 'A feeder has no buses.', cure: 'Add at least one bus and a source.' },
  FEEDER_IMPEDANCE_SINGULAR: {
    cause: 'An impedance matrix has no inverse: it is zero, or some of its rows depend on each other.',
    cure: 'Join the buses or use a switch where there is no impedance; check that mutual impedances are smaller than self impedances.',
  },
  FEEDER_LAW_INVALID: {
    cause: 'The fractions of constant impedance, current and power of a load do not add up to 1.',
    cure: 'Correct them; they are fractions, not percent.',
  },
  FEEDER_LENGTH_INVALID: {
    cause: 'A line has no length, or a negative one.',
    cure: 'Give its length, or use a switch where there is no line.',
  },
  FEEDER_MATRIX_ASYMMETRIC: {
    cause: 'A matrix says that two conductors act on each other unequally.',
    cure: 'Correct one of the two numbers that the message shows.',
  },
  FEEDER_MATRIX_SIZE: {
    cause: 'A list of numbers has another length than the conductors, elements or windings need.',
    cure: 'Give full matrices row by row, one power for each element, one reactance for each pair of windings.',
  },
  FEEDER_NO_SOLUTION: {
    cause: 'During a simulation the power flow of a feeder had no solution: the loads, the sun or the commands are beyond what it carries.',
    cure: 'Lower the loads or the sun; when commands grow, lower the gains of the control.',
  },
  FEEDER_NUMBER_INVALID: {
    cause: 'A number of a feeder is infinite, not a number, or beyond 1e100.',
    cure: 'Replace it; leave a limit out where there is none.',
  },
  FEEDER_PART: {
    cause:
      'An inverter of a simulated feeder stands at a bus that does not exist, is there twice, or has no apparent power or no lag; or the method cannot solve this feeder.',
    cure: 'Correct the value that the message names.',
  },
  FEEDER_SELF_LOOP: { cause: 'A line or switch joins a conductor to itself.', cure: 'Correct one end, or model it as a shunt.' },
  FEEDER_SOURCE_MISSING: {
    cause: 'No source in service feeds the feeder.',
    cure: 'Add the voltage at which it is connected to the rest of the grid.',
  },
  FEEDER_TRANSFORMER_CLOCK: {
    cause: 'The displacement of a winding is one that its connection cannot give: odd hours need a delta or zigzag on one side only.',
    cure: 'Correct the hours or the connection; two wyes have even hours, a wye and a delta odd ones.',
  },
  FEEDER_TRANSFORMER_IMPEDANCE: {
    cause: 'The impedances between the windings of a transformer are missing, zero or contradict each other.',
    cure: 'Give every pair of windings a leakage reactance.',
  },
  FEEDER_UNKNOWN_BUS: { cause: 'Something stands at a bus that does not exist.', cure: 'Take the suggestion, or add the bus.' },
  FEEDER_UNKNOWN_ELEMENT: {
    cause: 'A control or an element names a transformer, shunt, inverter or profile that does not exist.',
    cure: 'Take the suggestion, or correct the name.',
  },
  FEEDER_VALUE_RANGE: {
    cause:
      'A number of a feeder is outside its range: a negative rating or resistance, limits the wrong way round, an end that is not there.',
    cure: 'Correct it as the message says.',
  },
  FILE_IS_DIRECTORY: { cause: 'A folder was named where a file is expected.', cure: 'Name a file inside it.' },
  FILE_NOT_FOUND: {
    cause: 'The file does not exist. Paths inside a study are relative to the study file.',
    cure: 'Take the suggestion, or check the path and the folder you stand in.',
  },
  FILE_NOT_READABLE: { cause: 'The file exists but cannot be read.', cure: 'Check who may read it, and that no other program holds it.' },
  FILE_NOT_STORED: {
    cause: 'A study that the service runs reads a file that was not uploaded there; it never reads files of the machine.',
    cure: 'Upload the file under the name that the study uses, or write what is in it into the study.',
  },
  FILE_NOT_TEXT: { cause: 'The file is not UTF-8 text.', cure: 'Save it as UTF-8; unpack archives first; export spreadsheets as CSV.' },
  FILE_TOO_LARGE: { cause: 'The file is larger than is read at once.', cure: 'Split it, or check that it is the file you mean.' },
  FLEXIBILITY_DIRECTIONS: {
    cause: 'Shared directions are too few, or do not go all the way round, so that no polygon can be made with them.',
    cure: 'Give at least three directions, with less than half a turn between neighbours.',
  },
  FLEXIBILITY_LAW: {
    cause:
      'What a resource can still inject has no closed form: it remembers more than one thing, such as a store and a ramp, or inputs exclude each other in a way that is not one power.',
    cure: 'Follow it with a solver of linear programs; where inputs exclude each other, give them one store.',
  },
  FLEXIBILITY_NO_PLAN: {
    cause:
      'No plan keeps all limits of the resource from the step named on: an energy at the end is out of reach, or limits exclude each other.',
    cure: 'Correct the limits of the resource that the message names.',
  },
  FLEXIBILITY_OVER: {
    cause: 'A resource was asked beyond the last step of its horizon; a fault in gridflock.',
    cure: 'Report it with the study that shows it.',
  },
  FLEXIBILITY_REGION: {
    cause: 'A set of powers that a resource could inject is empty or has no end.',
    cure: 'Look at the limits of the resource that the message names.',
  },
  FORMAT_ALIAS: {
    cause: 'A network file uses a YAML alias (`*name`), which could make a small file expand without end.',
    cure: 'Write the value out; what is the same in every row of a table goes under `all`.',
  },
  FORMAT_BINARY: {
    cause: 'The file holds characters that text does not have.',
    cure: 'Give the text file itself, not an archive, a spreadsheet or an image.',
  },
  FORMAT_EMPTY: { cause: 'The file is empty.', cure: 'Check that it was saved, and that the path is right.' },
  FORMAT_ENDING_AMBIGUOUS: {
    cause: 'Several formats use this ending, so the name of the file does not say which is meant.',
    cure: 'Name the format with `--to`.',
  },
  FORMAT_ENDING_UNKNOWN: {
    cause: 'The ending of the file to write names no format.',
    cure: 'Add `--to FORMAT`, or use an ending that `gridflock list formats` shows.',
  },
  FORMAT_LOSSES: {
    cause: '`--strict` was asked for and the format that is written has no place for some of what was read.',
    cure: 'Write another format, such as gridflock (`.yaml`), or leave out `--strict`; what is lost is then listed under `losses`.',
  },
  FORMAT_NO_SCENARIOS: {
    cause: 'An update batch was given to a network whose format has none.',
    cure: 'Leave out `--updates`; input datasets of power-grid-model have update batches.',
  },
  FORMAT_NO_STUDY_CASES: {
    cause: 'A study case was asked for of a network whose format has none.',
    cure: 'Leave out `--study-case`; folders of SimBench have study cases.',
  },
  FORMAT_READ_ONLY: { cause: 'The format can be read, but not written.', cure: 'Write another format, such as gridflock (`.yaml`).' },
  FORMAT_SYNTAX: {
    cause: 'The text breaks the syntax of its format at the place named; often it is cut off or a bracket is not closed.',
    cure: 'Correct it at the line named, or fetch the file again.',
  },
  FORMAT_TOO_LONG: { cause: 'The text is longer than is read at once.', cure: 'Split it.' },
  FORMAT_UNKNOWN: {
    cause: 'The text looks like no format that is known, or a format was named that does not exist.',
    cure: 'Name the format with `--format`; `gridflock list formats` shows them.',
  },
  FORMULATION_CANNOT: {
    cause: 'The formulation cannot describe this network, such as loops in a formulation for radial feeders.',
    cure: 'Open the ties, or choose the formulation that the message names.',
  },
  FRONT_NO_PLAN: {
    cause: 'One of the two costs of a front has no least value: no plan exists, or the cost falls without end.',
    cure: 'Solve for that cost alone first; the solver says which limits exclude each other.',
  },
  FRONT_POINTS_TOO_FEW: {
    cause: 'A front of fewer than two points was asked for; it has at least its two ends.',
    cure: 'Ask for a whole number of at least 2.',
  },
  IDENTITY_NOT_ENROLLED: {
    cause: 'Our key stands in no entry of the list of agents.',
    cure: 'Send the operator what `gridflock keys show` prints, and fetch his list anew; or give the key file that was enrolled.',
  },
  IDENTITY_SYNTAX: {
    cause: 'A list of agents, a revocation list or an identity file is not YAML, or uses parts of YAML that it may not, such as aliases.',
    cure: 'Correct the line that the message names; docs/how-to/secure-agents.md shows each file.',
  },
  IDENTITY_UNKNOWN_KEY: {
    cause: 'A list of agents, a revocation list or an identity file has a key that does not exist.',
    cure: 'Take the suggestion, or remove it.',
  },
  IDENTITY_VALUE_INVALID: {
    cause: 'A value in a list of agents, a revocation list or an identity file is missing, of the wrong kind or outside its range.',
    cure: 'Correct it as the message says.',
  },
  KEY_FILE_EXISTS: {
    cause: 'A new key was to be written over a file that exists.',
    cure: 'Choose another name. A key is never overwritten; remove the file yourself if nobody needs it any more.',
  },
  KEY_FILE_INVALID: {
    cause: 'A key file holds no Ed25519 key in PEM.',
    cure: 'Make one with `gridflock keys new`, or with `openssl genpkey -algorithm ed25519`.',
  },
  KEY_FILE_NOT_READABLE: {
    cause: 'A key file is not there or cannot be read.',
    cure: 'Correct its name, or make one with `gridflock keys new`.',
  },
  KEY_FILE_OPEN_TO_OTHERS: {
    cause: 'Others than the owner of a key file may read, write or run it.',
    cure: '`chmod 600 FILE`. If somebody may have read the key already, have it revoked and make a new one.',
  },
  KEY_REUSED: {
    cause: 'The key of a question was used before for another question.',
    cure: 'Make a new key for every new question; repeat one only to ask the same again.',
  },
  LINALG_NOT_FACTORED: { cause: 'A solve was asked for before the matrix was factored.', cure: report },
  LINALG_NOT_FINITE: {
    cause: 'A matrix holds an entry that is infinite or not a number.',
    cure: 'Look for a missing or infinite parameter in the rates of a device.',
  },
  LINALG_NOT_SQUARE: { cause: 'A factorisation was asked of a matrix that is not square.', cure: report },
  LINALG_NOT_UPPER: { cause: 'A symmetric factorisation was given entries below the diagonal.', cure: report },
  LINALG_OTHER_PATTERN: { cause: 'A matrix was refined with the factor of another one.', cure: report },
  LINALG_RELEASED: { cause: 'A factor was used after its memory was given back.', cure: report },
  LINE_GEOMETRY_INVALID: {
    cause: 'Wires lie on each other or on the ground, have no radius, or their insulation leaves no room for them.',
    cure: 'Check places, radii and units of the line geometry; all are metres once read.',
  },
  MAILBOX_CLOSED: {
    cause: 'A mailbox was closed, or the program ended, before the broker had said that it keeps a letter.',
    cure: 'Wait until what was posted has been left. If the broker is away for long, start it; the letter is posted when it is back.',
  },
  MAILBOX_UNAVAILABLE: {
    cause: 'The NATS server keeps no letters, because it runs without JetStream or JetStream has no room left.',
    cure: 'Start it with JetStream and a folder of its own (`nats-server -js -sd FOLDER`), or make room in that folder.',
  },
  MATPOWER_BUS_NUMBER: { cause: 'A bus number is not a positive whole number.', cure: 'Renumber the buses from 1.' },
  MATPOWER_BUS_TYPE: {
    cause: 'A bus has a type other than 1 (PQ), 2 (PV), 3 (slack) or 4 (isolated).',
    cure: 'Correct the type in the second column of `mpc.bus`.',
  },
  MATPOWER_COLUMNS: {
    cause: 'A table has fewer columns than the case format needs.',
    cure: 'Add the missing columns; the manual of MATPOWER lists them.',
  },
  MATPOWER_COST_INVALID: {
    cause: 'A row of `mpc.gencost` is no cost that MATPOWER describes.',
    cure: 'Correct its model, number of points or coefficients.',
  },
  MATPOWER_EXPRESSION: {
    cause: 'A statement of the case file computes something that the reader does not know. Case files are read, never run.',
    cure: 'Load the case in MATPOWER and write it out with `savecase`, which leaves plain tables.',
  },
  MATPOWER_FIELD_INVALID: { cause: 'A field of the case is not a table of numbers.', cure: 'Write it as `mpc.bus = [ … ];`.' },
  MATPOWER_FIELD_MISSING: {
    cause: 'A table that every case has is absent; the file may be cut off, or is not a MATPOWER case.',
    cure: 'Fetch the file again, or add the table.',
  },
  MATPOWER_INDEX: { cause: 'A statement points outside its table.', cure: 'Correct the index, or the table that it points into.' },
  MATPOWER_NAME_UNKNOWN: {
    cause: 'A statement uses a name that was not set earlier in the file.',
    cure: 'Take the suggestion; only such names and a few mathematical functions are known.',
  },
  MATPOWER_NUMBER_INVALID: { cause: 'A cell is not a number.', cure: 'Replace it by a number, or by Inf where there is no limit.' },
  MATPOWER_RANGE_INVALID: { cause: 'A lower limit is above its upper limit.', cure: 'Exchange the two.' },
  MATPOWER_SLACK_MISSING: {
    cause: 'The case has no slack bus (type 3).',
    cure: 'Give the bus that is connected to the outside world type 3.',
  },
  MATPOWER_STATEMENT: {
    cause: 'The file has a statement that a case file does not have, such as a loop or a function call.',
    cure: 'Load the case in MATPOWER and write it out with `savecase`.',
  },
  MATPOWER_SYNTAX: {
    cause: 'The MATPOWER file has a statement that cannot be read at the place named. Programs inside a case file are not run.',
    cure: 'Correct the line; save the case from MATPOWER with `savecase`, which writes plain tables.',
  },
  MATPOWER_TABLE_RAGGED: { cause: 'The rows of a table differ in length.', cure: 'Give each row as many numbers as the first.' },
  MATPOWER_TOO_LARGE: {
    cause: 'A statement would make a table larger than any case needs.',
    cure: 'Load the case in MATPOWER and write it out with `savecase`.',
  },
  MATPOWER_VERSION: {
    cause: 'The case is of a version of the format that is not read.',
    cure: 'Load it in MATPOWER and save it as version 2 with `savecase`.',
  },
  MEDIA_TYPE_UNKNOWN: {
    cause: 'The body of a request has a media type that the service does not take.',
    cure: 'Send application/json.',
  },
  MICROGRID_PART: {
    cause:
      'An inverter or a load has a value that no model can have: a negative droop, no filter, no inductance, no capacitance, or an impedance of zero.',
    cure: 'Correct the value that the message names.',
  },
  MICROGRID_TIER: {
    cause:
      'The chosen model of a microgrid does not know a part: tiers with line dynamics know resistance and inductance in series only, the averaged tier needs the inner loops of every inverter.',
    cure: 'Take the quasi-static tier, or describe the part as the message says.',
  },
  MICROGRID_WIRES_SINGULAR: {
    cause: 'The impedances of a microgrid do not determine the voltage of a bus.',
    cure: 'Look at the named bus for impedances that cancel each other or are not finite.',
  },
  MODEL_INVALID: {
    cause:
      'A Model was given a variable of another model, two families of one name, an index that is not there, a profile as a coefficient, an exponent that is not between 0 and 1, or a matrix that is no lower triangle.',
    cure: 'Correct the line of your program that the stack names; the message says what it found.',
  },
  NAME_TAKEN: {
    cause: 'Something of that name is there already.',
    cure: 'Choose another name, or delete the other first.',
  },
  NETWORK_ANGLE_LIMITS: {
    cause: 'The lower limit of the angle across a branch is above the upper one.',
    cure: 'Exchange the two, or leave them out.',
  },
  NETWORK_BASE_INVALID: {
    cause: 'The power base is zero, negative or not a number.',
    cure: 'Give any positive base; 1000 kVA is usual for a distribution feeder.',
  },
  NETWORK_CELL_INVALID: {
    cause: 'A cell or key of a network file holds something else than expected.',
    cure: 'Correct the value at the place named; write null for a default.',
  },
  NETWORK_DOCUMENT_VERSION: {
    cause: 'The file does not begin as a network file of a version that this release knows.',
    cure: 'Put `gridflock: network/1` at the top.',
  },
  NETWORK_DUPLICATE_ID: { cause: 'An id stands twice in one table.', cure: 'Rename or remove one of the two.' },
  NETWORK_ELEMENTS_DROPPED: {
    cause: '`--strict` was asked for and some elements of the file were not understood.',
    cure: 'Remove them from the file, or leave out `--strict`; they are then listed under `dropped`.',
  },
  NETWORK_EMPTY: { cause: 'The network has no buses.', cure: 'Add at least one; if there were some, the file may be cut off.' },
  NETWORK_IMPEDANCE_INVALID: {
    cause: 'A branch has no impedance, a negative one, or one that is not a number.',
    cure: 'Join the two buses, give the branch a small reactance (1e-5 per unit), or allow negative impedances where they are meant.',
  },
  NETWORK_KEY_MISSING: { cause: 'A key or column that is needed is absent.', cure: 'Add it; if it was there, the file may be cut off.' },
  NETWORK_KEY_TWICE: { cause: 'A key stands twice, or the same quantity is given in two units.', cure: 'Keep one of the two.' },
  NETWORK_KEY_UNKNOWN: { cause: 'A key or column does not exist.', cure: 'Take the suggestion, or remove it.' },
  NETWORK_NOT_FOUND: {
    cause: 'The name is neither a built-in network nor a file.',
    cure: 'See `gridflock list networks`, or check the path.',
  },
  NETWORK_NUMBER_INVALID: { cause: 'A quantity of the network is infinite or not a number.', cure: 'Replace it by a number.' },
  NETWORK_RANGE_INVALID: { cause: 'A lower limit is above its upper limit.', cure: 'Exchange the two.' },
  NETWORK_RATING_INVALID: { cause: 'A rating is zero or negative.', cure: 'Leave the rating out when there is none.' },
  NETWORK_RATIO_INVALID: {
    cause: 'The ratio of a transformer is not a positive number.',
    cure: 'Use 1 for a line and for a transformer at its nominal tap.',
  },
  NETWORK_ROW_LENGTH: {
    cause: 'A row has more or fewer cells than its table has columns.',
    cure: 'Complete the row; write null for a default.',
  },
  NETWORK_SELF_LOOP: { cause: 'A branch starts and ends at the same bus.', cure: 'Correct one end, or model it as a shunt.' },
  NETWORK_SLACK_MISSING: { cause: 'No bus is connected to the outside world.', cure: 'Name one under `slacks`.' },
  NETWORK_TABLE_INVALID: {
    cause: 'A table of a network file is not made of `columns` and `rows`.',
    cure: 'Write it as `gridflock convert` does.',
  },
  NETWORK_UNIT_WRONG: {
    cause: 'The quantity exists with another unit at the end of its name.',
    cure: 'Convert the value and rename the key as the message shows.',
  },
  NETWORK_UNKNOWN_BUS: { cause: 'Something stands at a bus that does not exist.', cure: 'Take the suggestion, or add the bus.' },
  NETWORK_VOLTAGE_LIMITS: {
    cause: 'The voltage limits of a bus are exchanged, negative or not numbers.',
    cure: 'Give magnitudes in per unit, usually 0.9 and 1.1.',
  },
  NOT_FOUND: {
    cause: 'There is nothing at that address of the service: it may have been deleted, or belong to somebody else.',
    cure: 'See /api/openapi.json for what there is.',
  },
  OPENDSS_BUS: {
    cause: 'A bus of an OpenDSS script is not a name with conductor numbers behind dots.',
    cure: 'Write `bus.1.2.3`: a name, and conductors from 0 (earth) to 999.',
  },
  OPENDSS_CIRCUIT_MISSING: {
    cause: 'An OpenDSS script makes no circuit; often it is one of the files that a master file redirects to.',
    cure: 'Read the file that holds `New Circuit.<name>`, from the folder that the others are in.',
  },
  OPENDSS_CIRCUIT_TWICE: {
    cause: 'An OpenDSS script makes a second circuit while the first one stands.',
    cure: 'Write `Clear` between the two (the last circuit is read), or split the script.',
  },
  OPENDSS_COMMAND: {
    cause: 'A line of an OpenDSS script begins with a word that is no command, often because the `~` of a continued line is missing.',
    cure: 'Correct the word, or put `!` before the line.',
  },
  OPENDSS_FILE_BINARY: {
    cause: 'An OpenDSS script takes numbers from a binary file (`sngfile`, `dblfile`).',
    cure: 'Save the numbers as text, one per line, and name the file with `csvfile=` or `(file=…)`.',
  },
  OPENDSS_FILE_CYCLE: {
    cause: 'Files of an OpenDSS script redirect to each other in a circle.',
    cure: 'Take one `Redirect` out of the circle that the message shows.',
  },
  OPENDSS_FILE_MISSING: {
    cause: 'A file that an OpenDSS script redirects to, or takes numbers from, is not there.',
    cure: 'Put it where the script looks for it; names are compared without regard to upper and lower case.',
  },
  OPENDSS_FILE_TOO_MANY: { cause: 'An OpenDSS script redirects to files more than ten thousand times.', cure: 'Join the files.' },
  OPENDSS_GEOMETRY: {
    cause:
      'The wires of an OpenDSS line geometry, spacing or cable are incomplete or impossible: a conductor without a wire, a wire without a radius, two at one place.',
    cure: 'Complete the WireData, CNData or TSData and the positions that the message names.',
  },
  OPENDSS_IMPEDANCE: {
    cause: 'A reactor or capacitor of an OpenDSS script has no impedance on some phase, so that its admittance is infinite or undefined.',
    cure: 'Give each phase a resistance or reactance; 1e-4 ohm is small enough for a solid connection.',
  },
  OPENDSS_MATRIX: {
    cause: 'A matrix of an OpenDSS script has neither whole rows nor a lower triangle of the number of phases.',
    cure: 'Write one row per phase, separated by `|`, after `phases=` or `nphases=`.',
  },
  OPENDSS_NAME_MISSING: { cause: 'An element of an OpenDSS script has a class and no name.', cure: 'Write `New <class>.<name>`.' },
  OPENDSS_QUOTE: {
    cause: 'A bracket or quote of an OpenDSS script is not closed on its line. Arrays do not go on in the next line.',
    cure: 'Close it, and put the whole array on one line.',
  },
  OPENDSS_SOURCE: {
    cause: 'A voltage source of an OpenDSS script has no impedance.',
    cure: 'Give it a small one: `r1=0 x1=0.0001 r0=0 x0=0.0001`.',
  },
  OPENDSS_UNKNOWN_CLASS: {
    cause: 'An OpenDSS script makes an element of a class that does not exist.',
    cure: 'Take the suggestion, or put `!` before the line.',
  },
  OPENDSS_UNKNOWN_NAME: {
    cause: 'An OpenDSS script names an element, line code, geometry, curve or transformer code that it has not made.',
    cure: 'Take the suggestion, or redirect to the file that makes it.',
  },
  OPENDSS_VALUE: {
    cause:
      'A value of an OpenDSS script is not what its property takes: no number, out of range, not one of the choices, or an expression that cannot be worked out.',
    cure: 'Correct it; expressions stand in brackets or quotes, in reverse Polish notation: `(0.4 3 sqrt /)`.',
  },
  OPF_CONDUCTOR_NOT_EARTH: {
    cause: 'A line or switch joins a phase to a conductor from 4 on, which optimal power flow by phases takes as an earthed neutral.',
    cure: 'Write the phases as conductors 1, 2, 3 throughout; an autotransformer of coils and jumpers as one element.',
  },
  OPF_COST_DEGREE: {
    cause:
      'A generator has a cost of degree 3 or more, which only the AC formulation takes; or the source of a feeder has a cost that is no price.',
    cure: 'Use `--formulation ac`, or a piecewise-linear cost.',
  },
  OPF_COST_NOT_CONVEX: {
    cause: 'A cost bends the wrong way: each further kWh is cheaper than the last, so that a local search may miss the optimum.',
    cure: 'Correct the cost; a concave polynomial is taken by `--formulation ac`, which finds a local optimum.',
  },
  OPF_DC_HAS_NO_LOSSES: { cause: 'Losses were to be minimised in the loss-free DC formulation.', cure: 'Use `--formulation ac`.' },
  OPF_NOTHING_TO_SOLVE: { cause: 'Every bus of the network is isolated.', cure: 'Take at least one bus into service.' },
  OPF_NOT_RADIAL: {
    cause: 'A formulation of radial networks (`lindistflow`, `three-phase-linear`, `three-phase-sdp`) was asked for one with loops.',
    cure: 'Open the ties, or use `--formulation soc`, `ac` or `dc`, which take the balanced equivalent of a feeder.',
  },
  OPF_NO_REACTANCE: {
    cause: 'A branch without reactance cannot carry power in the DC formulation.',
    cure: 'Give it a small reactance such as 1e-5 per unit, or use `--formulation ac`.',
  },
  OPF_NO_SOLVER: {
    cause: 'This build has no solver of quadratic programs, or of the cones that the formulation needs.',
    cure: 'See `gridflock list solvers`.',
  },
  OPF_PHASE_NOT_SUPPLIED: {
    cause: 'A load, generator or inverter stands at a phase of a bus that no line leads to from the source.',
    cure: 'Close the switch or line that leads there, correct its conductors, or take the element out of service.',
  },
  OPF_SOURCES_COUNT: {
    cause: 'Optimal power flow by phases starts at one source, and the feeder has none or several in service.',
    cure: 'Keep one source in service; write others as generators.',
  },
  OPF_UNIT_UNKNOWN: {
    cause: 'Limits or a price are given for a generator or inverter that the feeder does not have.',
    cure: 'Take an id that the message lists.',
  },
  ORACLE_FAILED: {
    cause: "The best answer of a device or of the wires to a price could not be computed: no point met the solver's conditions.",
    cure: 'Look at the part named for numbers of very different size and for limits that leave no room; otherwise report it.',
  },
  ORACLE_NEEDS_SEQUENCE: {
    cause: 'Every part is asked the same question hundreds of times, and this solver cannot keep its analysis in between.',
    cure: 'Choose the solver interior-point for the parts; others may still solve the whole at once.',
  },
  OUT_DISK_FULL: { cause: 'The disk is full. Nothing half-written was left.', cure: 'Make room, or write elsewhere.' },
  OUT_EXISTS: { cause: 'The output folder exists and is not empty.', cure: 'Choose another name, or add `--force` to replace it.' },
  OUT_NOT_A_DIRECTORY: { cause: 'The output folder, or one above it, is a file.', cure: 'Choose another name.' },
  OUT_NOT_A_FILE: { cause: 'The output file is a folder or a special file.', cure: 'Choose another name.' },
  OUT_NOT_OURS: {
    cause: 'The output folder is one that is never replaced: your home, or the folder you stand in.',
    cure: 'Name a new folder, such as `--out out/run-1`.',
  },
  OUT_NOT_WRITABLE: { cause: 'The place for the output cannot be written.', cure: 'Choose a folder that you may write.' },
  OUT_OF_MEMORY: {
    cause: 'The memory of the process was not enough.',
    cure: 'Shorten the horizon, take fewer scenarios, or give Node more: `NODE_OPTIONS=--max-old-space-size=8192`.',
  },
  OUT_WRITE_MISUSED: { cause: 'A part of gridflock tried to write outside its output folder.', cure: report },
  PACKAGE_UNREADABLE: {
    cause: 'gridflock cannot read its own package.json: the installation is damaged.',
    cure: 'Install it again; in a clone run `npm run build`.',
  },
  PAGE_FAULT: {
    cause: 'The page of the service met something that it did not foresee.',
    cure: 'Reload the page; if it happens again, report it with what you did and what the browser’s console says.',
  },
  PANDAPOWER_CELL_INVALID: {
    cause: 'A value of a pandapower table is of the wrong kind.',
    cure: 'Correct it; units are those of pandapower: kV, kA, MW, Mvar, percent.',
  },
  PANDAPOWER_CELL_MISSING: {
    cause: 'A value that pandapower needs is empty.',
    cure: 'Give it.',
  },
  PANDAPOWER_NET_INVALID: {
    cause: 'The file is JSON, but no pandapower net of a version that is known.',
    cure: 'Write it with `pandapower.to_json`, version 2 or newer.',
  },
  PANDAPOWER_SYNTAX: {
    cause: 'The file is not JSON.',
    cure: 'Look at the line; the file may be cut off.',
  },
  PANDAPOWER_UNKNOWN_BUS: {
    cause: 'An element of a pandapower net stands at a bus that does not exist.',
    cure: 'Take the suggestion, or add the bus.',
  },
  PARTITION_BUS_TWICE: {
    cause: 'A bus is named twice among the clusters of a partition.',
    cure: 'A bus belongs to one cluster: name it once.',
  },
  PARTITION_DISCONNECTED: {
    cause: 'A cluster falls apart: its buses are not connected within it.',
    cure: 'Add the buses between the two that the message names, or make two clusters of it.',
  },
  PARTITION_DISTANCE_UNDEFINED: {
    cause:
      'Electrical distances were asked for at a bus whose voltage does not answer to its own power, because a slack or generator holds it.',
    cure: 'Put that bus outside the clusters.',
  },
  PARTITION_EMPTY: {
    cause: 'A cluster has no buses.',
    cure: 'Name its buses, or leave it out.',
  },
  PARTITION_NONE: {
    cause: 'No valid partition keeps the limit of the electrical distance.',
    cure: 'Take a limit of at least the distance that the message names.',
  },
  PARTITION_NOT_RADIAL: {
    cause: 'Partitions were to be enumerated on a network with loops.',
    cure: 'Open the ties, or sample partitions instead.',
  },
  PARTITION_OUTSIDE: {
    cause: 'A cluster names a bus that belongs to none: the slack, the connection to the grid above.',
    cure: 'Take it out of the cluster.',
  },
  PARTITION_RESOURCE_BUS: {
    cause: 'A resource stands on a bus that the network does not have.',
    cure: 'Correct the id of the bus; the message names the nearest.',
  },
  PARTITION_RULES_INVALID: {
    cause: 'The rules of a partition contradict the network or themselves.',
    cure: 'Correct what the message names: a whole number of resources per cluster, the slack outside, one count per bus.',
  },
  PARTITION_TOO_FEW_RESOURCES: {
    cause: 'A cluster, or a whole part of the feeder, has fewer resources than a cluster needs.',
    cure: 'Join clusters, add resources, ask for fewer in a cluster, or leave regions without resources unassigned.',
  },
  PARTITION_TOO_MANY: {
    cause: 'There are so many possible clusters that partitions cannot be listed.',
    cure: 'Ask for more resources in a cluster, leave regions without resources unassigned, or sample partitions.',
  },
  PARTITION_UNASSIGNED: {
    cause: 'A bus is in no cluster.',
    cure: 'Assign it. Only buses without resources may be left out, and only if the rules say so.',
  },
  PARTITION_UNKNOWN_BUS: {
    cause: 'A cluster names a bus that the network does not have.',
    cure: 'Correct the id; the message names the nearest.',
  },
  PAYLOAD_TOO_LARGE: {
    cause: 'A message is larger than what brokers carry: 1 MiB, or the limit of this broker.',
    cure: 'Raise the limit of the broker (`max_payload` of NATS, `max_packet_size` of mosquitto), or negotiate over a shorter horizon.',
  },
  PGM_ATTRIBUTE_INVALID: {
    cause: 'An attribute of a power-grid-model component is of the wrong kind.',
    cure: 'Correct it; units are those of power-grid-model: V, W, var, A, ohm, F, rad.',
  },
  PGM_ATTRIBUTE_MISSING: {
    cause: 'An attribute that power-grid-model requires is absent.',
    cure: 'Add it.',
  },
  PGM_DATASET_INVALID: {
    cause: 'The file is JSON, but no input dataset of power-grid-model.',
    cure: 'Give the input dataset; updates and results belong to one.',
  },
  PGM_ID_TWICE: {
    cause: 'Two components of a power-grid-model dataset have the same id.',
    cure: 'Ids are distinct among all components, whatever their type; give one another id.',
  },
  PGM_SYNTAX: {
    cause: 'The file is not JSON.',
    cure: 'Look at the line; the file may be cut off.',
  },
  PGM_UNKNOWN_ID: {
    cause: 'An id names a component that the dataset does not have.',
    cure: 'Take the suggestion, or add the component.',
  },
  POINTS_INVALID: {
    cause: 'Measurements hold a time or a value that is no number, or as many times as values were not given. Nothing was stored.',
    cure: 'Leave out points that were not measured.',
  },
  PORT_TAKEN: {
    cause: 'Another program listens on the port.',
    cure: 'Choose another --port, or 0 for any that is free.',
  },
  POWERFLOW_METHOD_NOT_YET: { cause: 'The power-flow method is planned, but not built.', cure: 'Use auto, newton or sweep.' },
  POWERFLOW_OPTION_MISPLACED: {
    cause:
      'An option of the power flow has no meaning together with the others: phases of a balanced method, or steps of a single solution.',
    cure: 'Add what the message names, or leave the option out.',
  },
  POWERFLOW_REFUSED: {
    cause: 'The power-flow method cannot take this network, such as a sweep on a mesh.',
    cure: 'Use `--method auto`, or open the loops.',
  },
  POWERFLOW_SERIES_TOO_LONG: { cause: 'The time series is too long for one answer.', cure: 'Split the profiles.' },
  PRIVACY_BUDGET_SPENT: {
    cause: 'A device was to say one more noisy word than its privacy budget pays for.',
    cure: 'Allow more rounds in privacy.rounds_count, which makes the noise of each larger, or raise epsilon.',
  },
  PRIVACY_CROWD_SMALL: {
    cause: 'At a bus there are fewer owners than privacy.crowd_min_count asks for, so that the sum there says too much about each.',
    cure: 'Let more owners share the bus, or lower crowd_min_count if the operator of the wires may know.',
  },
  PRIVACY_GROUP: {
    cause:
      'A masked sum was asked for over a group that no number of neighbours protects: too small, or with too many corrupt or silent members.',
    cure: 'Put more agents at the net, lower corrupt_frac or dropout_frac, or negotiate openly.',
  },
  PRIVACY_NEEDS_CRYPTO: {
    cause: 'A study asks for privacy, and the program that runs it has handed in no keys and random numbers.',
    cure: 'Run it with `gridflock run`, or hand `crypto` to the study: `nodeCrypto` of @gridflock/host, or an object of your own.',
  },
  PRIVACY_NOISE_TOO_LARGE: {
    cause: 'The noise that the privacy budget asks for is larger than what sums can hold.',
    cure: 'Raise epsilon, or lower clip_kW or rounds_count.',
  },
  PRIVACY_RECOVERY: {
    cause:
      'So many members of a crowd fell silent, or would not open it, that the sum of the others cannot be read any more: each opens only among as many neighbours as would have to be corrupt.',
    cure: 'Raise dropout_frac so that more shares are given out, or wait longer before a member is given up. What members refused is counted in their own results.',
  },
  PRIVACY_SCHEME: {
    cause: 'Privacy was asked for with a scheme in which agents say nothing that could be hidden.',
    cure: 'Choose the scheme proximal-message-passing, or leave privacy out.',
  },
  PROFILE_EMPTY: { cause: 'The profile file has no steps, or no columns besides time.', cure: 'Add them.' },
  PROFILE_LENGTH: {
    cause: 'A profile does not have one value per step of the horizon.',
    cure: 'Cover the whole horizon, or change `time`.',
  },
  PROFILE_MIXED: { cause: '`load_frac` stands beside columns of single buses.', cure: 'Use one of the two.' },
  PROFILE_NONE_IN_FEEDER: {
    cause:
      'A run over a day, a year or a duty cycle was asked for, and no load, generator or inverter of the feeder follows such a profile.',
    cure: 'Give profiles with `--profiles`, or take a mode that the feeder has profiles for.',
  },
  PROFILE_UNKNOWN: {
    cause: 'A device refers to a profile that is not defined.',
    cure: 'Take the suggestion, or define it under `profiles:` in the study.',
  },
  PROFILE_UNKNOWN_BUS: {
    cause: 'A column names a bus that the network does not have.',
    cure: 'Take the suggestion; `gridflock inspect` shows the ids.',
  },
  PROFILE_UNKNOWN_COLUMN: {
    cause: 'A column is neither `time`, `load_frac`, `<bus>_p_kW` nor `<bus>_q_kvar`.',
    cure: 'Rename or remove it; the unit belongs to the name.',
  },
  PROGRAM_BOUND_INVALID: {
    cause: 'A lower limit of a programme is +infinity, or an upper one −infinity, so that no number keeps it.',
    cure: 'Check its sign, or leave it out if there is no limit.',
  },
  PROGRAM_CUT_OFF: {
    cause: 'The file of a programme ends before it is complete: without ENDATA or End, or in the middle of a block.',
    cure: 'Fetch the file again, or correct the count that the block announces.',
  },
  PROGRAM_FEATURE_NOT_YET: {
    cause: 'The file of a programme uses something that no solver of this version takes, such as special ordered sets.',
    cure: 'Write the model without the feature that the message names.',
  },
  PROGRAM_NAME_UNKNOWN: {
    cause: 'A line names a row or a variable that the file has not declared.',
    cure: 'Correct the spelling, or declare it before; in LP files a term with the coefficient 0 is enough.',
  },
  PROGRAM_NOT_SYMMETRIC: {
    cause: 'QMATRIX gives two different values to the two entries of one pair of variables.',
    cure: 'Give both the same value, or write one triangle only, in QUADOBJ.',
  },
  PROGRAM_NUMBER_INVALID: {
    cause: 'A number of a programme is missing, is not a number, is infinite where it may not be, or lies outside what the file declares.',
    cure: 'Correct it at the line named; infinity may only stand in bounds and right-hand sides.',
  },
  PROGRAM_SYNTAX: {
    cause: 'A line breaks the syntax of its programme format.',
    cure: 'Compare it with its neighbours and with the README of the format; name the format with `--format` if it was guessed wrong.',
  },
  PROGRAM_TWICE: {
    cause: 'The file of a programme gives the same thing twice: a row, a column, a coefficient, a bound with another value.',
    cure: 'Remove one of the two, or put them together.',
  },
  RECOURSE_NOT_LINEAR: {
    cause: 'A device or the wires have squares or cones, and a decision in two stages reacts by linear laws.',
    cure: 'Set quadratic costs to 0; take lindistflow or copper-plate for the wires.',
  },
  RECOURSE_UNCERTAIN: {
    cause: 'An uncertain parameter multiplies something that is decided after it is known, so that worst cases could not be searched.',
    cure: 'Decide the device ahead, or make another parameter uncertain, such as a power instead of an efficiency or a price.',
  },
  RECOURSE_WHOLE: {
    cause: 'A device that reacts has whole decisions, and what reacts may have none.',
    cure: 'Take it out of `decided.later`, so that its whole parts are decided ahead, or write `exclusive: relaxed`.',
  },
  REGULATE_AT_PCC: {
    cause: 'A resource that is to regulate a feeder stands at the point of common coupling itself.',
    cure: 'Move it to a bus of the feeder, or name another bus under `pcc`.',
  },
  REGULATE_NO_BASE_FLOW: {
    cause:
      'The power flow of the network as it stands does not converge, so that voltage sensitivities and electrical distances do not exist.',
    cure: 'Look at the network with `gridflock powerflow`; correct loads or impedances.',
  },
  REGULATE_NO_PORTFOLIO: {
    cause: 'A market is asked for in which nobody trades.',
    cure: 'Name portfolios of sources with their storage, or leave the market out.',
  },
  REGULATE_NO_STORAGE: {
    cause: 'A portfolio names a device as its storage that cannot store.',
    cure: 'Name a battery, or give the portfolio `storageEach`.',
  },
  REGULATE_NO_STORE: {
    cause: 'A constraint set is asked for, but no resource stores energy.',
    cure: 'Add a battery or a vehicle, or leave `constraintSet` out.',
  },
  REGULATE_PORTFOLIO_MEMBER: {
    cause: 'A portfolio names a device that does not exist, or one that already trades.',
    cure: 'Take an id of the list of devices; every device trades in one portfolio at most.',
  },
  REGULATION_EMPTY_CLUSTER: {
    cause: 'A cluster that is to follow commands has no resource in it.',
    cure: 'Join it to a neighbour, or leave it out.',
  },
  REGULATION_MIXED_CHARACTERISTICS: {
    cause:
      'Some clusters of a feeder describe what they can do by a box and others by a polygon; a command cannot be decomposed among both.',
    cure: 'Use one way to describe clusters on a feeder.',
  },
  REGULATION_NO_CLUSTER: {
    cause: 'A command is to be carried out by no cluster at all.',
    cure: 'Give at least one cluster with a resource in it.',
  },
  REGULATION_TOO_LARGE: {
    cause: "A resource's power is larger than a masked sum of its cluster can hold: 2 GW divided by the number of agents.",
    cure: 'Check the unit of the rating, or put fewer agents into the cluster.',
  },
  REGULATION_TWICE: {
    cause: 'A resource stands in two clusters, or twice in one.',
    cure: 'Put every resource into one cluster, once.',
  },
  REGULATION_WEIGHTS: {
    cause: 'The weights of active and reactive power of tracking are not both positive.',
    cure: 'Give the less important one a small weight instead of none.',
  },
  REPORT_PAGE_LINK: { cause: 'The modules of the report page cannot be joined into one file.', cure: report },
  REPORT_PAGE_MISSING: {
    cause: 'A part of the report page is missing from the installation.',
    cure: 'In a clone run `npm run build`; otherwise install again.',
  },
  REQUEST_FOREIGN: {
    cause: 'A request to the service came by another host name or from the page of another site. It answers this machine only.',
    cure: 'Open it at the address that it printed when it started.',
  },
  REQUEST_INVALID: {
    cause: 'A request to the service is not as its description says.',
    cure: 'Compare it with /api/openapi.json; `where` names the place.',
  },
  RESULT_INVALID: {
    cause: 'The file is no result of gridflock, or is damaged.',
    cure: 'Name a result.json that `gridflock run --out` wrote, or its folder.',
  },
  RISK_INVALID: {
    cause: 'A weight or level of aversion to costly outcomes is out of range.',
    cure: 'Give a weight from 0 to 1 and a level from 0 to below 1.',
  },
  RUN_LOST: {
    cause:
      'A run of the service was begun several times, and each time its worker ended without a word: it may need more memory than there is.',
    cure: 'Make the study smaller, or give the service more memory; then ask for the run again.',
  },
  RUN_TOO_LONG: {
    cause: 'A run of the service took longer than the service allows.',
    cure: 'Make the study smaller, or raise --time-limit of `gridflock serve`.',
  },
  SCENARIOS_INVALID: {
    cause: 'Scenarios are missing, speak of different numbers of symbols, or their probabilities do not sum to 1.',
    cure: 'Give every scenario all symbols and a probability; together these make 1.',
  },
  SCHEME_LIMITS_EMPTY: {
    cause: 'A terminal was enrolled at a net with limits that leave it no power at all.',
    cure: 'Enrol it with a lower limit that is not above the upper one, and a reactive limit that is not negative.',
  },
  SCHEME_NEEDS_SOLVER: { cause: 'A scheme that solves the whole at once was given no solver.', cure: 'Name one under `solver`.' },
  SCHEME_OUT_OF_REACH: {
    cause: 'A part would exchange more than a net can add up: sums in fixed point reach 2.1 GW, shared among the terminals of a net.',
    cure: 'Check the units of what the message names. Terminals that are enrolled with limits need not share the reach alike.',
  },
  SCHEME_STALENESS_INVALID: {
    cause: 'Nets were told to go on without who is late, longer than prices are watched, or where somebody adds up for several.',
    cure: 'Set `staleness_max_count` to at most `watched_count` times `checkEvery_count`, and to 0 where sums are masked.',
  },
  SEAL_NO_KEY: {
    cause: 'An agent is to speak that is not enrolled, or that is enrolled with another key than that of its process.',
    cure: 'Have the operator enrol it with the public key of this process (`gridflock keys show`), or give the key file that belongs to it.',
  },
  SENSITIVITY_NOT_RADIAL: {
    cause: 'Linear voltage sensitivities were asked for on a network with loops.',
    cure: 'Open the ties, or take the exact sensitivities of the power flow.',
  },
  SENSITIVITY_NO_SOLUTION: {
    cause: 'Voltage sensitivities were asked for at an operating point whose power flow did not converge.',
    cure: 'Lower the load; see what the power flow says.',
  },
  SENSITIVITY_SINGULAR: {
    cause: 'The feeder stands at its loading limit, where voltages answer to power without bound.',
    cure: 'Lower the load.',
  },
  SERIES_OTHER_UNIT: {
    cause: 'A series of measurements has another unit than the values that were to be added.',
    cure: 'Convert the values, or give the series another name.',
  },
  SERIES_SHAPE: { cause: 'A labelled series has no unit or not as many values as its axes say.', cure: report },
  SERVICE_AWAY: {
    cause: 'The page got no answer from the service that it came from.',
    cure: 'Start it again with `gridflock serve` on the same folder; what was stored is still there, and the page goes on by itself.',
  },
  SET_EMPTY: {
    cause: 'No outcome keeps all bounds and budgets of an uncertainty set.',
    cure: 'Widen the budget that is named, or the bounds of its symbols.',
  },
  SET_EXCLUDES_FORECAST: {
    cause: 'An uncertainty set leaves out the forecast that it is about.',
    cure: 'Give limits of the total below and above 1, or correct the forecast.',
  },
  SET_TOO_MANY_CORNERS: {
    cause: 'An uncertainty set has more corners than can be listed.',
    cure: 'Search the worst case by programme, which needs no list.',
  },
  SET_UNBOUNDED: {
    cause: 'A symbol of an uncertainty set has no finite bound.',
    cure: 'Give finite bounds: nothing can be decided against everything.',
  },
  SHAPE_DEVIATION: {
    cause: 'Noise was asked for on a daily shape with a negative deviation, or without a seed.',
    cure: 'Give a `deviation_frac` of at least 0, or leave it out for the shape itself.',
  },
  SHAPE_UNKNOWN: { cause: 'There is no daily shape of that name.', cure: 'Take the suggestion.' },
  SIMBENCH_COLUMN_MISSING: {
    cause: 'A column of a SimBench table is absent, or a value that is needed is NULL.',
    cure: 'Take the folder as it was published.',
  },
  SIMBENCH_FILES_MISSING: {
    cause: 'Only Node.csv of a SimBench grid was given.',
    cure: 'Give the folder that holds its tables.',
  },
  SIMBENCH_ID_TWICE: {
    cause: 'Two nodes, types or coordinates of a SimBench folder have the same id.',
    cure: 'Remove one, or give it its own id.',
  },
  SIMBENCH_NUMBER_INVALID: {
    cause: 'A SimBench table has something else where a number belongs.',
    cure: 'Numbers have a decimal point; what is not known is NULL.',
  },
  SIMBENCH_ROW_LENGTH: {
    cause: 'A row of a SimBench table has not as many cells as its header.',
    cure: 'The file may be cut off; fetch it again.',
  },
  SIMBENCH_STUDY_CASE_UNKNOWN: {
    cause: 'The folder has no study case of that name.',
    cure: 'Take one that the message lists, or leave out `--study-case`.',
  },
  SIMBENCH_UNKNOWN_ID: {
    cause: 'A row names a node or a type that its folder does not have.',
    cure: 'Take the suggestion, or add it.',
  },
  SIMULATE_NO_REST: {
    cause: 'A simulation is to start at rest, and the plant without control comes to none: something in it grows or drifts.',
    cure: 'Write `start: plant`, or correct what the message names: a droop too steep, a negative damping, an integrator without control.',
  },
  SIMULATION_EVENT: {
    cause: 'A planned event lies outside of the run, comes before the one listed above it, or sets something to a value that is no number.',
    cure: 'List events from first to last, with times between 0 and the end of the run.',
  },
  SIMULATION_METHOD: {
    cause: 'The method and the plant do not fit: delayed inputs need rk4, and an analysis of delays needs a plant that has some.',
    cure: 'Choose as the message says.',
  },
  SIMULATION_NOT_FINITE: {
    cause: 'A linearisation was asked for at a point where the equations have no finite derivative.',
    cure: 'Start from a point inside the domain of the model: voltages above zero, finite states.',
  },
  SIMULATION_OPTION: {
    cause:
      'An option of a run is not positive, not finite, or an array of the wrong length; or a process wants to act twice at one moment.',
    cure: 'Correct the option that the message names.',
  },
  SIMULATION_PARAMETER: {
    cause: 'A parameter of a running plant was given a value that it cannot have.',
    cure: 'Correct the value; breakers take 1 (closed) and 0 (open), scales and gains are not negative.',
  },
  SIMULATION_STEP_TOO_LONG: {
    cause: 'A fixed step is longer than the fastest mode of the plant allows: the run would blow up by arithmetic, not by physics.',
    cure: 'Take the step that the message offers, or a method that chooses its steps.',
  },
  SIMULATION_UNKNOWN_NAME: {
    cause: 'A state, input, output or parameter was named that the plant does not have.',
    cure: 'Names are made of the id of the part and the quantity with its unit, such as dg1.p_kW or line2.isClosed.',
  },
  SOLVER_BAD_SHAPE: { cause: 'The arrays of a program do not fit each other.', cure: report },
  SOLVER_CANNOT: {
    cause:
      'The program has a feature that the solver does not take: whole variables, a quadratic cost, both at once, cones, or a semidefinite matrix beyond order 64.',
    cure: 'Choose the solver that the message names, or relax the feature.',
  },
  SOLVER_HIGHS_FAILED: {
    cause: 'HiGHS refused the program.',
    cure: 'Look for coefficients beyond 1e15, or choose the solver interior-point.',
  },
  SOLVER_NOT_A_NUMBER: {
    cause: 'A cost, limit or coefficient is not a number.',
    cure: 'Look for a missing measurement, price or parameter in the data behind the name in the message.',
  },
  SOLVER_NOT_CONVEX: {
    cause: 'A quadratic cost bends downwards, so that a local optimum need not be the best.',
    cure: 'Look for a negative quadratic cost.',
  },
  SOLVER_OUT_OF_MEMORY: {
    cause: 'HiGHS ran out of its 2 GiB, about 3 million coefficients.',
    cure: 'Split the problem, for example by a scheme, or shorten the horizon.',
  },
  STATE_DAMAGED: {
    cause: 'The snapshots of an agent process were changed or damaged on the disk, so that it cannot be said where the agent was.',
    cure: 'The agent cannot come back into its run: remove the folder and start the run anew. A copy of the folder may be put back only if nothing was said since it was made: behind veils an older one would show what is hidden.',
  },
  STATE_FOREIGN: {
    cause: 'The folder given with --state holds the snapshots of another run, or of the same agents with another configuration.',
    cure: 'Name another folder, or remove this one if nobody needs to come back to it.',
  },
  STATE_IN_USE: {
    cause: 'Another process keeps its snapshots in the folder given with --state.',
    cure: 'Stop that process first, or name another folder.',
  },
  STOPPED: {
    cause: 'You asked to stop (Ctrl-C), or the system asked the program to end.',
    cure: 'Run it again; finished files are whole and nothing half-written was left.',
  },
  STORE_NEWER: {
    cause: 'The database was made by a newer gridflock.',
    cure: 'Run the newer gridflock, or restore a backup into a new database.',
  },
  STORE_UNREACHABLE: {
    cause: 'No PostgreSQL answers at the URL, or it refuses the user.',
    cure: 'Start it, or correct the URL: postgres://user:password@host:5432/name.',
  },
  STORE_UNREADABLE: {
    cause: 'The folder of the embedded database cannot be opened: it belongs to another program or version, or is damaged.',
    cure: 'Give another folder, or restore a backup into a new one.',
  },
  STRATEGY_CANNOT: { cause: 'A strategy does not take events of this sort.', cure: 'Take the strategy that the message names.' },
  STRATEGY_NEEDS_QUADRATIC: {
    cause: 'A strategy that penalises by squares was given no solver for quadratic costs.',
    cure: 'Hand in one as `services.quadratic`, such as outer-approximation, or choose the strategy l-shaped.',
  },
  STUDY_DUPLICATE_ID: {
    cause: 'Two devices have the same id, or a device has an id that the study uses itself.',
    cure: 'Give every device an id of its own.',
  },
  STUDY_EMPTY: { cause: 'The study file is empty.', cure: 'Start from a template: `gridflock new study negotiate > study.yaml`.' },
  STUDY_ISLANDED_DEVICE: {
    cause: 'A device stands at a bus that has no connection to the slack.',
    cure: 'Close a branch, or move the device.',
  },
  STUDY_KIND_MISSING: { cause: 'A kind of study that this version should have is not in the catalogue.', cure: report },
  STUDY_KIND_UNKNOWN: {
    cause: 'The key `study` is missing or names no kind.',
    cure: 'Write `study: negotiate`, or another that `gridflock list studies` shows.',
  },
  STUDY_MISSING_KEY: { cause: 'The study file lacks a key.', cure: 'Add it; `gridflock new study negotiate` writes a commented example.' },
  STUDY_NOT_A_STUDY: {
    cause: 'The file is a network, a list or a single value, not a study.',
    cure: 'Write a study about it: `gridflock new study negotiate --network FILE > study.yaml`.',
  },
  STUDY_NO_SLACK: {
    cause: 'The network does not say where the grid above is connected, and neither does the study.',
    cure: 'Add `upstream: { bus: … }` to the study.',
  },
  STUDY_SYNTAX: {
    cause: 'The study file is not YAML.',
    cure: 'Check the indentation, quotes and brackets of the line named and the one above.',
  },
  STUDY_THREAD_ENDED: {
    cause: 'The thread that ran the study ended without an answer, usually for want of memory.',
    cure: 'Shorten the study or give Node more memory; otherwise report it.',
  },
  STUDY_UNKNOWN_BUS: {
    cause: 'The study names a bus that the network does not have.',
    cure: 'Take the suggestion; `gridflock inspect` shows the ids.',
  },
  STUDY_UNKNOWN_KEY: {
    cause: 'The study file has a key that does not exist, or exists with another unit.',
    cure: 'Take the suggestion; convert the value when the unit differs.',
  },
  STUDY_UNKNOWN_MEMBER: {
    cause: 'A name in the study is not in the catalogue.',
    cure: 'Take the suggestion; `gridflock list` shows all names.',
  },
  STUDY_VALUE_INVALID: {
    cause: 'A value in the study file is of the wrong kind or outside its range.',
    cure: 'Correct it as the message says.',
  },
  SYMBOL_NOT_AFFINE: {
    cause: 'What a device can do or costs bends within the range of an uncertain parameter.',
    cure: 'Make the power uncertain instead of what it is computed from.',
  },
  THREE_PHASE_NOT_FINITE: {
    cause:
      'The admittances of the feeder do not add up to numbers that can be used at the place named, because an impedance there is absurd.',
    cure: 'Look for a length, rating or unit that is out by many powers of ten.',
  },
  THREE_PHASE_PROFILE: {
    cause: 'An element follows a profile that does not exist or is empty, or one of actual values while its own power is 0.',
    cure: 'Give the profile, or give the element a power other than 0 so that its phases know their share.',
  },
  TIME_HORIZON_INVALID: {
    cause: 'The horizon is not a whole number of steps from 1 to 1,000,000.',
    cure: 'Give `steps_count`, or `days_count` with a step that divides the day.',
  },
  TIME_START_INVALID: {
    cause: 'The start does not name one instant in its time zone; on the day that clocks change an hour may be missing or double.',
    cure: 'Write ISO 8601 such as 2025-01-15T00:00, with the offset where an hour is double: 2025-10-26T02:30+02:00.',
  },
  TIME_STEP_INVALID: {
    cause: 'The step is not a whole number of seconds between 1 s and 7 days.',
    cure: 'Use a step such as 15 or 60 minutes.',
  },
  TIME_ZONE_UNKNOWN: { cause: 'The time zone is not known.', cure: 'Use an IANA name such as "Europe/Berlin", "Asia/Shanghai" or "UTC".' },
  TOO_MANY_REQUESTS: {
    cause: 'There were more requests in a minute than the service takes from one client.',
    cure: 'Wait as long as the header Retry-After says.',
  },
  TRACKING_BUS_ISOLATED: {
    cause: 'A resource that is to follow commands, or the point of common coupling itself, stands at a bus out of service.',
    cure: 'Take the bus into service, or leave the resource out.',
  },
  TRACKING_LENGTH: {
    cause:
      'A list of a tracking question is too short or too long: injections per bus, regions and set-points per resource, commands per step.',
    cure: 'Give one value for each, in the order of the network or of the resources.',
  },
  TRACKING_NOT_A_NUMBER: {
    cause: 'A command, an injection or a set-point is not finite, or a weight is not a number above 0.',
    cure: 'Correct the value that the message names; a power that does not matter gets a small weight, not 0.',
  },
  TRACKING_REGION_EMPTY: {
    cause: 'A resource has no power that it could inject: its limits contradict each other.',
    cure: 'Look at the limits of the resource that the message names; a resource that is off has a region of one point, 0.',
  },
  TRACKING_REGION_UNBOUNDED: {
    cause: 'A resource could inject without end: its limits do not close its region.',
    cure: 'Limit active and reactive power, or apparent power.',
  },
  TRACKING_UNKNOWN_BUS: {
    cause: 'A resource or the point of common coupling stands at a bus number that the network does not have.',
    cure: 'Give the position of the bus in the network, counted from 0.',
  },
  TRADE_END_ENERGY: {
    cause: 'A storage cannot hold the energy that it must hold, however it charges.',
    cure: 'Lower its end energy, let it charge from the grid, allow any power instead of on or off, or give it more sources.',
  },
  TRADE_NOT_SOLVED: {
    cause: 'The programme of a trading plan or of a market was not solved.',
    cure: 'Look for prices or powers of very different size; report it with the study if they are sound.',
  },
  TRADE_PRICES_CROSSED: {
    cause: 'In a two-sided market the grid above pays more for energy than it asks.',
    cure: 'Exchange its buy and sell prices, or correct them.',
  },
  TRADE_PRICES_INVALID: {
    cause: 'Prices are not finite numbers, or there are more or fewer than steps.',
    cure: 'Give one price per kWh for every step, or 24 for the hours of the day.',
  },
  TRADE_PROFILE_INVALID: {
    cause: 'The available powers of a source are negative, not finite, or more or fewer than steps.',
    cure: 'Give one power in kW, at least 0, for every step.',
  },
  TRADE_STORAGE_INVALID: {
    cause: 'Parameters of a trading storage contradict each other or make no sense.',
    cure: 'Correct what the message names; mind kW and kWh, and fractions instead of per cent.',
  },
  TRANSPORT_UNUSED: {
    cause: '`--transport` was given to a study whose agents do not talk: it has none, or its scheme solves everything in one place.',
    cure: 'Leave the option out, or choose a scheme that negotiates.',
  },
  TWIN_NO_PLANT: {
    cause: 'A twin was asked for of a study whose agents command no plant.',
    cure: 'Take a study of kind simulate; `gridflock deploy` splits others into processes.',
  },
  TWIN_PROCESS_FAILED: {
    cause: 'The process of an agent of a twin ended with an error of its own, which the message repeats.',
    cure: 'Cure that error. To see all that it says, split the study with `gridflock deploy` and run `gridflock agent` on its file.',
  },
  VERSION_CHANGED: {
    cause: 'A study was changed by somebody else between reading and writing it.',
    cure: 'Read it again, and make the change to what is there now.',
  },
  VERSION_EXPECTED: {
    cause: 'A change of a study does not say which version it was made to.',
    cure: 'Send the ETag of the study as If-Match.',
  },
  VOLT_VAR_INVALID: {
    cause: 'A case of volt/var optimisation is incomplete or contradicts itself: lengths of profiles, ratings, buses, positions of taps.',
    cure: 'Mend the value that the message names.',
  },
};
