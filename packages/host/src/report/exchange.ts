/** Money and messages: who gained what, what crossed the wire, and what stayed with its owner. */
import type { NegotiateResult, Negotiation } from '@gridflock/core';
import { type Html, html } from './html.ts';
import { bytes, fixed, signed } from './page/format.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function ownersPanel(result: NegotiateResult): Html {
  const { owners, currency } = result;
  const widest = Math.max(1e-9, ...owners.map((owner) => Math.abs(owner.gain_cur)));
  const lossy = owners.some((owner) => owner.gain_cur < 0);
  const bar = (gain_cur: number): Html => {
    const size = ((Math.abs(gain_cur) / widest) * (lossy ? 50 : 100)).toFixed(1);
    const side = gain_cur < 0 ? `right:50%;width:${size}%` : `left:${lossy ? 50 : 0}%;width:${size}%`;
    return html`<span class="bar${lossy ? ' centred' : ''}" aria-hidden="true"><i class="${gain_cur < 0 ? 'loss' : 'gain'}" style="${side}"></i></span>`;
  };
  const losers = owners.filter((owner) => owner.gain_cur < -0.005);
  const named = losers.map((owner) => owner.owner).join(', ');
  const sentence =
    owners.length === 0
      ? ''
      : losers.length === 0
        ? 'Nobody is worse off than alone.'
        : losers.every((owner) => owner.devices.length === 0)
          ? `Every owner of a device does at least as well as alone; ${named} ${losers.length === 1 ? 'does' : 'do'} not.`
          : `Worse off than alone: ${named}.`;
  return html`<section class="panel" id="owners" aria-labelledby="h-owners"><h2 id="h-owners">Who gained what</h2>
  <p class="lede">Money over the horizon in ${currency}; positive is received. ${sentence}</p>
  <div class="scroll"><table class="wide narrow-rows"><thead><tr><th scope="col">Owner</th><th scope="col" class="number">Alone</th><th scope="col" class="number">Negotiated</th><th scope="col" class="number">Gain</th><th scope="col" class="bars"><span class="unseen">Gain as a bar</span></th></tr></thead>
  <tbody>${owners.map(
    (owner) =>
      html`<tr><th scope="row">${owner.owner}<small>${owner.devices.join(', ')}</small></th><td class="number" data-label="alone">${fixed(owner.alone_cur, 2)}</td><td class="number" data-label="negotiated">${fixed(owner.negotiated_cur, 2)}</td><td class="number ${owner.gain_cur < -0.005 ? 'bad' : ''}" data-label="gain">${signed(owner.gain_cur, 2)}</td><td class="bars">${bar(owner.gain_cur)}</td></tr>`,
  )}</tbody><tfoot><tr><th scope="row">Sum</th><td class="number" data-label="alone">${fixed(sum(owners.map((owner) => owner.alone_cur)), 2)}</td><td class="number" data-label="negotiated">${fixed(sum(owners.map((owner) => owner.negotiated_cur)), 2)}</td><td class="number" data-label="gain">${signed(sum(owners.map((owner) => owner.gain_cur)), 2)}</td><td></td></tr></tfoot></table></div></section>`;
}

/** What the transport counted, in a sentence. */
export const trafficLede = (negotiation: Negotiation): string =>
  `Every field of every kind of message, as counted by the transport (${negotiation.transport}). ${fixed(negotiation.messages_count)} messages, ${bytes(negotiation.bytes_count)}, ${fixed(negotiation.lost_count)} lost${negotiation.lost_count > 0 && negotiation.converged ? ' and made good' : ''}.`;

export function trafficPanel(traffic: Negotiation['traffic'], lede: string): Html {
  return html`<section class="panel" id="wire" aria-labelledby="h-wire"><h2 id="h-wire">What crossed the wire</h2>
  <p class="lede">${lede}</p>
  <div class="scroll"><table class="wide narrow-rows"><thead><tr><th scope="col">From → to</th><th scope="col">Message</th><th scope="col">Fields</th><th scope="col" class="number">Messages</th><th scope="col" class="number">Data</th></tr></thead>
  <tbody>${traffic.map(
    (line) =>
      html`<tr><th scope="row">${line.from} → ${line.to}</th><td data-label="message">${line.kind}</td><td class="fields">${line.fields.length === 0 ? html`<small>no fields</small>` : line.fields.map((name) => html`<code>${name}</code> `)}</td><td class="number" data-label="messages">${fixed(line.messages_count)}</td><td class="number" data-label="data">${bytes(line.bytes_count)}</td></tr>`,
  )}</tbody><tfoot><tr><th scope="row">Sum</th><td></td><td></td><td class="number" data-label="messages">${fixed(sum(traffic.map((line) => line.messages_count)))}</td><td class="number" data-label="data">${bytes(sum(traffic.map((line) => line.bytes_count)))}</td></tr></tfoot></table></div></section>`;
}

export function keptPanel({ keptAtHome, traffic }: Pick<Negotiation, 'keptAtHome' | 'traffic'>): Html {
  const onWire = new Set(traffic.flatMap((line) => line.fields));
  const kept = keptAtHome.flatMap((entry) => entry.names);
  const leaked = [...new Set(kept.filter((name) => onWire.has(name)))];
  // agents that keep the same names are told together
  const groups = new Map<string, { readonly names: readonly string[]; readonly agents: string[] }>();
  for (const { agent, names } of keptAtHome) {
    const key = JSON.stringify(names);
    const group = groups.get(key) ?? { names, agents: [] };
    group.agents.push(agent);
    groups.set(key, group);
  }
  return html`<section class="panel" id="kept" aria-labelledby="h-kept"><h2 id="h-kept">What stayed at home</h2>
  <p class="lede ${leaked.length === 0 ? 'good' : 'bad'}">${
    keptAtHome.length === 0
      ? 'This result names no private parameters.'
      : leaked.length === 0
        ? `✓ None of the ${fixed(new Set(kept).size)} private names is among the ${fixed(onWire.size)} fields on the wire.`
        : `✕ On the wire although private: ${leaked.join(', ')}.`
  }</p>
  <dl class="kept">${[...groups.values()].map(
    ({ agents, names }) =>
      html`<div><dt>${agents.slice(0, 8).join(', ')}${agents.length > 8 && ` and ${agents.length - 8} more`}</dt><dd>${names.map((name) => html`<code class="${onWire.has(name) ? 'bad' : ''}">${name}</code> `)}</dd></div>`,
  )}</dl></section>`;
}
