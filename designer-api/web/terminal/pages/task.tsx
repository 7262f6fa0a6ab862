import { useEffect, useRef, useState } from 'preact/hooks';

import { get, isPassing, isSignedOut, post, Refused } from '../../core/api';
import { DraftKeeper } from '../../core/drafts';
import { engineReady } from '../../core/engine';
import { onChange } from '../../core/events';
import { t } from '../../core/i18n';
import { sendLater } from '../../core/outbox';
import { go } from '../../core/route';
import { beforeSignOut, ended, session } from '../../core/session';
import { appTitle, personName } from '../../core/site';
import type { Run, Task, TaskDetail } from '../../core/types';
import { FormState } from '../../forms/state';
import { Due } from '../../ui/due';
import { Icon } from '../../ui/icons';
import { notify, notifyError, words } from '../../ui/notices';
import { keepAwake } from '../device/wakelock';
import { doneHere, tellDone } from '../done';
import { FormPage } from '../form-page';
import { Next } from '../next';
import { SignDialog, type Signature } from '../sign-dialog';
import { useEngine } from '../use-form';

interface Open {
  task: TaskDetail;
  state: FormState;
  draft: DraftKeeper;
}

/** One task: opened, filled in, sent; then what happens next. */
export function TaskPage({ id }: { id: string }) {
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  const load = async () => {
    setProblem(undefined);
    try {
      setOpen(opened(await get<TaskDetail>(`/tasks/${id}`)));
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => void load(), []);
  useEffect(() => keepAwake(), []);
  useEffect(() => () => open?.draft.close(), [open]);
  const done = doneHere();
  if (done) return <Next done={done} />;
  if (problem !== undefined) return <Trouble problem={problem} again={() => void load()} />;
  if (!open) return <p class="loading">{t('loading')}</p>;
  return <TaskForm open={open} reload={() => void load()} />;
}

function opened(task: TaskDetail): Open {
  const draft = new DraftKeeper(task.id, session.peek()?.person.id ?? '', task.draft);
  const state = new FormState(task.form, draft.answers);
  state.onChange((field, value) => draft.change(field, value));
  return { task, state, draft };
}

function Trouble({ problem, again }: { problem: unknown; again(): void }) {
  const gone =
    problem instanceof Refused && ['task-closed', 'not-found', 'run-ended'].includes(problem.problem.code);
  return (
    <div class="empty">
      <Icon name={gone ? 'ok' : 'offline'} size={64} />
      <p>{gone ? t('task.gone') : words(problem)}</p>
      {!gone && (
        <button type="button" class="button" onClick={again}>
          {t('again')}
        </button>
      )}
      <a class="button primary" href="/">
        {t('next.tasks')}
      </a>
    </div>
  );
}

function TaskForm({ open, reload }: { open: Open; reload(): void }) {
  const { task, state, draft } = open;
  const me = session.value?.person.id ?? '';
  const [reserved, setReserved] = useState(task.reserved_by);
  const [signing, setSigning] = useState(false);
  const [busy, setBusy] = useState(false);
  const [gone, setGone] = useState(false);
  useEngine(state, task.app, task.app_version, task.step, task.context);
  useEffect(() => beforeSignOut(() => draft.flush()), [draft]);
  const sending = useRef(false);
  useEffect(() => onChange(() => void (sending.current || look(task, setReserved, setGone))), [task]);

  const barred = task.not_by.includes(me);
  const others = reserved !== null && reserved !== me;
  const needsSignature = () =>
    task.sign !== null || task.form.some((field) => field.kind === 'sign' && state.answers()[field.id] !== undefined);

  const complete = async (signature?: Signature) => {
    setBusy(true);
    // Its own change is no news.
    sending.current = true;
    try {
      await draft.flush();
      const body = { answers: state.answers(), ...(signature ? { signature } : {}) };
      const run = await post<Run>(`/tasks/${task.id}/complete`, body);
      draft.sent();
      tellDone({ title: task.title, run, started: false });
      scrollTo(0, 0);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const failed = (error: unknown) => {
    if (isSignedOut(error)) ended((error as Refused).problem);
    else if (error instanceof Refused && error.problem.fields) {
      state.tell(error.problem.fields);
      notify(t('task.wrong', { n: error.problem.fields.length }), true);
    } else if (error instanceof Refused && error.problem.code === 'signature-needed') setSigning(true);
    else if (isPassing(error)) {
      sendLater({ task: task.id, title: task.title, person: me, version: task.version, answers: state.answers() });
      notify(t('task.queued'));
      go('/');
    } else notifyError(error);
  };
  const send = () => {
    if (state.hasPending()) return notify(t('task.pending'), true);
    if (needsSignature()) setSigning(true);
    else complete().catch(failed);
  };
  const claim = () => {
    if (reserved !== null || barred) return;
    setReserved(me);
    post<Task>(`/tasks/${task.id}/claim`).catch((error: unknown) => {
      if (error instanceof Refused) void look(task, setReserved, setGone);
    });
  };
  const takeOver = async () => {
    try {
      await post(`/tasks/${task.id}/release`);
      await post(`/tasks/${task.id}/claim`);
      reload();
    } catch (error) {
      notifyError(error);
    }
  };
  if (gone) return <Trouble problem={undefined} again={reload} />;
  return (
    <>
      <FormPage
        state={state}
        title={task.title}
        above={appTitle(task.app)}
        due={<Due due={task.due_at} opened={task.opened_at} />}
        show={task.show}
        saving={draft.saving}
        blocked={barred ? t('task.not_you') : undefined}
        notice={
          others && (
            <p class="banner">
              <Icon name="person" size={26} />
              <span>{t('task.reserved', { person: personName(reserved ?? '') })}</span>
              <button type="button" class="button" onClick={() => void takeOver()}>
                {t('task.take_over')}
              </button>
            </p>
          )
        }
        busy={busy}
        sendLabel={t(task.sign !== null ? 'task.sign_send' : 'task.send')}
        onTouch={claim}
        onSend={send}
        {...(reserved === me ? { onGiveBack: () => void giveBack(task, draft) } : {})}
      />
      {!engineReady.value && <p class="field-hint centred">{t('task.no_engine')}</p>}
      {signing && (
        <SignDialog
          meanings={meanings(task, state)}
          busy={busy}
          sign={complete}
          onClose={() => setSigning(false)}
          onFail={(error) => {
            setSigning(false);
            if (isPassing(error)) notify(t('task.sign_offline'), true);
            else failed(error);
          }}
        />
      )}
    </>
  );
}

/** Whether the task is still there, and whose it is. */
async function look(task: Task, setReserved: (by: string | null) => void, setGone: (gone: boolean) => void) {
  try {
    setReserved((await get<TaskDetail>(`/tasks/${task.id}`)).reserved_by);
  } catch (error) {
    const closed = error instanceof Refused && ['task-closed', 'not-found', 'run-ended'].includes(error.problem.code);
    if (closed && !doneHere()) setGone(true);
  }
}

async function giveBack(task: Task, draft: DraftKeeper): Promise<void> {
  try {
    await draft.flush();
    await post(`/tasks/${task.id}/release`);
    go('/');
  } catch (error) {
    notifyError(error);
  }
}

function meanings(task: TaskDetail, state: FormState): string[] {
  const answers = state.answers();
  const fields = task.form.filter((field) => field.kind === 'sign' && answers[field.id] !== undefined);
  const own = fields.map((field) => (field.kind === 'sign' && field.meaning?.default) || field.title.default);
  return task.sign === null ? own : [task.sign, ...own];
}
