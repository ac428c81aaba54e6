import type { BuiltInNetwork } from '../contract.ts';

const source = 'made up for gridflock; stands for microgrids whose sources give no wires';

/** Everything behind one transformer: for published microgrids without a network of their own. */
export const microgridNetwork: BuiltInNetwork = {
  name: 'microgrid',
  title: 'one busbar behind a 2 MVA transformer, made up',
  source,
  document: {
    gridflock: 'network/1',
    name: 'microgrid',
    source,
    s_base_kVA: 1000,
    slacks: { columns: ['bus', 'v_set_pu'], rows: [['grid', 1]] },
    buses: {
      all: { v_min_pu: 0.9, v_max_pu: 1.1 },
      columns: ['id', 'v_base_kV', 'p_load_kW', 'q_load_kvar', 'x', 'y'],
      rows: [
        ['grid', 10, 0, 0, 0, 0],
        ['busbar', 0.4, 0, 0, 1, 0],
      ],
    },
    branches: {
      columns: ['id', 'from', 'to', 'r_ohm', 'x_ohm', 's_max_kVA', 'in_service'],
      rows: [['trafo', 'grid', 'busbar', 0.0008, 0.004, 2000, true]],
    },
    generators: {
      columns: ['id', 'bus', 'p_min_kW', 'p_max_kW', 'v_set_pu', 'holds_voltage', 'cost'],
      rows: [['supply', 'grid', -2000, 2000, 1, true, { polynomial: [0.9, 0] }]],
    },
  },
};
