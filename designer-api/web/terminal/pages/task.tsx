import { useEffect, useRef, useState } from 'preact/hooks';

import { isPassing, isSignedOut, online, post, Refused } from '../../core/api';
import { getCached, lastAnswer } from '../../core/cached';
import { DraftKeeper, forgetDraft, keptDraft } from '../../core/drafts';
import { engineReady } from '../../core/engine';
import { onChange } from '../../core/events';
import { randomId } from '../../core/ids';
import { say, t } from '../../core/i18n';
import { sendLater } from '../../core/outbox';
import { sendPending } from '../../core/pending';
import { go } from '../../core/route';
import { beforeSignOut, isMine, lapsed, may, session } from '../../core/session';
import { appTitle, partyName, personName } from '../../core/site';
import type { Answers, Change, Field, Outline, Run, Task, TaskButton, TaskDetail } from '../../core/types';
import { FormState } from '../../forms/state';
import { Dialog } from '../../ui/dialog';
import { Due } from '../../ui/due';
import { Icon } from '../../ui/icons';
import { notify, notifyError, words } from '../../ui/notices';
import { keepAwake } from '../device/wakelock';
import { doneHere, tellDone } from '../done';
import { focusFirstWrong, FormPage, type Shown } from '../form-page';
import { Leftovers } from '../leftovers';
import { Next } from '../next';
import { fieldNamed, useOutline } from '../outline';
import { SignDialog, type Signature } from '../sign-dialog';
import { forgetTask } from '../tasks';
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
  const [left, setLeft] = useState<Left | undefined>(undefined);
  const load = async () => {
    setProblem(undefined);
    try {
      setOpen(opened(await getCached<TaskDetail>(`/tasks/${id}`)));
    } catch (error) {
      if (isGone(error)) setLeft(await leftOf(id));
      setProblem(error);
    }
  };
  useEffect(() => void load(), []);
  useEffect(() => keepAwake(), []);
  useEffect(
    () => () => {
      open?.draft.leave();
      open?.draft.close();
    },
    [open],
  );
  const done = doneHere();
  if (done) return <Next done={done} />;
  if (problem !== undefined) return <Trouble id={id} problem={problem} left={left} again={() => void load()} />;
  if (!open) return <p class="loading">{t('loading')}</p>;
  const { task, state } = open;
  return (
    <TaskForm
      key={task.version}
      open={open}
      reload={() => void load()}
      onGone={(error) => {
        setLeft({ answers: state.typed, fields: task.form });
        setProblem(error);
      }}
    />
  );
}

function opened(task: TaskDetail): Open {
  const draft = new DraftKeeper(task, session.peek()?.person.id ?? '');
  const state = new FormState(task.form, draft.answers, { ...task, choices: `/tasks/${task.id}/choices?` });
  state.onChange((field, value) => draft.change(field, value));
  draft.onMet(({ adopted, contested, answers, person }) => {
    state.adopt(answers, adopted);
    state.contest(new Map(contested.map((field) => [field, { value: answers[field], person }])));
  });
  return { task, state, draft };
}

/** What was typed into a task that is gone. */
interface Left {
  answers: Answers;
  fields?: Field[] | undefined;
}

async function leftOf(id: string): Promise<Left | undefined> {
  const kept = keptDraft(id, session.peek()?.person.id ?? '');
  const task = await lastAnswer<TaskDetail>(`/tasks/${id}`);
  return kept && { answers: kept.answers, fields: task?.form };
}

function isGone(error: unknown): boolean {
  return error instanceof Refused && ['task-closed', 'not-found', 'run-ended'].includes(error.problem.code);
}

interface TroubleProps {
  id: string;
  problem: unknown;
  left: Left | undefined;
  again(): void;
}

function Trouble({ id, problem, left, again }: TroubleProps) {
  const gone = isGone(problem);
  const drop = () => {
    forgetDraft(id, session.peek()?.person.id ?? '');
    go('/');
  };
  return (
    <div class="page narrow">
      <div class="empty">
        <Icon name={gone ? 'info' : 'offline'} size={64} />
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
      {gone && left && Object.keys(left.answers).length > 0 && (
        <Leftovers answers={left.answers} fields={left.fields} onDrop={drop} />
      )}
    </div>
  );
}

/** What was tried to be sent. */
interface Attempt {
  /** As it was typed; photos may have been on their way. */
  typed: string;
  answers: Answers;
  key: string;
}

interface FormProps {
  open: Open;
  reload(): void;
  onGone(error: unknown): void;
}

