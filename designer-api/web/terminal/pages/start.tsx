import { useEffect, useState } from 'preact/hooks';

import { get, isSignedOut, post, Refused } from '../../core/api';
import { say, t } from '../../core/i18n';
import { forget, keep, kept } from '../../core/keep';
import { go } from '../../core/route';
import { ended, session } from '../../core/session';
import type { Answers, Run, Startable } from '../../core/types';
import { FormState } from '../../forms/state';
import { Icon } from '../../ui/icons';
import { notify, notifyError, words } from '../../ui/notices';
import { doneHere, mineOf, tellDone } from '../done';
import { FormPage } from '../form-page';
import { Next } from '../next';
import { useEngine } from '../use-form';

/** The inputs of an app's start button. They are kept on this device until it has started. */
export function StartPage({ app }: { app: string }) {
  const [open, setOpen] = useState<{ app: Startable; state: FormState } | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    load(app).then(setOpen, setProblem);
  }, []);
  const done = doneHere();
  if (done) return <Next done={done} />;
  if (problem !== undefined) {
    return (
      <div class="empty">
        <Icon name="offline" size={64} />
        <p>{words(problem)}</p>
        <a class="button primary" href="/">
          {t('next.tasks')}
        </a>
      </div>
    );
  }
  return open ? <StartForm app={open.app} state={open.state} /> : <p class="loading">{t('loading')}</p>;
}

async function load(id: string): Promise<{ app: Startable; state: FormState }> {
  const station = session.peek()?.station?.id;
  const query = station ? `?station=${encodeURIComponent(station)}` : '';
  const all = (await get<{ items: Startable[] }>(`/apps/startable${query}`)).items;
  const app = all.find((one) => one.app === id);
  if (!app) throw new Error(t('error.gone'));
  const key = `start.${id}`;
  const state = new FormState(app.inputs, kept<Answers>(key) ?? {});
  state.onChange(() => keep(key, state.typed));
  return { app, state };
}

function StartForm({ app, state }: { app: Startable; state: FormState }) {
  const [busy, setBusy] = useState(false);
  useEngine(state, app.app, app.version, null, {});
  const start = async () => {
    setBusy(true);
    try {
      const station = session.value?.station?.id;
      const body = { app: app.app, version: app.version, from_button: true, inputs: state.answers() };
      const run = await post<Run>('/runs', { ...body, ...(station ? { station } : {}) });
      forget(`start.${app.app}`);
      const own = mineOf(run, session.value?.person.id);
      if (own) return go(`/tasks/${own.id}`);
      tellDone({ title: say(app.title), run, started: true });
    } catch (error) {
      if (isSignedOut(error)) ended((error as Refused).problem);
      else if (error instanceof Refused && error.problem.fields) {
        state.tell(error.problem.fields);
        notify(t('task.wrong', { n: error.problem.fields.length }), true);
      } else notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <FormPage
      state={state}
      title={say(app.title)}
      above={t('inbox.start')}
      busy={busy}
      sendLabel={t('task.start')}
      onSend={() => void start()}
    />
  );
}
