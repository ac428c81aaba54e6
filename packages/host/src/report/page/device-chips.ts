/** Where the letters of the devices stand beside their buses, so that nothing covers anything. Pure. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Stack {
  readonly at: Point;
  /** −1 is up (or left, in an upright drawing). */
  readonly preferred: 1 | -1;
  /** How far it reaches away from its bus, and how wide it is, with and without the owners' names. */
  readonly length: readonly [number, number];
  readonly breadth: readonly [number, number];
}

export interface PlacedStack {
  readonly side: 1 | -1;
  /** From the middle of the bus to the beginning of the stack. */
  readonly distance: number;
  readonly named: boolean;
  readonly rect: Rect;
}

const overlap = (a: Rect, b: Rect): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/**
 * Each stack at the nearest free place on either side of its bus; the owners' names are left out before it moves away.
 *
 * @param first - distance from the middle of a bus to a stack that is not moved
 * @param across - the axis along which stacks grow, and the room there is on it
 */
export function placeStacks(
  stacks: readonly Stack[],
  obstacles: readonly Rect[],
  first: number,
  across: { readonly axis: 'x' | 'y'; readonly low: number; readonly high: number },
): PlacedStack[] {
  const placed: PlacedStack[] = [];
  const rectOf = ({ at, length, breadth }: Stack, side: number, distance: number, named: boolean): Rect => {
    const long = length[named ? 0 : 1];
    const half = breadth[named ? 0 : 1] / 2;
    const near = at[across.axis] + side * distance;
    const far = near + side * long;
    const [low, high] = side > 0 ? [near, far] : [far, near];
    return across.axis === 'y'
      ? { x0: at.x - half, x1: at.x + half, y0: low, y1: high }
      : { x0: low, x1: high, y0: at.y - half, y1: at.y + half };
  };
  const free = (rect: Rect): boolean =>
    rect[`${across.axis}0`] >= across.low &&
    rect[`${across.axis}1`] <= across.high &&
    !obstacles.some((obstacle) => overlap(rect, obstacle)) &&
    !placed.some((other) => overlap(rect, other.rect));
  for (const stack of stacks) {
    const sides = [stack.preferred, -stack.preferred] as (1 | -1)[];
    const candidates = Array.from({ length: 16 }, (_, k) => first + 11 * k).flatMap((distance) =>
      [true, false].flatMap((named) => sides.map((side) => ({ side, distance, named, rect: rectOf(stack, side, distance, named) }))),
    );
    placed.push(
      candidates.find(({ rect }) => free(rect)) ?? {
        side: sides[0]!,
        distance: first,
        named: false,
        rect: rectOf(stack, sides[0]!, first, false),
      },
    );
  }
  return placed;
}

/** At most two lines of at most `letters` letters, broken between words. */
export function wrapped(text: string, letters: number): string[] {
  const cut = (line: string): string => (line.length > letters ? `${line.slice(0, Math.max(1, letters - 1))}…` : line);
  if (text.length <= letters) return [text];
  const words = text.split(' ');
  let first = words.shift() ?? '';
  while (words.length > 0 && first.length + 1 + words[0]!.length <= letters) first += ` ${words.shift()}`;
  return words.length === 0 ? [cut(first)] : [cut(first), cut(words.join(' '))];
}
