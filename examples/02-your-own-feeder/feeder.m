function mpc = feeder
%FEEDER  Twelve buses of a village street, made up for gridflock; no real feeder.
%   Written the way feeders are often kept: loads in kW and kvar, impedances in ohm. The statements at the end turn them
%   into MATPOWER's MW and per unit; gridflock carries those statements out, so the table needs no conversion by hand.

mpc.version = '2';
mpc.baseMVA = 1;

%% bus data: bus 1 is the low-voltage side of the station; loads are the yearly peaks of the houses there
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [  %% (Pd and Qd are in kW and kvar here)
	1	3	0	0	0	0	1	1.02	0	0.4	1	1.05	0.95;
	2	1	0	0	0	0	1	1	0	0.4	1	1.05	0.95;
	3	1	9	2.5	0	0	1	1	0	0.4	1	1.05	0.95;
	4	1	7	2	0	0	1	1	0	0.4	1	1.05	0.95;
	5	1	6	1.5	0	0	1	1	0	0.4	1	1.05	0.95;
	6	1	8	2	0	0	1	1	0	0.4	1	1.05	0.95;
	7	1	5	1	0	0	1	1	0	0.4	1	1.05	0.95;
	8	1	12	4	0	0	1	1	0	0.4	1	1.05	0.95;
	9	1	6	1.5	0	0	1	1	0	0.4	1	1.05	0.95;
	10	1	4	1	0	0	1	1	0	0.4	1	1.05	0.95;
	11	1	5	1.5	0	0	1	1	0	0.4	1	1.05	0.95;
	12	1	3	0.5	0	0	1	1	0	0.4	1	1.05	0.95;
];

%% generator data: the station
%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	1	-1	1.02	1	1	1	-1;
];

%% branch data: a transformer (seen from 0.4 kV), then cables of 150 mm2 (0.206 + 0.080j ohm/km) and 50 mm2
%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [  %% (r and x are in ohm here, rateA in MVA)
	1	2	0.0046	0.0188	0	0.25	0	0	0	0	1	-360	360;
	2	3	0.0206	0.0080	0	0.17	0	0	0	0	1	-360	360;
	3	4	0.0206	0.0080	0	0.17	0	0	0	0	1	-360	360;
	4	5	0.0165	0.0064	0	0.17	0	0	0	0	1	-360	360;
	5	6	0.0206	0.0080	0	0.17	0	0	0	0	1	-360	360;
	6	7	0.0321	0.0042	0	0.09	0	0	0	0	1	-360	360;
	2	8	0.0165	0.0064	0	0.17	0	0	0	0	1	-360	360;
	8	9	0.0206	0.0080	0	0.17	0	0	0	0	1	-360	360;
	9	10	0.0321	0.0042	0	0.09	0	0	0	0	1	-360	360;
	4	11	0.0385	0.0050	0	0.09	0	0	0	0	1	-360	360;
	11	12	0.0257	0.0033	0	0.09	0	0	0	0	1	-360	360;
];

%% convert branch impedances from ohm to p.u.
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X, BR_B, RATE_A, RATE_B, RATE_C, ...
    TAP, SHIFT, BR_STATUS, PF, QF, PT, QT, MU_SF, MU_ST, ...
    ANGMIN, ANGMAX, MU_ANGMIN, MU_ANGMAX] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);

%% convert loads from kW to MW
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
