/** Which page is shown: the address is the state, so that links, reloads and the back button work. */
import { signal } from '@preact/signals';

export interface Route {
  path: string;
  query: URLSearchParams;
}

export const route = signal<Route>(read());

function read(): Route {
  const { pathname, search } = typeof location === 'undefined' ? { pathname: '/', search: '' } : location;
  return { path: pathname, query: new URLSearchParams(search) };
}

export function go(to: string): void {
  if (to !== location.pathname + location.search) history.pushState(null, '', to);
  arrive();
}

/** The same page with other filters: no new step for the back button. */
export function replace(to: string): void {
  history.replaceState(null, '', to);
  route.value = read();
}

function arrive(): void {
  route.value = read();
  scrollTo(0, 0);
}

/** Follows links inside of the page without loading it again. */
export function startRouting(): void {
  addEventListener('popstate', () => (route.value = read()));
  document.addEventListener('click', (event) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!plain || event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return;
    const elsewhere = link.origin !== location.origin || link.target || link.hasAttribute('download');
    // The help is no page of this application.
    const isServed = /^\/(api|docs)(\/|$)/.test(link.pathname);
    if (elsewhere || isServed || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** The part of the path behind a beginning: `/tasks/` of `/tasks/x` is `x`. */
export function after(beginning: string): string | undefined {
  const path = route.value.path;
  return path.startsWith(beginning) ? decodeURIComponent(path.slice(beginning.length)) : undefined;
}
