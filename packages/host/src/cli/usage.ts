import { didYouMean, InputError } from '@gridflock/core';
import type { Command, CommanderError } from 'commander';

/** Turns what commander says into an error of ours, with the nearest name. */
export function usageFault(fault: CommanderError, command: Command, program: Command): InputError {
  const path = pathOf(command, program);
  const name = /'([^']*)'/.exec(fault.message)?.[1] ?? '';
  const help = `See \`${path} --help\`.`;
  switch (fault.code) {
    case 'commander.unknownCommand': {
      const known = command.commands.map((each) => each.name());
      return new InputError({
        code: 'CLI_UNKNOWN_COMMAND',
        message: `Command "${path.replace(/^gridflock ?/, '')} ${name}"`.replace('" ', '"') + ' does not exist',
        hint: withAll(name, known),
      });
    }
    case 'commander.unknownOption': {
      const known = [...command.options, ...program.options].flatMap((option) => option.long ?? []);
      return new InputError({
        code: 'CLI_UNKNOWN_OPTION',
        message: `Option "${name}" does not exist`,
        where: path,
        hint: `${didYouMean(name.split('=')[0] ?? name, [...new Set(known), '--help'])?.replace(/^Known:.*/, '') ?? ''} ${help}`.trim(),
      });
    }
    case 'commander.missingArgument':
      return new InputError({
        code: 'CLI_MISSING_ARGUMENT',
        message: `${name.toUpperCase()} is missing`,
        where: path,
        hint: help,
      });
    case 'commander.optionMissingArgument':
      return new InputError({
        code: 'CLI_MISSING_VALUE',
        message: `Option "${name}" needs a value`,
        where: path,
        hint: help,
      });
    case 'commander.excessArguments':
      return new InputError({
        code: 'CLI_TOO_MANY_ARGUMENTS',
        message: `Too many arguments: ${fault.message.replace(/^error: too many arguments( for '[^']*')?\. ?/, '').replace(/\.$/, '')}`,
        where: path,
        hint: help,
      });
    default:
      return new InputError({
        code: 'CLI_INVALID_USAGE',
        message: fault.message.replace(/^error: /, ''),
        where: path,
        hint: help,
      });
  }
}

function pathOf(command: Command, program: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names[0] === program.name() ? names.join(' ') : [program.name(), ...names].join(' ');
}

/** The nearest name and all there are. */
export function withAll(wrong: string, known: readonly string[]): string {
  const near = didYouMean(wrong, known);
  const all = `There are: ${known.join(', ')}.`;
  return near?.startsWith('Did') ? `${near} ${all}` : all;
}
