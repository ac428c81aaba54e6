declare const busBrand: unique symbol;
/** Position of a bus in the `buses` of a network or feeder. */
export type BusIndex = number & { readonly [busBrand]?: true };
