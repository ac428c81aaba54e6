import { type AgentId, type Observation, sizeOnWire_count } from './role.ts';

export interface TrafficRow {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly fields: readonly string[];
  readonly messages_count: number;
  readonly bytes_count: number;
}

/**
 * Listens to everything that crosses the wire and counts it per pair of role names, kind and set of fields.
 * This is how the claim "private data stays at home" is checked: by the names of the fields that did cross.
 */
export class Wiretap {
  private readonly rows = new Map<
    string,
    { from: string; to: string; kind: string; fields: string[]; messages_count: number; bytes_count: number }
  >();
  private readonly roleOf: (id: AgentId) => string;
  messages_count = 0;
  bytes_count = 0;
  lost_count = 0;

  /** @param roleOf - the role's name of an agent, to group by */
  constructor(roleOf: (id: AgentId) => string) {
    this.roleOf = roleOf;
  }

  readonly observe = ({ from, to, message, fate }: Observation): void => {
    const bytes = sizeOnWire_count(message);
    this.messages_count++;
    this.bytes_count += bytes;
    if (fate === 'lost') this.lost_count++;
    const fields = Object.keys(message.body);
    const key = `${this.roleOf(from)}|${this.roleOf(to)}|${message.kind}|${fields.join(',')}`;
    const row = this.rows.get(key);
    if (row) {
      row.messages_count++;
      row.bytes_count += bytes;
    } else {
      this.rows.set(key, {
        from: this.roleOf(from),
        to: this.roleOf(to),
        kind: message.kind,
        fields,
        messages_count: 1,
        bytes_count: bytes,
      });
    }
  };

  traffic(): readonly TrafficRow[] {
    return [...this.rows.values()].sort((a, b) => b.bytes_count - a.bytes_count || (a.kind < b.kind ? -1 : 1));
  }
}
