import { useEffect, useRef } from 'preact/hooks';

import { isPassing, isSignedOut } from '../core/api';
import { loadEngine } from '../core/engine';
import { loadAgain, startEvents, onChange } from '../core/events';
import { language, t } from '../core/i18n';
import { after, route } from '../core/route';
import { loadSession, session, signedOut } from '../core/session';
import { loadApps, loadPeople, loadSite } from '../core/site';
import engineUrl from '../engine-wasm/engine.wasm?url';
import { lazy } from '../ui/lazy';
import { Notices, notifyError } from '../ui/notices';
import { Idle } from './idle';
import { Lapsed } from './lapsed';
import { Inbox } from './pages/inbox';
import { SignIn } from './pages/sign-in';
import { Shell } from './shell';
import { loadTasks, tasks } from './tasks';

const Setup = lazy(async () => (await import('./pages/setup')).Setup);
const TaskPage = lazy(async () => (await import('./pages/task')).TaskPage);
const StartPage = lazy(async () => (await import('./pages/start')).StartPage);
const Runs = lazy(async () => (await import('./pages/runs')).Runs);
const RunPage = lazy(async () => (await import('./pages/run')).RunPage);
const RecordPage = lazy(async () => (await import('./pages/record')).RecordPage);
const Floor = lazy(async () => (await import('./pages/floor')).Floor);
const People = lazy(async () => (await import('./pages/people')).People);
const Account = lazy(async () => (await import('./pages/account')).Account);
const Station = lazy(async () => (await import('./pages/station')).Station);
const Wall = lazy(async () => (await import('./pages/wall')).Wall);
const Welcome = lazy(async () => (await import('./pages/welcome')).Welcome);

const RETRY_MS = 3000;

export function App() {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () =>
      loadSession().catch((error: unknown) => {
        notifyError(error);
        timer = setTimeout(load, isPassing(error) ? RETRY_MS : RETRY_MS * 5);
      });
    void load();
    return () => clearTimeout(timer);
  }, []);
  const now = session.value;
  return (
    <>
      {route.value.path === '/setup' ? (
        <Setup />
      ) : now === undefined ? (
        <p class="loading">{t('loading')}</p>
      ) : now === null && route.value.path === '/floor' && signedOut.value.station ? (
        <Wall />
      ) : now === null ? (
        <SignIn />
      ) : (
        <SignedIn key={now.person.id} />
      )}
      <Notices />
    </>
  );
}

function SignedIn() {
  useEffect(() => {
    const load = () => Promise.all([loadSite(), loadApps(), loadPeople()]);
    load().catch((error: unknown) => isPassing(error) || isSignedOut(error) || notifyError(error));
    const stopEvents = startEvents();
    const stopListening = onChange((change) => {
      if (change !== 'reset' && change.kind === 'app') loadApps().catch(notifyError);
    });
    // After the first paint: the form page and the engine, so that the first task opens at once.
    const idle = setTimeout(() => {
      TaskPage.prefetch();
      // Known for the case that the network is lost, whichever page was opened.
      if (tasks.peek() === undefined) void loadTasks();
      loadEngine(engineUrl).catch(() => undefined);
    }, 300);
    return () => {
      stopEvents();
      stopListening();
      clearTimeout(idle);
    };
  }, []);
  // Titles of tasks and apps come in the reader's language.
  const spoken = useRef(language.value);
  useEffect(() => {
    if (spoken.current === language.value) return;
    spoken.current = language.value;
    loadApps().catch((error: unknown) => isPassing(error) || isSignedOut(error) || notifyError(error));
    loadAgain();
  }, [language.value]);
  return (
    <>
      <Shell>
        <Page />
      </Shell>
      <Idle />
      <Lapsed />
    </>
  );
}

function Page() {
  const path = route.value.path;
  if (path === '/') return <Inbox />;
  const task = after('/tasks/');
  if (task) return <TaskPage key={task} id={task} />;
  const app = after('/start/');
  if (app) return <StartPage key={app} app={app} />;
  const run = after('/runs/');
  if (run?.endsWith('/record')) return <RecordPage key={run} id={run.slice(0, -'/record'.length)} />;
  if (run) return <RunPage key={run} id={run} />;
  switch (path) {
    case '/runs':
      return <Runs />;
    case '/floor':
      return <Floor />;
    case '/people':
      return <People />;
    case '/account':
      return <Account />;
    case '/station':
      return <Station />;
    case '/welcome':
      return <Welcome />;
    default:
      return <p class="empty">{t('error.gone')}</p>;
  }
}
