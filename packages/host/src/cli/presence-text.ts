import type { PresenceChange } from '../transports/attendance.ts';

const changeText: Readonly<Record<PresenceChange['state'], string>> = {
  here: 'is here',
  silent: 'has gone silent',
  back: 'is back',
  done: 'is done',
  left: 'has left before the end',
};

/** Who came, went or is done, in a sentence. */
export const presenceText = ({ agent: id, state }: PresenceChange): string => `"${id}" ${changeText[state]}`;
