import type { Law } from '../controllers/contract.ts';
import type { DevicePort } from '../controllers/control-role.ts';
import { devicePlaces } from './device-places.ts';
import type { Run } from './run.ts';

/**
 * A device of a running plant, for an agent that samples it: asking for a measurement lets the plant go on to that moment first. Whoever asks first moves it, so
 * many agents share one run; their clocks are one clock.
 * @throws {InputError} SIMULATION_UNKNOWN_NAME when the plant has not what the law measures or commands
 */
export function liveDevice(run: Run, device: string, law: Law): DevicePort {
  const { plant } = run;
  const { measureAt, commandAt } = devicePlaces(plant, device, law);
  const outputs = new Float64Array(plant.outputs.length);
  return {
    measureInto(now_s, y) {
      run.advance(now_s);
      run.outputsInto(outputs);
      for (let k = 0; k < y.length; k++) y[k] = outputs[measureAt[k]];
    },
    command(now_s, values) {
      run.advance(now_s);
      for (let k = 0; k < values.length; k++) run.command(commandAt[k], values[k]);
    },
  };
}
