import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { t } from '../core/i18n';
import { words } from './notices';

/** A page whose code is loaded when it is first shown; `prefetch` loads it before. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>) {
  let loaded: ComponentType<P> | undefined;
  const fetchPage = async () => (loaded ??= await load());
  function Lazy(props: P) {
    const [, redraw] = useState(0);
    const [problem, setProblem] = useState<unknown>(undefined);
    const get = () => {
      setProblem(undefined);
      fetchPage().then(() => redraw((n) => n + 1), setProblem);
    };
    const there = loaded !== undefined;
    useEffect(() => {
      // By what was drawn: it may have been loaded between then and now.
      if (!there) get();
    }, []);
    if (loaded) {
      const Page = loaded;
      return <Page {...props} />;
    }
    if (problem === undefined) return <p class="loading">{t('loading')}</p>;
    return (
      <div class="empty">
        <p>{words(problem)}</p>
        <button type="button" class="button" onClick={get}>
          {t('again')}
        </button>
      </div>
    );
  }
  return Object.assign(Lazy, { prefetch: () => void fetchPage().catch(() => undefined) });
}
