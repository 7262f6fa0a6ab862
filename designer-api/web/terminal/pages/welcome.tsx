import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { t, type Key } from '../../core/i18n';
import { apps } from '../../core/site';
import type { List, Run } from '../../core/types';
import { Icon, type IconName } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import '../words';

/** More than that are not counted. */
const COUNTED_MAX = 1000;

const TRY: { to: string; icon: IconName; title: Key; text: Key }[] = [
  { to: '/', icon: 'play', title: 'welcome.try_start', text: 'welcome.try_start_text' },
  { to: '/runs', icon: 'run', title: 'welcome.try_watch', text: 'welcome.try_watch_text' },
  { to: '/station', icon: 'station', title: 'welcome.try_station', text: 'welcome.try_station_text' },
];

/** For someone who is here for the first time. */
export function Welcome() {
  const [runs, setRuns] = useState<number | undefined>(undefined);
  useEffect(() => {
    get<List<Run>>(`/runs?status=waiting&limit=${COUNTED_MAX}`).then((list) => setRuns(list.items.length), notifyError);
  }, []);
  return (
    <div class="page narrow">
      <h1>{t('welcome.title')}</h1>
      <section>
        <h2>{t('welcome.running')}</h2>
        <p>
          {t('welcome.apps', { n: apps.value.length })}
          {runs !== undefined && ` · ${t('welcome.runs', { n: runs })}`}
        </p>
        <ul class="chips">
          {apps.value.map((app) => (
            <li key={app.id}>
              <strong>{app.title}</strong>
              {app.about && <span class="optional">{app.about}</span>}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t('welcome.try')}</h2>
        <ol class="try">
          {TRY.map(({ to, icon, title, text }) => (
            <li key={to}>
              <a class="task task-calm" href={to}>
                <Icon name={icon} size={36} />
                <span class="task-title">{t(title)}</span>
                <span>{t(text)}</span>
              </a>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h2>{t('welcome.learn')}</h2>
        <ul class="learn">
          <li>
            <a href="/docs/tutorial">{t('welcome.tutorial')}</a>
          </li>
          <li>
            <a href="/api/v1/openapi.json">{t('welcome.api')}</a>
          </li>
        </ul>
      </section>
      <a class="button primary wide" href="/">
        {t('welcome.go')}
      </a>
    </div>
  );
}
