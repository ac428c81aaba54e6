import { hashOf, type Route } from './route.ts';

/** Leads to another view, as a link would. */
export const go = (route: Route): void => {
  location.hash = hashOf(route);
};
