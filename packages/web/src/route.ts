/** Where the page is: the part of the address after `#`. Each view has an address, so that it can be kept, sent and gone back to. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string; readonly part: 'report' | 'files' }
  | { readonly view: 'studies' }
  | { readonly view: 'new-study'; readonly network?: string | undefined }
  | { readonly view: 'study'; readonly id: string; readonly line?: number | undefined }
  | { readonly view: 'networks' }
  | { readonly view: 'network'; readonly id: string }
  | { readonly view: 'nowhere' };

/** `#/studies/ID?line=31` → the route; what is not understood leads nowhere, and the page says so. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [area = '', id, part] = path.split('/').map(decoded);
  const asked = new URLSearchParams(query);
  if (area === '' || area === 'runs') {
    if (id === undefined || id === '') return { view: 'runs' };
    return { view: 'run', id, part: part === 'files' ? 'files' : 'report' };
  }
  if (area === 'studies') {
    if (id === undefined || id === '') return { view: 'studies' };
    if (id === 'new') return { view: 'new-study', network: asked.get('network') ?? undefined };
    const line = Number(asked.get('line'));
    return { view: 'study', id, line: Number.isInteger(line) && line > 0 ? line : undefined };
  }
  if (area === 'networks') return id === undefined || id === '' ? { view: 'networks' } : { view: 'network', id };
  return { view: 'nowhere' };
}

/** The address of a route. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case 'run':
      return `#/runs/${encodeURIComponent(route.id)}${route.part === 'files' ? '/files' : ''}`;
    case 'new-study':
      return `#/studies/new${route.network === undefined ? '' : `?network=${encodeURIComponent(route.network)}`}`;
    case 'study':
      return `#/studies/${encodeURIComponent(route.id)}${route.line === undefined ? '' : `?line=${route.line}`}`;
    case 'network':
      return `#/networks/${encodeURIComponent(route.id)}`;
    case 'studies':
    case 'networks':
      return `#/${route.view}`;
    default:
      return '#/runs';
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
