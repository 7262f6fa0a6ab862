import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { whenChanged } from '../../core/events';
import { language, say, t, type Key } from '../../core/i18n';
import { may, session } from '../../core/session';
import { apps } from '../../core/site';
import type { FloorView, List, Run, Startable } from '../../core/types';
import { Icon, type IconName } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import './welcome.css';
import '../words';

/** More than that are not counted. */
const COUNTED_MAX = 1000;
const STARTS_MAX = 3;

interface Running {
  /** Under way, newest first. */
  runs: Run[];
  floor: FloorView;
}

/** For someone who is here for the first time. */
export function Welcome() {
  const [running, setRunning] = useState<Running | undefined>(undefined);
  const [starts, setStarts] = useState<Startable[]>([]);
  useEffect(
    () =>
      whenChanged(
        (change) => change.kind === 'run' || change.kind === 'hold',
        async () => {
          try {
            const [runs, floor] = await Promise.all([
              get<List<Run>>(`/runs?status=waiting&limit=${COUNTED_MAX}`),
              get<FloorView>('/floor'),
            ]);
            setRunning({ runs: runs.items, floor });
          } catch (error) {
            notifyError(error);
          }
        },
      ),
    [],
  );
  useEffect(
    () =>
      whenChanged(
        (change) => change.kind === 'app',
        async () => {
          const station = session.peek()?.station?.id;
          const query = station ? `?station=${encodeURIComponent(station)}` : '';
          await get<{ items: Startable[] }>(`/startable${query}`).then((found) => setStarts(found.items), notifyError);
        },
      ),
    [],
  );
  return (
    <div class="page narrow welcome">
      <h1>{t('welcome.title')}</h1>
      <p>{t('welcome.what')}</p>
      <section>
        <h2>{t('welcome.running')}</h2>
        <ul class="facts">
          <Fact icon="table" to="/" text={t('welcome.apps', { n: apps.value.length })} />
          {running && (
            <>
              <Fact icon="run" to="/runs?status=waiting" text={t('welcome.runs', { n: running.runs.length })} />
              <Fact icon="hold" to="/floor" text={t('welcome.holds', { n: running.floor.holds.length })} />
            </>
          )}
        </ul>
        <ul class="apps">
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
          <Try n={1} title="welcome.try_start" text="welcome.try_start_text">
            {starts.length === 0 && <Go to="/" icon="home" text={t('nav.tasks')} />}
            {starts.slice(0, STARTS_MAX).map((start) => (
              <Go key={start.app} to={`/start/${start.app}`} icon="play" text={say(start.title)} />
            ))}
          </Try>
          <Try n={2} title="welcome.try_watch" text="welcome.try_watch_text">
            <Go to={running?.runs[0] ? `/runs/${running.runs[0].id}` : '/runs'} icon="run" text={t('welcome.watch')} />
            <Go to="/floor" icon="floor" text={t('nav.floor')} />
          </Try>
          <Try n={3} title="welcome.try_write" text="welcome.try_write_text">
            <Go to={`/docs/tutorial?lang=${language.value}`} icon="file" text={t('welcome.tutorial')} />
          </Try>
        </ol>
      </section>
      <section>
        <h2>{t('welcome.learn')}</h2>
        <ul class="learn">
          <li>
            <a href={`/docs?lang=${language.value}`}>{t('welcome.docs')}</a>
          </li>
          {may('admin') && (
            <>
              <li>
                <a href="/people">{t('welcome.people')}</a>
              </li>
              <li>
                <a href="/station">{t('welcome.station')}</a>
              </li>
            </>
          )}
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

function Fact({ icon, to, text }: { icon: IconName; to: string; text: string }) {
  return (
    <li>
      <a class="button" href={to}>
        <Icon name={icon} size={24} />
        {text}
      </a>
    </li>
  );
}

interface TryProps {
  n: number;
  title: Key;
  text: Key;
  children: preact.ComponentChildren;
}

function Try({ n, title, text, children }: TryProps) {
  return (
    <li>
      <span class="try-number" aria-hidden="true">
        {n}
      </span>
      <div>
        <h3>{t(title)}</h3>
        <p>{t(text)}</p>
        <div class="try-go">{children}</div>
      </div>
    </li>
  );
}

function Go({ to, icon, text }: { to: string; icon: IconName; text: string }) {
  return (
    <a class="button" href={to}>
      <Icon name={icon} size={24} />
      {text}
    </a>
  );
}
