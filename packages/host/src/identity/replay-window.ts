/** How far behind the newest counters one may come and still be new. */
const size_count = 128;

/**
 * Which counters of one sender have been taken: the newest 128, and that everything before them is old. Counters have gaps,
 * so it is counters that are kept, not a bit for each number.
 *
 *   new  ⇔  counter > floor, not among those kept, and not before all of them once there are 128
 */
export class ReplayWindow {
  /** In ascending order. */
  private readonly kept = new Float64Array(size_count);
  private kept_count = 0;
  private readonly floor: number;

  /** @param floor - counters up to this one are old */
  constructor(floor: number) {
    this.floor = floor;
  }

  isOld(counter: number): boolean {
    return counter <= this.floor || (this.kept_count === size_count && counter < this.kept[0]!);
  }

  hasTaken(counter: number): boolean {
    const place = this.placeOf(counter);
    return place > 0 && this.kept[place - 1] === counter;
  }

  /** Takes a counter that is new. */
  take(counter: number): void {
    let place = this.placeOf(counter);
    if (this.kept_count === size_count) {
      // the oldest makes room
      this.kept.copyWithin(0, 1, place);
      place--;
    } else this.kept.copyWithin(place + 1, place, this.kept_count++);
    this.kept[place] = counter;
  }

  /** How many of those kept are at most this counter; it is nearly always all of them. */
  private placeOf(counter: number): number {
    let place = this.kept_count;
    while (place > 0 && this.kept[place - 1]! > counter) place--;
    return place;
  }
}
