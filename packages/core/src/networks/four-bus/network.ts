import type { BuiltInNetwork } from '../contract.ts';

const source = 'made up for gridflock; no real feeder';

/** A small low-voltage feeder, made up for tests and documents: a transformer, three cables, one open tie. */
export const fourBus: BuiltInNetwork = {
  name: 'four-bus',
  title: 'four-bus low-voltage feeder, made up',
  source,
  document: {
    gridflock: 'network/1',
    name: 'four-bus',
    source,
    s_base_kVA: 100,
    slacks: {
      columns: ['bus', 'v_set_pu'],
      rows: [['grid', 1.02]],
    },
    buses: {
      all: { v_min_pu: 0.95, v_max_pu: 1.05 },
      columns: ['id', 'v_base_kV', 'p_load_kW', 'q_load_kvar', 'x', 'y'],
      rows: [
        ['grid', 10, 0, 0, 0, 0],
        ['station', 0.4, 0, 0, 1, 0],
        ['farm', 0.4, 12, 3, 2, 1],
        ['mill', 0.4, 20, 8, 2, -1],
      ],
    },
    branches: {
      columns: ['id', 'from', 'to', 'r_ohm', 'x_ohm', 's_max_kVA', 'in_service'],
      rows: [
        ['trafo', 'grid', 'station', 0.016, 0.06, 100, true],
        ['north', 'station', 'farm', 0.08, 0.025, 70, true],
        ['south', 'station', 'mill', 0.05, 0.016, 90, true],
        ['tie', 'farm', 'mill', 0.1, 0.03, 50, false],
      ],
    },
    generators: {
      columns: ['id', 'bus', 'p_min_kW', 'p_max_kW', 'v_set_pu', 'holds_voltage', 'cost'],
      rows: [['supply', 'grid', -100, 100, 1.02, true, { polynomial: [0.3, 0] }]],
    },
  },
};
