import type { FeederTables } from '../feeder-tables.ts';

/**
 * Configurations, segments, loads and devices of the 13-node test feeder as its document lists them. The substation transformer is left out, as in the
 * published solution: 1 pu at node 650.
 */
export const ieee13Tables: FeederTables = {
  name: 'ieee13',
  source:
    'IEEE PES Distribution System Analysis Subcommittee, IEEE 13 Node Test Feeder; W. H. Kersting, Radial distribution test feeders, IEEE Trans. Power Systems 6(3):975-985, 1991',
  v_base_kV: 4.16,
  supply: { bus: '650', e_pu: 1 },
  otherVoltages_kV: { '634': 0.48 },
  configurations: {
    '601': {
      phases: 'abc',
      r_ohm_per_mile: [0.3465, 0.156, 0.3375, 0.158, 0.1535, 0.3414],
      x_ohm_per_mile: [1.0179, 0.5017, 1.0478, 0.4236, 0.3849, 1.0348],
      b_uS_per_mile: [6.2998, -1.9958, 5.9597, -1.2595, -0.7417, 5.6386],
    },
    '602': {
      phases: 'abc',
      r_ohm_per_mile: [0.7526, 0.158, 0.7475, 0.156, 0.1535, 0.7436],
      x_ohm_per_mile: [1.1814, 0.4236, 1.1983, 0.5017, 0.3849, 1.2112],
      b_uS_per_mile: [5.699, -1.0817, 5.1795, -1.6905, -0.6588, 5.4246],
    },
    '603': {
      phases: 'bc',
      r_ohm_per_mile: [1.3294, 0.2066, 1.3238],
      x_ohm_per_mile: [1.3471, 0.4591, 1.3569],
      b_uS_per_mile: [4.7097, -0.8999, 4.6658],
    },
    '604': {
      phases: 'ac',
      r_ohm_per_mile: [1.3238, 0.2066, 1.3294],
      x_ohm_per_mile: [1.3569, 0.4591, 1.3471],
      b_uS_per_mile: [4.6658, -0.8999, 4.7097],
    },
    '605': { phases: 'c', r_ohm_per_mile: [1.3292], x_ohm_per_mile: [1.3475], b_uS_per_mile: [4.5193] },
    '606': {
      phases: 'abc',
      r_ohm_per_mile: [0.7982, 0.3192, 0.7891, 0.2849, 0.3192, 0.7982],
      x_ohm_per_mile: [0.4463, 0.0328, 0.4041, -0.0143, 0.0328, 0.4463],
      b_uS_per_mile: [96.8897, 0, 96.8897, 0, 0, 96.8897],
    },
    '607': { phases: 'a', r_ohm_per_mile: [1.3425], x_ohm_per_mile: [0.5124], b_uS_per_mile: [88.9912] },
  },
  segments: [
    ['RG60', '632', 2000, '601'],
    ['632', '645', 500, '603'],
    ['632', '633', 500, '602'],
    ['645', '646', 300, '603'],
    ['684', '652', 800, '607'],
    ['632', '671', 2000, '601'],
    ['671', '684', 300, '604'],
    ['671', '680', 1000, '601'],
    ['684', '611', 300, '605'],
    ['692', '675', 500, '606'],
  ],
  switches: [['671', '692', true]],
  transformers: [{ id: 'XFM1', from: '633', to: '634', connections: ['wye', 'wye'], s_rated_kVA: 500, r_frac: 0.011, x_frac: 0.02 }],
  regulators: [
    {
      id: 'RG60',
      from: '650',
      to: 'RG60',
      phases: 'abc',
      v_set_V: 122,
      band_V: 2,
      ptRatio: 20,
      ctRating_A: 700,
      r_V: [3, 3, 3],
      x_V: [9, 9, 9],
      delay_s: 15,
    },
  ],
  capacitors: [
    ['675', 200, 200, 200],
    ['611', 0, 0, 100],
  ],
  loads: [
    ['634', 'Y-PQ', 160, 110, 120, 90, 120, 90],
    ['645', 'Y-PQ', 0, 0, 170, 125, 0, 0],
    ['646', 'D-Z', 0, 0, 230, 132, 0, 0],
    ['652', 'Y-Z', 128, 86, 0, 0, 0, 0],
    ['671', 'D-PQ', 385, 220, 385, 220, 385, 220],
    ['675', 'Y-PQ', 485, 190, 68, 60, 290, 212],
    ['692', 'D-I', 0, 0, 0, 0, 170, 151],
    ['611', 'Y-I', 0, 0, 0, 0, 170, 80],
  ],
  distributedLoads: [['632', '671', 'Y-PQ', 17, 10, 66, 38, 117, 68]],
};
