import { catalog, shapes } from '@gridflock/core';
import type { Action } from '../command.ts';
import { errorTable } from '../error-table.ts';
import { jsonText } from '../json-text.ts';
import { choice } from '../settings.ts';
import { counted, type Style, table } from '../text.ts';

/** One member as it is listed: a name, a sentence, and what else there is to say. */
export interface Listed {
  readonly name: string;
  readonly about: string;
  readonly [more: string]: unknown;
}

/** The catalogue, a family of it, or one member with everything there is to say. */
export const list: Action = async ({ style }, [what, name]) => {
  const families = listed();
  const names = Object.keys(families);
  if (what !== undefined) {
    choice(what, 'WHAT', names);
    const members = families[what] ?? [];
    if (name !== undefined) {
      choice(
        name,
        'NAME',
        members.map((each) => each.name),
      );
      const member = members.find((each) => each.name === name) as Listed;
      return { document: member, text: memberText(member, style), files: [{ name: 'list.json', content: jsonText(member) }] };
    }
    const document = { [what]: members };
    return { document, text: familyText(what, members, style), files: [{ name: 'list.json', content: jsonText(document) }] };
  }
  const text = names
    .filter((name) => name !== 'errors')
    .map((name) => `${style.bold(name)}\n${familyText(name, families[name] ?? [], style)}`);
  text.push(`${style.bold('errors')}\n${counted(families['errors']?.length ?? 0, 'code')}: gridflock list errors`);
  return { document: families, text: text.join('\n\n'), files: [{ name: 'list.json', content: jsonText(families) }] };
};

function listed(): Readonly<Record<string, readonly Listed[]>> {
  return {
    networks: catalog.networks.map((each) => ({ name: each.name, about: each.title, source: each.source })),
    devices: catalog.devices.map((each) => ({ name: each.kind, about: each.title, params: each.params, example: each.example })),
    formulations: catalog.formulations.map((each) => ({ name: each.name, about: each.title })),
    schemes: catalog.schemes.map((each) => ({ name: each.name, about: each.title })),
    strategies: catalog.strategies.map((each) => ({ name: each.name, about: each.title })),
    fronts: catalog.fronts.map((each) => ({ name: each.name, about: each.title, theorem: each.theorem })),
    controllers: catalog.controllers.map((each) => ({
      name: each.name,
      about: each.title,
      theorem: each.theorem,
      params: each.params,
      example: each.example,
    })),
    plants: catalog.plants.map((each) => ({ name: each.name, about: each.title, example: each.example })),
    presets: catalog.presets.map((each) => ({ name: each.name, about: each.title, study: each.study })),
    markets: [],
    studies: catalog.studies.map((each) => ({ name: each.kind, about: each.title })),
    solvers: catalog.solvers.map((each) => ({ name: each.name, about: kindsOf(each), takes: each.takes })),
    formats: catalog.formats.map((each) => ({
      name: each.name,
      about: each.description,
      endings: each.endings,
      reads: true,
      writes: each.write !== undefined,
    })),
    shapes: shapes.map((each) => ({
      name: each.name,
      about: each.about,
      provenance: each.provenance,
      source: each.source,
    })),
    powerflows: [
      ...catalog.powerflows.map((each) => ({ name: each.name, about: powerFlowsAbout[each.name] ?? '' })),
      {
        name: 'three-phase',
        about: 'conductor by conductor: unbalanced feeders, every transformer connection, regulators, capacitors and inverters that act',
      },
    ],
    errors: allErrors(),
  };
}

const powerFlowsAbout: Readonly<Record<string, string>> = {
  newton: 'balanced, any network',
  'radial-sweep': 'balanced, networks without loops',
};

const kindsOf = ({ takes }: (typeof catalog.solvers)[number]): string =>
  `linear${takes.quadratic ? ', quadratic' : ''}${takes.integer ? ', mixed-integer' : ''} programmes${takes.cones.length > 0 ? `; cones: ${takes.cones.join(', ')}` : ''}`;

const allErrors = (): Listed[] => errorTable.map(({ code, cause, cure }) => ({ name: code, about: cause, cure }));

function familyText(what: string, members: readonly Listed[], style: Style): string {
  if (members.length === 0) return style.dim(`no ${what} in this version`);
  const isErrors = what === 'errors';
  return table(
    [{ title: isErrors ? 'code' : '' }, { title: isErrors ? 'cause' : '' }, { title: isErrors ? 'cure' : '' }],
    members.map((each) => [each.name, each.about, isErrors ? String(each['cure'] ?? '') : '']),
    style,
  );
}

/** A device kind shows its parameters: name with unit, default, meaning; anything else its own words. */
function memberText(member: Listed, style: Style): string {
  const theorem = member['theorem'] === undefined ? '' : `\n${style.dim(String(member['theorem']))}`;
  const head = `${style.bold(member.name)}  ${member.about}${theorem}`;
  const params = member['params'] as Readonly<Record<string, { readonly about: string; readonly default?: unknown }>> | undefined;
  if (!params) {
    const more = Object.entries(member).filter(([key]) => !['name', 'about', 'theorem'].includes(key));
    return [head, ...more.map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)].join('\n');
  }
  const example = member['example'] as Readonly<Record<string, unknown>>;
  const rows = Object.entries(params).map(([key, { about, default: preset }]) => [
    key,
    preset === undefined ? 'needed' : String(preset),
    about,
  ]);
  const shown = Object.entries(example).map(([key, value]) => `${key}: ${typeof value === 'string' ? JSON.stringify(value) : value}`);
  return [
    head,
    '',
    table([{ title: 'parameter' }, { title: 'default' }, { title: 'meaning' }], rows, style),
    '',
    style.dim(`example: { kind: ${member.name}, ${shown.join(', ')} }`),
  ].join('\n');
}
