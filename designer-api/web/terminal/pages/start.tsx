import { useEffect, useRef, useState } from 'preact/hooks';

import { isSignedOut, post, Refused } from '../../core/api';
import { getCached } from '../../core/cached';
import { forgetStart, keepStart, keptStart } from '../../core/drafts';
import { randomId } from '../../core/ids';
import { sendPending } from '../../core/pending';
import { say, t } from '../../core/i18n';
import { go } from '../../core/route';
import { session } from '../../core/session';
import type { Run, Startable } from '../../core/types';
import { FormState } from '../../forms/state';
import { Icon } from '../../ui/icons';
import { notifyError, words } from '../../ui/notices';
import { doneHere, mineOf, tellDone } from '../done';
import { FormPage, focusFirstWrong } from '../form-page';
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
        <Icon name={problem instanceof NotOffered ? 'info' : 'offline'} size={64} />
        <p>{problem instanceof NotOffered ? problem.message : words(problem)}</p>
        <a class="button primary" href="/">
          {t('next.tasks')}
        </a>
      </div>
    );
  }
  return open ? <StartForm app={open.app} state={open.state} /> : <p class="loading">{t('loading')}</p>;
}

/** No app of that name, or none that this person may start here. */
class NotOffered extends Error {}

async function load(id: string): Promise<{ app: Startable; state: FormState }> {
  const station = session.peek()?.station?.id;
  const query = station ? `?station=${encodeURIComponent(station)}` : '';
  const all = (await getCached<{ items: Startable[] }>(`/startable${query}`)).items;
  const app = all.find((one) => one.app === id);
  if (!app) throw new NotOffered(t('start.not_offered'));
  const me = session.peek()?.person.id ?? '';
  const choices = `/apps/${encodeURIComponent(id)}/choices?version=${app.version}&`;
  const state = new FormState(app.inputs, keptStart(id, me), { choices });
  state.onChange(() => keepStart(id, me, state.typed));
  return { app, state };
}

function StartForm({ app, state }: { app: Startable; state: FormState }) {
  const [busy, setBusy] = useState(false);
  const attempt = useRef<{ said: string; key: string } | undefined>(undefined);
  useEngine(state, app.app, app.version, null, {});
  const start = async () => {
    setBusy(true);
    try {
      const station = session.value?.station?.id;
      const inputs = await sendPending(state.answers());
      const body = { app: app.app, version: app.version, from_button: true, inputs, ...(station ? { station } : {}) };
      // Had the first try arrived without an answer, this is not a second start.
      const said = JSON.stringify(body);
      if (attempt.current?.said !== said) attempt.current = { said, key: randomId() };
      const run = await post<Run>('/runs', body, { key: attempt.current.key });
      forgetStart(app.app, session.peek()?.person.id ?? '');
      const own = mineOf(run, session.value?.person.id);
      if (own) return go(`/tasks/${own.id}`);
      tellDone({ title: say(app.title), run, started: true });
    } catch (error) {
      if (error instanceof Refused && error.problem.fields) {
        state.tell(error.problem.fields);
        focusFirstWrong(state);
      } else if (!isSignedOut(error)) notifyError(error);
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
