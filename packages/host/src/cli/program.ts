import { InputError } from '@gridflock/core';
import { Command, CommanderError } from 'commander';
import type { Action } from './command.ts';
import { agent } from './commands/agent.ts';
import { collect } from './commands/collect.ts';
import { compare } from './commands/compare.ts';
import { configShow } from './commands/config-show.ts';
import { convert } from './commands/convert.ts';
import { deploy } from './commands/deploy.ts';
import { enrolBroker, enrolCheck, enrolRevoke, enrolSign } from './commands/enrol.ts';
import { inspect } from './commands/inspect.ts';
import { keysNew, keysShow } from './commands/keys.ts';
import { list } from './commands/list.ts';
import { newStudy } from './commands/new-study.ts';
import { opf } from './commands/opf.ts';
import { powerflow } from './commands/powerflow.ts';
import { run } from './commands/run.ts';
import { scale } from './commands/scale.ts';
import { serve } from './commands/serve.ts';
import { solve } from './commands/solve.ts';
import { twin } from './commands/twin.ts';
import type { Flags } from './settings.ts';
import { usageFault } from './usage.ts';

/** A command line that was understood: what is to be done. */
export interface Task {
  readonly name: string;
  readonly action: Action;
  readonly options: Flags;
  readonly operands: readonly string[];
}

/** What the command line asks for: a task, or a text to print (help, version). */
export type Request = { readonly task: Task } | { readonly text: string; readonly kind: 'help' | 'version' };

/** @throws {InputError} CLI_UNKNOWN_COMMAND, CLI_UNKNOWN_OPTION, CLI_MISSING_ARGUMENT, CLI_TOO_MANY_ARGUMENTS */
export function readCommandLine(args: readonly string[], version: string): Request {
  let task: Task | undefined;
  let printed = '';
  const program = buildProgram(version, (found) => {
    task = found;
  });
  const outputs = { writeOut: (text: string) => void (printed += text), writeErr: () => {} };
  for (const command of allOf(program)) {
    command.configureOutput(outputs);
    command.exitOverride((fault) => {
      throw fault.code.startsWith('commander.help') || fault.code === 'commander.version' ? fault : usageFault(fault, command, program);
    });
  }
  if (args.length === 0) return { text: program.helpInformation(), kind: 'help' };
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.version') return { text: printed, kind: 'version' };
    return { text: printed === '' ? program.helpInformation() : printed, kind: 'help' };
  }
  return task === undefined ? { text: program.helpInformation(), kind: 'help' } : { task };
}

const allOf = (command: Command): Command[] => [command, ...command.commands.flatMap(allOf)];

/** `--out --json` is a forgotten folder, not a folder called "--json". */
function checked(options: Flags): Flags {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'string' || !value.startsWith('--')) continue;
    throw new InputError({
      code: 'CLI_MISSING_VALUE',
      message: `Option "--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}" needs a value, got the option "${value}"`,
    });
  }
  return options;
}

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;

