import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isOver } from './api.ts';
import { useRuns } from './live.ts';
import { ThemeButton } from './parts/theme.ts';
import { hashOf, type Route, routeOf } from './route.ts';
import { NetworkView } from './views/network.ts';
import { NetworksView } from './views/networks.ts';
import { NewStudyView } from './views/new-study.ts';
import { RunView } from './views/run.ts';
import { RunsView } from './views/runs.ts';
import { StudiesView } from './views/studies.ts';
import { StudyView } from './views/study.ts';

const areas = [
  { view: 'runs', title: 'Runs', within: ['runs', 'run'] },
  { view: 'studies', title: 'Studies', within: ['studies', 'study', 'new-study'] },
  { view: 'networks', title: 'Networks', within: ['networks', 'network'] },
] as const;

/** The frame of the page, and in it the view that the address names. */
export function App(): JSX.Element {
  const route = useRoute();
  const { runs, pulse } = useRuns();
  const working_count = [...runs.values()].filter((run) => !isOver(run)).length;
  const area = areas.find(({ within }) => (within as readonly string[]).includes(route.view));
  useEffect(() => {
    document.title = area === undefined ? 'gridflock' : `${area.title} · gridflock`;
  }, [area]);
  return h(
    'div',
    { class: 'frame' },
    h('a', { class: 'skip', href: '#content', onClick: toContent }, 'Skip to content'),
    h(
      'header',
      { class: 'masthead' },
      h('a', { class: 'brand', href: hashOf({ view: 'runs' }) }, 'gridflock'),
      h(
        'nav',
        { 'aria-label': 'Areas' },
        areas.map(({ view, title }) =>
          h(
            'a',
            { key: view, class: 'tab', href: hashOf({ view }), 'aria-current': area?.view === view ? 'page' : undefined },
            title,
            view === 'runs' && working_count > 0 ? h('span', { class: 'count', title: 'waiting or at work' }, working_count) : null,
          ),
        ),
      ),
      h('span', { class: `pulse pulse-${pulse}`, role: 'status' }, pulse === 'live' ? '● live' : '○ no connection'),
      h(ThemeButton, {}),
    ),
    h('main', { id: 'content' }, viewOf(route)),
  );
}

/** Each view is made anew for another thing, so that nothing of the one before is left in it. */
function viewOf(route: Route): JSX.Element {
  switch (route.view) {
    case 'runs':
      return h(RunsView, {});
    case 'run':
      return h(RunView, { key: route.id, id: route.id, part: route.part });
    case 'studies':
      return h(StudiesView, {});
    case 'new-study':
      return h(NewStudyView, { network: route.network });
    case 'study':
      return h(StudyView, { key: route.id, id: route.id, line: route.line });
    case 'networks':
      return h(NetworksView, {});
    case 'network':
      return h(NetworkView, { key: route.id, id: route.id });
    default:
      return h(
        'section',
        null,
        h('h1', { tabIndex: -1 }, 'Nothing is here'),
        h('p', null, h('a', { href: hashOf({ view: 'runs' }) }, 'Go to the runs')),
      );
  }
}

/** The link must not become part of the address, which names the view. */
function toContent(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}

/** The route of the address; after a change the heading has the focus, so that who listens hears where they are. */
function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const onChange = (): void => {
      setRoute(routeOf(location.hash));
      scrollTo(0, 0);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const [isFirst, setIsFirst] = useState(true);
  useEffect(() => {
    if (isFirst) setIsFirst(false);
    else if (route.view !== 'study') document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [route]);
  return route;
}