function TaskForm({ open, reload, onGone }: FormProps) {
  const { task, state, draft } = open;
  const me = session.value?.person.id ?? '';
  const [reserved, setReserved] = useState(task.reserved_by);
  const [{ title, show }, setSaid] = useState<Pick<Task, 'title' | 'show'>>(task);
  const [signing, setSigning] = useState(false);
  const [busy, setBusy] = useState(false);
  useEngine(state, task.app, task.app_version, task.step, task.context);
  const outline = useOutline(task.app, task.app_version);
  const sending = useRef(false);
  const attempt = useRef<Attempt | undefined>(undefined);
  /** The button that was pressed, where the form has several. */
  const pressed = useRef<TaskButton | undefined>(undefined);
  /** Fields whose warning was seen and is meant. */
  const seen = useRef<string[]>([]);
  const [warned, setWarned] = useState<{ field: string; message: string }[]>([]);

  /** Whether the task is still there, whose it is, and what others typed into it. */
  const look = async () => {
    if (sending.current) return;
    try {
      const now = await getCached<TaskDetail>(`/tasks/${task.id}`);
      setReserved(now.reserved_by);
      setSaid(now);
      draft.meet(now.draft);
    } catch (error) {
      if (isGone(error) && !sending.current && !doneHere()) onGone(error);
    }
  };
  // A draft that was saved here is no news either.
  const isOwn = (change: Change | 'reset') =>
    change !== 'reset' && change.kind === 'draft' && (change.version ?? 0) <= draft.version;
  useEffect(() => onChange((change) => void (concerns(change, task) && !isOwn(change) && look())), [task]);
  useEffect(() => keepOnLeave(draft), [draft]);

  const others = reserved !== null && reserved !== me;
  const needsSignature = () =>
    task.sign !== null || task.form.some((field) => field.kind === 'sign' && state.answers()[field.id] !== undefined);

  /** The same answers again are the same form: had the first try arrived, this gets its answer. */
  const attemptNow = (): Attempt => {
    const button = pressed.current;
    const answers = button?.without_answers ? { [button.field]: button.answer } : state.answers();
    const typed = JSON.stringify([answers, seen.current]);
    if (attempt.current?.typed !== typed) attempt.current = { typed, answers, key: randomId() };
    return attempt.current;
  };
  const complete = async (signature?: Signature) => {
    setBusy(true);
    // Its own change is no news.
    sending.current = true;
    const now = attemptNow();
    try {
      await draft.flush();
      now.answers = await sendPending(now.answers);
      const body = {
        answers: now.answers,
        ...(signature ? { signature } : {}),
        ...(seen.current.length > 0 ? { warnings_seen: seen.current } : {}),
        ...(state.confirmed.size > 0 ? { confirm: Object.fromEntries(state.confirmed) } : {}),
      };
      const run = await post<Run>(`/tasks/${task.id}/complete`, body, { key: signature ? randomId() : now.key });
      draft.sent();
      forgetTask(task.id);
      tellDone({ title: task.title, run, started: false });
      scrollTo(0, 0);
    } catch (error) {
      if (error instanceof Refused && error.problem.fields) draft.refused(now.answers);
      throw error;
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const queue = () => {
    const { key, answers } = attemptNow();
    sendLater({ key, task: task.id, title: task.title, person: me, answers });
    notify(t('task.queued'));
    go('/');
  };
  const failed = (error: unknown) => {
    if (!isPassing(error)) stay();
    // Signed out: the page waits for the person, and their answers with it.
    if (isSignedOut(error)) return;
    // Which of the two proofs was wrong is not said; the second person gives theirs again.
    if (error instanceof Refused && error.problem.code === 'wrong-credentials') state.confirmed.clear();
    if (error instanceof Refused && error.problem.fields) {
      state.tell(error.problem.fields);
      focusFirstWrong(state);
    } else if (error instanceof Refused && error.problem.code === 'signature-needed') setSigning(true);
    else if (isGone(error)) onGone(error);
    else if (isPassing(error)) queue();
    else {
      notifyError(error);
      void look();
    }
  };
  const send = (button?: TaskButton) => {
    pressed.current = button;
    seen.current = [];
    const warnings = button?.without_answers ? [] : state.warnings();
    if (warnings.length > 0) return setWarned(warnings);
    goOn();
  };
  const goOn = () => {
    if (needsSignature()) {
      if (online.value) return setSigning(true);
      stay();
      return notify(t('task.sign_offline'), true);
    }
    if (!online.value) {
      // A second person's proof is for the server alone.
      if (state.confirmed.size > 0 || seen.current.length > 0) {
        return notify(t('task.sign_offline'), true);
      }
      return queue();
    }
    complete().catch(failed);
  };
  /** Nothing is sent: a button that hides all fields lets go of them. */
  const stay = () => {
    if (pressed.current?.without_answers) state.unpress(pressed.current);
  };
  const claim = () => {
    if (reserved !== null || blocked !== undefined) return;
    setReserved(me);
    post<Task>(`/tasks/${task.id}/claim`).catch((error: unknown) => {
      if (error instanceof Refused) void look();
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
  const giveBack = async () => {
    try {
      await draft.flush();
      await post(`/tasks/${task.id}/release`);
      go('/');
    } catch (error) {
      notifyError(error);
    }
  };
  const blocked = blockedBecause(task, me);
  return (
    <>
      <FormPage
        state={state}
        title={title}
        above={appTitle(task.app)}
        due={<Due due={task.due_at} opened={task.opened_at} />}
        show={named(show, task, outline)}
        saving={draft.saving}
        blocked={blocked}
        locked={others}
        notice={
          others && (
            <p class="banner">
              <Icon name="person" size={26} />
              <span>{t('task.reserved', { person: personName(reserved) })}</span>
              {may('supervise') && blocked === undefined && (
                <button type="button" class="button" onClick={() => void takeOver()}>
                  {t('task.take_over')}
                </button>
              )}
            </p>
          )
        }
        busy={busy}
        sendLabel={t(task.sign !== null ? 'task.sign_send' : 'task.send')}
        onTouch={claim}
        onSend={send}
        buttons={task.buttons ?? []}
        pages={task.pages}
        {...(reserved === me ? { onGiveBack: () => void giveBack() } : {})}
      />
      {!engineReady.value && <p class="field-hint centred">{t('task.no_engine')}</p>}
      {warned.length > 0 && (
        <Dialog title={t('warn.title')} onClose={() => setWarned([])}>
          <ul>
            {warned.map(({ field, message }) => (
              <li key={field}>{message}</li>
            ))}
          </ul>
          <button
            type="button"
            class="button primary wide"
            onClick={() => {
              seen.current = warned.map(({ field }) => field);
              setWarned([]);
              goOn();
            }}
          >
            {t('warn.send')}
          </button>
          <button type="button" class="button wide" onClick={() => setWarned([])}>
            {t('cancel')}
          </button>
        </Dialog>
      )}
      {signing && (
        <SignDialog
          meanings={meanings(task, state, outline, pressed.current)}
          busy={busy}
          sign={complete}
          onClose={() => {
            stay();
            setSigning(false);
          }}
          onFail={(error) => {
            setSigning(false);
            if (isPassing(error)) {
              stay();
              notify(t('task.sign_offline'), true);
            } else failed(error);
          }}
        />
      )}
    </>
  );
}

/** Why this person may look at the task and not answer it. The server decides; this says it before they type. */
function blockedBecause(task: Task, me: string): string | undefined {
  if (task.not_by.includes(me)) return t('task.not_you');
  if (!isMine(task.to) && !may('supervise')) return t('task.not_yours', { to: partyName(task.to) });
  return undefined;
}

function concerns(change: Change | 'reset', task: Task): boolean {
  return change === 'reset' || change.task === task.id || (change.kind === 'run' && change.run === task.run);
}

/** What was typed is on the server before the page, the tablet or the person is gone. */
function keepOnLeave(draft: DraftKeeper): () => void {
  const hidden = () => void (document.visibilityState === 'hidden' && draft.leave());
  const gone = () => draft.leave();
  document.addEventListener('visibilitychange', hidden);
  addEventListener('pagehide', gone);
  const stops = [
    beforeSignOut(() => draft.flush()),
    online.subscribe((up) => void (up && draft.flush())),
    lapsed.subscribe((out) => void (out === undefined && draft.flush())),
  ];
  return () => {
    document.removeEventListener('visibilitychange', hidden);
    removeEventListener('pagehide', gone);
    for (const stop of stops) stop();
  };
}

/** What is shown, with the fields that it was asked in: their titles and options in the reader's language, their units. */
function named(show: Task['show'], task: TaskDetail, outline: Outline | undefined): Shown[] {
  const formulas = outline?.steps[task.step]?.show ?? [];
  if (formulas.length !== show.length) return show;
  return show.map((one, at) => ({ ...one, field: fieldNamed(outline, formulas[at] ?? '') }));
}

/** What is promised, in the reader's language; where a sentence shows a value, as the server filled it in. */
function meanings(task: TaskDetail, state: FormState, outline: Outline | undefined, button?: TaskButton): string[] {
  const answers = state.answers();
  const fields = task.form.filter((field) => field.kind === 'sign' && answers[field.id] !== undefined);
  const own = fields.map((field) => (field.kind === 'sign' && say(field.meaning)) || say(field.title));
  if (task.sign === null) return own;
  const sign = say(outline?.steps[task.step]?.sign);
  const meant = sign && !sign.includes('{') ? sign : task.sign;
  // Who refuses signs something else than who accepts.
  return [button ? `${say(button.title)}: ${meant}` : meant, ...own];
}