function buildProgram(version: string, found: (task: Task) => void): Command {
  const program = new Command('gridflock')
    .description('Coordinates distributed energy resources as a society of agents.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(false)
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .option('--out <dir>', 'write files; the folder appears whole or not at all')
    .option('--force', 'replace an earlier result')
    .option('--seed <n>', 'start of every random choice (default: 1)')
    .option('--threads <n>', 'cores to use (default: all of the machine)')
    .option('--quiet', 'no progress and no notes on standard error')
    .addHelpText('after', examples('gridflock powerflow ieee33', 'gridflock run --default --out out/first-walk'));

  const add = (parent: Command, usage: string, about: string, action: Action, ...lines: string[]): Command => {
    const command = parent
      .command(usage)
      .description(about)
      .addHelpText('after', examples(...lines));
    const name = [...(parent === program ? [] : [parent.name()]), command.name()].join(' ');
    return command.action(() => {
      found({ name, action, options: checked(command.optsWithGlobals<Flags>()), operands: command.args });
    });
  };

  add(
    program,
    'run [study]',
    'Run a study file of any kind; with --out: result.json, CSV tables and report.html.',
    run,
    'gridflock run study.yaml --out out/monday',
    'gridflock run --default --json > result.json',
  )
    .option('--default', 'run the built-in first walk: the IEEE 33-bus feeder with eleven agents')
    .option(
      '--transport <address>',
      'how agents talk: loop, workers, embedded (an MQTT broker of our own), nats://, mqtt://, or over TLS tls:// (NATS) and mqtts:// (default: as the study says)',
    )
    .option('--identity <file>', 'with --transport: our key, the lists of the operator, the authority of the broker; messages are sealed');

  add(
    program,
    'deploy [study]',
    'Split a study into a folder per process, each with what its agents must know and no more.',
    deploy,
    'gridflock deploy study.yaml --transport nats://127.0.0.1:4222 --out agents',
    'gridflock deploy --default --transport mqtt://127.0.0.1:1883 --gateways 2 --out agents',
  )
    .option('--default', 'split the built-in first walk')
    .option(
      '--transport <address>',
      'the broker that the processes talk over: nats://host:port, mqtt://host:port, tls://host:port (NATS) or mqtts://host:port',
    )
    .option('--gateways <n>', 'hold the agents of all owners in so many processes (default: one for every owner)')
    .option('--collect', 'every agent leaves a letter at the end with what others may know; collect puts them together')
    .option('--run <name>', 'name of the run on the broker (default: made of the study and its inputs)');

  add(
    program,
    'agent <config>',
    'Run the agents of one file as a process on a broker; deploy writes such files.',
    agent,
    'gridflock agent agents/feeder/agents.yaml --state state/feeder --out out/feeder',
    'gridflock agent agents/convener/agents.yaml --json',
  )
    .option('--state <dir>', 'keep snapshots there, so that the process goes on where it was after a crash')
    .option(
      '--identity <file>',
      'our key, the lists of the operator, the authority of the broker; messages are sealed, others held to the lists',
    )
    .option('--desk', 'where the file holds a plant: read changes from standard input, lines such as `load1.scale_frac 1.3`')
    .option('--fsync', 'wait until the disk has each snapshot: needed against a loss of power, not against a crash');

  add(
    program,
    'twin <study>',
    'Run a plant here and each agent that commands it in a process of its own: a twin of hardware in the loop.',
    twin,
    'gridflock twin microgrid.yaml --out out/twin',
    'gridflock twin microgrid.yaml --lockstep --transport nats://127.0.0.1:4222 --json',
  )
    .option(
      '--transport <address>',
      'the broker that they talk over: nats://host:port or mqtt://host:port (default: one of our own, in this process)',
    )
    .option('--lockstep', 'simulated time, the same bytes in as many processes as in one (default: as the study says under live)')
    .option('--one-process', 'in simulated time, all in this process')
    .option('--desk', 'read changes from standard input while it runs: lines such as `load1.scale_frac 1.3`');

  add(
    program,
    'collect <file>',
    'Put the common result of a run together from the letters of its agents: status, prices, rounds, residuals, who is missing.',
    collect,
    'gridflock collect agents/collector.yaml --out out/common',
    'gridflock collect agents/collector.yaml --time-limit 60 --json',
  )
    .option('--state <dir>', 'keep the letters there that were taken (default: letters, beside the file)')
    .option('--time-limit <s>', 'seconds after which the result is made without those who have not written (default: 600)')
    .option('--identity <file>', 'our key, the lists of the operator, the authority of the broker');

  add(
    program,
    'serve',
    'Keep networks, studies, runs and measurements, and answer over HTTP on this machine until Ctrl-C.',
    serve,
    'gridflock serve',
    'gridflock serve --port 9000 --data /var/lib/gridflock --database postgres://gridflock@localhost/grid',
  )
    .option('--port <n>', 'where to listen on this machine; 0 takes any that is free (default: 8420)')
    .option('--data <dir>', 'folder of files and, without --database, of the embedded database (default: gridflock-data)')
    .option('--database <url>', 'PostgreSQL ≥ 15 instead of the embedded database; the password is best given as PGPASSWORD')
    .option('--memory <MiB>', 'heap of one run; a run that needs more fails alone (default: 4096)')
    .option('--time-limit <s>', 'seconds after which a run is stopped (default: 3600)');

  add(
    program,
    'powerflow <network>',
    'AC power flow of a file or a built-in network (gridflock list networks), once or over a time series, balanced or phase by phase.',
    powerflow,
    'gridflock powerflow ieee123 --out out/ieee123',
    'gridflock powerflow feeder.m --profiles day.csv --json',
  )
    .option('--method <name>', 'auto, newton, sweep or three-phase (default: auto)')
    .option('--profiles <file>', 'CSV with a time column and <bus>_p_kW, <bus>_q_kvar (+ into the network) or load_frac')
    .option('--updates <file>', 'power-grid-model: an update batch, one scenario after another')
    .option(
      '--controls <name>',
      'three-phase: regulators, capacitor switches and inverter functions: on, off, or static (delays wait for no later step; default: on)',
    )
    .option('--mode <name>', 'three-phase: snapshot, or the profiles of the feeder itself: daily, yearly or duty (default: snapshot)')
    .option('--steps <n>', 'with --mode: number of steps (default: the whole profile; a day with daily)')
    .option('--step <duration>', 'with --mode: length of a step, such as 15m (default: the step of the profiles)')
    .option('--start <duration>', 'with --mode: where in the profiles to begin, such as 90d (default: 0h)')
    .option('--enforce-q-limits', 'hold generators within their reactive limits')
    .option('--tolerance <pu>', 'largest mismatch that counts as converged (default: 1e-8)')
    .option('--format <name>', 'read the file as this format, whatever it looks like')
    .option('--study-case <name>', 'SimBench: the grid in one of its study cases, such as hL or lPV (default: as it is written)')
    .option('--strict', 'refuse a file of which something was not understood');

  add(
    program,
    'solve <model>',
    'Solve a mathematical programme: MPS, QPS, LP or CBF; linear, convex quadratic or conic, with whole variables or without.',
    solve,
    'gridflock solve model.mps',
    'gridflock solve model.lp --variables --time-limit 60 --json',
  )
    .option('--solver <name>', 'auto, highs, interior-point or outer-approximation (default: auto)')
    .option('--variables', 'show the values of the variables')
    .option('--time-limit <s>', 'seconds after which the best answer so far is given')
    .option('--log', 'tell every iteration on standard error')
    .option('--gap <frac>', 'with whole variables: relative gap between best point and bound that is good enough (default: 1e-6)')
    .option('--format <name>', 'read the file as mps, lp or cbf, whatever it looks like');

  add(
    program,
    'opf <network>',
    'Optimal power flow: least cost or least losses within all limits, and what one more kWh costs at each bus.',
    opf,
    'gridflock opf ieee118',
    'gridflock opf feeder.dss --formulation three-phase-linear --price 0.3 --unbalance 0.02',
  )
    .option(
      '--formulation <name>',
      'ac, soc (relaxation: a bound), dc, lindistflow (radial); phase by phase (radial): three-phase-linear, three-phase-sdp (relaxation) (default: ac)',
    )
    .option('--objective <name>', 'cost or loss (default: cost)')
    .option('--limits <name>', 'what a rating limits, apparent power or current: apparent or current (default: apparent)')
    .option('--coordinates <name>', 'ac: what voltages are written in, polar or rectangular (default: polar)')
    .option('--start <name>', 'ac: where the search starts, flat or the voltages of the case: flat or case (default: flat)')
    .option('--dc-branches <name>', 'reactance (as MATPOWER) or susceptance (as the PGLib baseline) (default: reactance)')
    .option('--no-recover', 'soc, three-phase-sdp: do not look for a power flow where the relaxation is not exact')
    .option('--price <cur/kWh>', 'three-phase: price of a kWh from the source (default: that of the case, or 1)')
    .option('--unbalance <frac>', 'three-phase: largest negative-sequence over positive-sequence voltage, 0.02 for 2 % (default: no limit)')
    .option('--no-ratings', 'three-phase: ratings of lines are no limits')
    .option('--no-feed-back', 'three-phase: nothing is given back to the source')
    .option('--time-limit <s>', 'seconds after which the best point so far is given')
    .option('--format <name>', 'read the file as this format, whatever it looks like')
    .option('--study-case <name>', 'SimBench: the grid in one of its study cases, such as hL or lPV (default: as it is written)')
    .option('--strict', 'refuse a file of which something was not understood');

  add(
    program,
    'scale',
    'Negotiate for millions of devices on this machine: a generated network, plans and prices in shared memory, with a certificate.',
    scale,
    'gridflock scale --nets 10000',
    'gridflock scale --instance feeders --nets 2000 --checkpoint state.bin --json',
  )
    .option('--instance <name>', 'random (a seeded plane of nets) or feeders (the built-in ones joined by ties) (default: random)')
    .option('--nets <n>', 'nets; each has about 100 values on a day of 24 steps (default: 1000)')
    .option('--steps <n>', 'steps of the day (default: 24)')
    .option('--costs <name>', 'quadratic or linear (default: quadratic)')
    .option('--tolerance <frac>', 'both residuals, relative to powers and prices (default: 1e-3)')
    .option('--iterations <n>', 'iterations at most (default: 3000)')
    .option('--memory <n>', 'steps that the acceleration looks back, 0 for none (default: 10)')
    .option('--checkpoint <file>', 'write the state there at the end, on Ctrl-C, and now and then')
    .option('--checkpoint-every <s>', 'seconds between two checkpoints (default: 60)')
    .option('--resume <file>', 'go on from a checkpoint, with the instance it was made of');

  add(
    program,
    'inspect <network>',
    'What is in a network: counts, voltage levels, loops, islands, loads, warnings, dropped elements.',
    inspect,
    'gridflock inspect ieee69',
    'gridflock inspect feeder.m --strict --json',
  )
    .option('--format <name>', 'read the file as this format, whatever it looks like')
    .option('--study-case <name>', 'SimBench: the grid in one of its study cases, such as hL or lPV (default: as it is written)')
    .option('--strict', 'refuse a file of which something was not understood');

  add(
    program,
    'convert <in> <out>',
    'Convert a network from format to format, with the report of what could not be carried over.',
    convert,
    'gridflock convert feeder.dss feeder.yaml',
    'gridflock convert net.json grid.json --to power-grid-model --strict',
  )
    .option('--format <name>', 'read IN as this format, whatever it looks like')
    .option('--study-case <name>', 'SimBench: the grid in one of its study cases, such as hL or lPV (default: as it is written)')
    .option('--to <name>', 'write OUT in this format (default: by its ending)')
    .option('--strict', 'refuse to lose anything, in reading or in writing');

  add(
    program,
    'list [what] [name]',
    'The catalogue: networks, devices, formulations, schemes, controllers, plants, presets, markets, studies, solvers, formats, shapes, powerflows, errors.',
    list,
    'gridflock list',
    'gridflock list devices battery',
  );

  const make = program
    .command('new')
    .description('Something to start from.')
    .addHelpText('after', examples('gridflock new study negotiate > study.yaml', 'gridflock new study negotiate --help'));
  add(
    make,
    'study <kind>',
    'A commented study file, on standard output.',
    newStudy,
    'gridflock new study negotiate --network ieee69 > study.yaml',
    'gridflock new study simulate --preset link-failure > study.yaml',
  )
    .option('--network <name>', 'the network it is about: a file or a built-in name')
    .option('--preset <name>', 'a study file that shows something: gridflock list presets');

  add(
    program,
    'compare <results...>',
    'Put results side by side: result.json files, or the folders that hold them.',
    compare,
    'gridflock compare out/monday out/tuesday',
    'gridflock compare out/*/result.json --json',
  );

  const keys = program
    .command('keys')
    .description('Keys of agents and operators.')
    .addHelpText('after', examples('gridflock keys new house7.key --for agents/house7/agents.yaml', 'gridflock keys show operator.key'));
  const forAgents = (command: Command): Command =>
    command
      .option('--agent <id>', 'print it as the entry of this agent in a list')
      .option('--for <agents.yaml>', 'print it as the entries of all agents of this file');
  forAgents(
    add(
      keys,
      'new <file>',
      'A new secret key, in a file for its owner only; prints what the operator needs of it.',
      keysNew,
      'gridflock keys new house7.key --for agents/house7/agents.yaml > house7.public.yaml',
      'gridflock keys new operator.key',
    ),
  );
  forAgents(
    add(
      keys,
      'show <file>',
      'What everybody may know of a key.',
      keysShow,
      'gridflock keys show operator.key',
      'gridflock keys show house7.key --agent "battery 2"',
    ),
  );

  const enrol = program
    .command('enrol')
    .description("The operator's lists: who takes part, with what limits, and who does not any more.")
    .addHelpText('after', examples('gridflock enrol sign enrolment.yaml --key operator.key', 'gridflock enrol broker --help'));
  const byOperator = '--operator <key>';
  add(
    enrol,
    'sign <list>',
    'Sign a list of agents or a revocation list in its file, as a new version.',
    enrolSign,
    'gridflock enrol sign enrolment.yaml --key operator.key',
    'gridflock enrol sign revocations.yaml --key operator.key --json',
  ).option('--key <file>', 'the key file of the operator');
  add(
    enrol,
    'check <list>',
    'Look whether a list of agents is the one that the operator has signed, and what it says.',
    enrolCheck,
    'gridflock enrol check enrolment.yaml --operator ed25519:…',
    'gridflock enrol check enrolment.yaml --operator ed25519:… --json',
  ).option(byOperator, 'the public key of the operator');
  add(
    enrol,
    'revoke <revocations>',
    'Add an agent or a key to a revocation list, and sign it; running processes take it up.',
    enrolRevoke,
    'gridflock enrol revoke revocations.yaml --agent "battery 2" --why stolen --key operator.key',
    'gridflock enrol revoke revocations.yaml --public-key ed25519:… --key operator.key',
  )
    .option('--agent <id>', 'the agent that is not to be believed any more')
    .option('--public-key <key>', 'the key that is not to be believed any more, whoever uses it')
    .option('--why <text>', 'a word about the reason')
    .option('--key <file>', 'the key file of the operator');
  add(
    enrol,
    'broker <list>',
    'The configuration of a broker that lets everybody read and speak as the list says, over TLS.',
    enrolBroker,
    'gridflock enrol broker enrolment.yaml --kind nats --operator ed25519:… --cert broker.pem --cert-key broker.key --out broker',
    'gridflock enrol broker enrolment.yaml --kind mosquitto --operator ed25519:… --cert broker.pem --cert-key broker.key --out broker',
  )
    .option('--kind <name>', 'nats or mosquitto')
    .option(byOperator, 'the public key of the operator')
    .option('--revocations <file>', 'leave out whom this list revokes')
    .option('--cert <file>', 'certificate of the broker')
    .option('--cert-key <file>', 'key of its certificate')
    .option('--client-ca <file>', 'ask clients for a certificate of this authority')
    .option('--host <address>', 'address to listen at (default: 0.0.0.0)')
    .option('--port <n>', 'port to listen at (default: 4222 for nats, 8883 for mosquitto)');

  const config = program
    .command('config')
    .description('Settings.')
    .addHelpText('after', examples('gridflock config show', 'GRIDFLOCK_SEED=7 gridflock config show --json'));
  add(
    config,
    'show',
    'Effective settings with their origin: default, environment or flag.',
    configShow,
    'gridflock config show',
    'GRIDFLOCK_SEED=7 gridflock config show --json',
  );
  return program;
}
