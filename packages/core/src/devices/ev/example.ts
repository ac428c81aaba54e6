/** The charging hub at bus 25 of the eleven-agent case: 100 kVA, 400 kWh to be charged between 18 and 23 h. */
export const example = {
  p_max_kW: 100,
  e_max_kWh: 700,
  e_arrives_kWh: 200,
  e_needed_kWh: 600,
  arrivesAt: '18:00',
  leavesAt: '23:00',
  feedsBack: true,
  s_max_kVA: 100,
};
