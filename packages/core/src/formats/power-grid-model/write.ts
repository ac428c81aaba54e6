import { feederOfCase } from '../../network/feeder/lift.ts';
import type { Case } from '../../network/network.ts';
import type { Written } from '../contract.ts';
import { lossesOfFeeder } from '../feeder-losses.ts';
import { writeConsumers } from './write-consumers.ts';
import { writeTransformers } from './write-transformers.ts';
import { writeWires } from './write-wires.ts';
import { type Component, Writing } from './writing.ts';

/** The input dataset of a case: its feeder, or the feeder that its balanced network makes. */
export function writeDataset(value: Case): Written {
  const feeder = value.feeder ?? feederOfCase(value);
  const writing = new Writing(feeder);
  for (const bus of feeder.buses) {
    writing.add('node', { ...writing.identity('bus', bus.id), u_rated: bus.v_base_kV * 1000 });
    if (bus.v_min_pu !== undefined || bus.v_max_pu !== undefined)
      writing.losses.add('voltage limits of bus', bus.id, 'nodes have none: left out');
    if (bus.x !== undefined || bus.y !== undefined) writing.losses.add('position of bus', bus.id, 'nodes have none: left out');
  }
  writeWires(writing);
  writeTransformers(writing);
  writeConsumers(writing);
  if (feeder.frequency_Hz !== 50) {
    writing.losses.add(
      'frequency of',
      feeder.name,
      `a dataset has none: calculate with system_frequency = ${feeder.frequency_Hz}, not 50; charging keeps its susceptance`,
    );
  }
  if (feeder.source !== undefined) writing.losses.add('source of', feeder.name, 'a dataset has no place for where its numbers come from');
  return { text: textOf(writing.data), losses: [...writing.losses.list(), ...lossesOfFeeder(value)] };
}

/** One component per line. */
function textOf(data: Readonly<Record<string, readonly Component[]>>): string {
  const components = Object.entries(data).map(
    ([name, records]) => `    ${JSON.stringify(name)}: [\n${records.map((record) => `      ${JSON.stringify(record)}`).join(',\n')}\n    ]`,
  );
  const head = ['"version": "1.0"', '"type": "input"', '"is_batch": false', '"attributes": {}'].map((line) => `  ${line},`).join('\n');
  return `{\n${head}\n  "data": {\n${components.join(',\n')}\n  }\n}\n`;
}
