import { feederOfCase } from '../../network/feeder/lift.ts';
import type { Case } from '../../network/network.ts';
import type { Written } from '../contract.ts';
import { columnsOf, type TableName } from './columns.ts';
import { writeConsumers } from './write-consumers.ts';
import { writeCosts } from './write-costs.ts';
import { writeTransformers } from './write-transformers.ts';
import { writeWires } from './write-wires.ts';
import { type Cell, Writing } from './writing.ts';

/** The net of a case: its feeder, or the feeder that its balanced network makes. */
export function writeNet(value: Case): Written {
  const feeder = value.feeder ?? feederOfCase(value);
  const writing = new Writing(feeder);
  for (const bus of feeder.buses) {
    const geo = bus.x === undefined || bus.y === undefined ? null : `{"coordinates": [${bus.x}, ${bus.y}], "type": "Point"}`;
    writing.add('bus', bus.id, {
      vn_kv: bus.v_base_kV,
      type: 'b',
      in_service: true,
      min_vm_pu: bus.v_min_pu ?? null,
      max_vm_pu: bus.v_max_pu ?? null,
      geo,
    });
  }
  writeWires(writing);
  writeTransformers(writing);
  writeConsumers(writing);
  writeCosts(writing, value);
  if (feeder.source !== undefined) writing.losses.add('source of', feeder.name, 'a net has no place for where its numbers come from');
  return { text: textOf(writing), losses: writing.losses.list() };
}

const version = '3.0.0';

/** Each table as a pandas DataFrame, split into columns, index and data. */
function textOf({ feeder, tables }: Writing): string {
  const frames = (Object.keys(columnsOf) as TableName[]).map((name) => {
    const columns: Readonly<Record<string, string>> = columnsOf[name];
    const names = Object.keys(columns);
    const rows = tables.get(name) ?? [];
    const data = rows.map((row) => names.map((column) => row[column] ?? otherwise(columns[column])));
    const object = JSON.stringify({ columns: names, index: rows.map((_, k) => k), data });
    const frame = {
      _module: 'pandas.core.frame',
      _class: 'DataFrame',
      _object: object,
      orient: 'split',
      dtype: columns,
      is_multiindex: false,
      is_multicolumn: false,
    };
    return [name, frame] as const;
  });
  const object = {
    ...Object.fromEntries(frames),
    version,
    format_version: version,
    converged: false,
    OPF_converged: false,
    name: feeder.name,
    f_hz: feeder.frequency_Hz,
    sn_mva: 1,
  };
  const lines = Object.entries(object).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n  "_module": "pandapower.auxiliary",\n  "_class": "pandapowerNet",\n  "_object": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** What stands where a row says nothing: pandas cannot have an empty cell in a column of flags or whole numbers. */
function otherwise(dtype: string): Cell {
  if (dtype === 'bool') return false;
  return dtype === 'uint32' || dtype === 'int64' ? 0 : null;
}
