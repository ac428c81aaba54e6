/** What a control would do now, after its delay. */
export interface PendingAction {
  /** Id of the control. */
  readonly control: string;
  /** What is left of its delay. */
  readonly delay_s: number;
  /** In the user's words: what moves from where to where, and why. */
  readonly text: string;
  apply(): void;
}

/** A control that moves in steps: looks at the solved wires and says what it would do. */
export interface StepControl {
  readonly id: string;
  pending(): PendingAction | undefined;
  /** Forgets what it waits for. */
  reset(): void;
}
