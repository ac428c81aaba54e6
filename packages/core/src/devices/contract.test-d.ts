// Never run: `tsc -p tsconfig.tests.json` reads it. Each @ts-expect-error is a promise of the contract.
import type { Coefficient } from '../problem/affine.ts';
import type { DeclarationModel } from '../problem/declare.ts';
import { defineDevice, type ValuesOf } from './contract.ts';

const base = { kind: 'it', title: 'A thing', declare: () => {}, example: {} } as const;

// Numbers and profiles carry their unit, times end in At, flags are free.
defineDevice({
  ...base,
  params: {
    p_max_kW: { type: 'number', about: 'largest power' },
    price_cur_per_kWh: { type: 'profile', about: 'price of energy' },
    leavesAt: { type: 'time', about: 'when it goes' },
    feedsBack: { type: 'flag', default: false, about: 'whether it may' },
  },
});

defineDevice({
  ...base,
  // @ts-expect-error a number without unit
  params: { p_max: { type: 'number', about: 'largest power' } },
});

defineDevice({
  ...base,
  // @ts-expect-error a profile without unit
  params: { price: { type: 'profile', about: 'price of energy' } },
});

defineDevice({
  ...base,
  // @ts-expect-error a unit that is not in the registry
  params: { p_max_MW: { type: 'number', about: 'largest power' } },
});

defineDevice({
  ...base,
  // @ts-expect-error a time whose name does not end in At
  params: { departure: { type: 'time', about: 'when it goes' } },
});

// What `declare` receives follows from the table.
defineDevice({
  ...base,
  params: {
    p_max_kW: { type: 'number', about: 'largest power' },
    p_load_kW: { type: 'profile', about: 'what is drawn' },
    leavesAt: { type: 'time', about: 'when it goes' },
    feedsBack: { type: 'flag', default: false, about: 'whether it may' },
  },
  declare(m, x) {
    const most: number = x.p_max_kW;
    const drawn: Coefficient = x.p_load_kW;
    const step: number = x.leavesAt;
    const may: boolean = x.feedsBack;
    m.input('p_kW', 0, drawn);
    void [most, step, may];
    // @ts-expect-error a profile is not one number
    const one: number = x.p_load_kW;
    // @ts-expect-error not in the table
    const other: unknown = x.p_min_kW;
    void [one, other];
  },
});

export const variablesCarryUnits = (m: DeclarationModel): void => {
  m.input('p_kW', 0, 1);
  m.state('e_kWh', 0, 1, 0);
  // @ts-expect-error an input without unit
  m.input('power', 0, 1);
  // @ts-expect-error a state with a unit that is not in the registry
  m.state('e_MWh', 0, 1, 0);
  // @ts-expect-error a rate needs a state made by this model, not a name
  m.rate('e_kWh', 1);
};

export const valuesAreReadOnly = (x: ValuesOf<{ p_max_kW: { type: 'number'; about: '' } }>): void => {
  // @ts-expect-error values are frozen
  x.p_max_kW = 3;
};
