import type { Heard, Law } from './contract.ts';

/**
 * A law whose rate and command are affine in its states, in what it measures and in what it has heard, and whose payload is linear, written once:
 * every constant term (a reference, a nominal value, a set-point) is multiplied by `one`.
 */
export interface AffineLaw
  extends Pick<Law, 'states' | 'measures' | 'commands' | 'says' | 'startInto' | 'isDue' | 'hearsItself' | 'sayInto'> {
  /** @param one - 1; 0 leaves the linear part, which is the tangent */
  rateInto(x: Float64Array, y: Float64Array, heard: Heard, one: number, rate: Float64Array): void;
  commandInto(x: Float64Array, y: Float64Array, one: number, commands: Float64Array): void;
}

/** The law with its tangents. */
export function affineLaw(law: AffineLaw): Law {
  const { states, measures, commands, says, isDue, hearsItself } = law;
  return {
    states,
    measures,
    commands,
    says,
    ...(isDue === undefined ? {} : { isDue }),
    ...(hearsItself === undefined ? {} : { hearsItself }),
    startInto: (commands, x) => law.startInto(commands, x),
    rateInto: (x, y, heard, rate) => law.rateInto(x, y, heard, 1, rate),
    commandInto: (x, y, commands) => law.commandInto(x, y, 1, commands),
    sayInto: (x, y, said, heard) => law.sayInto(x, y, said, heard),
    tangentInto(_point, { x, y, heard }, out) {
      law.rateInto(x, y, heard, 0, out.rate);
      law.commandInto(x, y, 0, out.commands);
      law.sayInto(x, y, out.said, heard);
    },
  };
}
