/** Textbook programmes with known optima, in each format. Sources stand beside them. */

/** Dantzig's transport problem: two plants, three markets. Optimum 153.675. Source: G. B. Dantzig, Linear Programming and Extensions (1963), section 3-3; R. E. Rosenthal, GAMS tutorial (1988). */
export const transportMps = `* Dantzig's transport problem
NAME          TRANSPORT
ROWS
 N  COST
 L  SEATTLE
 L  SANDIEGO
 G  NEWYORK
 G  CHICAGO
 G  TOPEKA
COLUMNS
    SN        COST              .225   SEATTLE          1.000
    SN        NEWYORK          1.000
    SC        COST              .153   SEATTLE          1.000
    SC        CHICAGO          1.000
    ST        COST              .162   SEATTLE          1.000
    ST        TOPEKA           1.000
    DN        COST              .225   SANDIEGO         1.000
    DN        NEWYORK          1.000
    DC        COST              .162   SANDIEGO         1.000
    DC        CHICAGO          1.000
    DT        COST              .126   SANDIEGO         1.000
    DT        TOPEKA           1.000
RHS
    RHS       SEATTLE         350.     SANDIEGO       600.
    RHS       NEWYORK         325.     CHICAGO        300.
    RHS       TOPEKA          275.
ENDATA
`;
export const transportOptimum = 153.675;

/** Wyndor Glass: max 3x + 5y. Optimum 36 at (2, 6). Source: Hillier & Lieberman, Introduction to Operations Research, section 3.1. */
export const wyndorLp = `\\ Wyndor Glass
Maximize
 profit: 3 doors + 5 windows
Subject To
 plant1: doors <= 4
 plant2: 2 windows <= 12
 plant3: 3 doors + 2 windows <= 18
End
`;
export const wyndorMps = `NAME WYNDOR FREE
OBJSENSE
    MAX
ROWS
 N profit
 L plant1
 L plant2
 L plant3
COLUMNS
 doors profit 3 plant1 1
 doors plant3 3
 windows profit 5 plant2 2
 windows plant3 2
RHS
 RHS plant1 4 plant2 12
 RHS plant3 18
ENDATA
`;
export const wyndorCbf = `# Wyndor Glass: rows are b - A x >= 0
VER
1

OBJSENSE
MAX

VAR
2 1
L+ 2

CON
3 1
L+ 3

OBJACOORD
2
0 3
1 5

ACOORD
4
0 0 -1
1 1 -2
2 0 -3
2 1 -2

BCOORD
3
0 4
1 12
2 18
`;
export const wyndorOptimum = 36;

/** Knapsack: values 16, 22, 12, 8, 11, 19, weights 5, 7, 4, 3, 4, 6, capacity 14. Optimum 43 (items 1, 4, 6, by enumeration). */
export const knapsackLp = `Maximize
 value: 16 a + 22 b + 12 c + 8 d + 11 e + 19 f
Subject To
 capacity: 5 a + 7 b + 4 c + 3 d + 4 e + 6 f <= 14
Binaries
 a b c d e f
End
`;
export const knapsackOptimum = 43;

/** Nocedal & Wright, Numerical Optimization (2006), example 16.4: min (x−1)² + (y−2.5)². Optimum 0.8 at (1.4, 1.7). */
export const nocedalQps = `NAME          NOCEDAL
ROWS
 N  obj
 G  c1
 G  c2
 G  c3
COLUMNS
    x  obj  -2.0  c1  1.0
    x  c2  -1.0  c3  -1.0
    y  obj  -5.0  c1  -2.0
    y  c2  -2.0  c3  2.0
RHS
    rhs  obj  -7.25  c1  -2.0
    rhs  c2  -6.0  c3  -2.0
QUADOBJ
    x  x  2.0
    y  y  2.0
ENDATA
`;
export const nocedalLp = `Minimize
 obj: - 2 x - 5 y + 7.25 + [ 2 x ^2 + 2 y ^2 ] / 2
Subject To
 c1: x - 2 y >= -2
 c2: - x - 2 y >= -6
 c3: - x + 2 y >= -2
End
`;
export const nocedalOptimum = 0.8;

/** min x₀ over ‖(3, 4)‖ ≤ x₀: 5. A cone, so today's solvers refuse it. */
export const normCbf = `VER
2
OBJSENSE
MIN
VAR
1 1
F 1
CON
3 1
Q 3
OBJACOORD
1
0 1
ACOORD
1
0 0 1
BCOORD
2
1 3
2 4
`;
