/** Who wants to know when a connection is lost or back, told only what is new. */
export class Changes {
  private readonly listeners = new Set<(connected: boolean) => void>();
  connected = true;

  readonly onChange = (listener: (connected: boolean) => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  tell(connected: boolean): void {
    if (connected === this.connected) return;
    this.connected = connected;
    for (const listener of this.listeners) listener(connected);
  }
}
