import { useEffect, useState } from 'preact/hooks';

import { get, Refused } from '../../core/api';
import { now } from '../../core/clock';
import { fullMoment, say, t } from '../../core/i18n';
import { appTitle, personName, placeTitle, site } from '../../core/site';
import type { Answers, Entry, Fact, Outline, Run, Verdict, Way } from '../../core/types';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { stepTitle, useOutlineOrNone } from '../outline';
import { usePrintHead } from '../print-head';
import { StatusBadge } from '../status';
import { AnswersList, Values } from '../timeline/answers';
import '../timeline/timeline.css';
import { object, text } from '../timeline/told';
import './record.css';
import { timelineAfter } from './run';
import '../words';

/** A run as a document: what was answered, by whom, when, and what was promised. Made to be printed. */
export function RecordPage({ id }: { id: string }) {
  const [found, setFound] = useState<{ run: Run; entries: Entry[] } | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    Promise.all([get<Run>(`/runs/${id}`), timelineAfter(id, 0)]).then(
      ([run, entries]) => setFound({ run, entries }),
      setProblem,
    );
  }, [id]);
  const run = found?.run;
  const read = useOutlineOrNone(run?.app, run?.app_version);
  usePrintHead(run && headOf(run));
  // Without the app's words a record has no limits and no signatures: nobody shall print it by then.
  if (!found || !run || (read === undefined && problem === undefined)) {
    const gone = problem instanceof Refused && problem.problem.status === 404;
    return <p class="empty">{problem === undefined ? t('loading') : gone ? t('error.gone') : words(problem)}</p>;
  }
  const outline = read === 'none' ? undefined : read;
  return (
    <article class="page record">
      <header class="form-head">
        <a class="button square quiet no-print" href={`/runs/${run.id}`} aria-label={t('back')}>
          <Icon name="back" size={32} />
        </a>
        <div>
          <p class="above">{site.value.title}</p>
          <h1>{appTitle(run.app)}</h1>
        </div>
        <StatusBadge status={run.status} />
        <button type="button" class="button no-print" onClick={() => print()}>
          <Icon name="print" size={26} />
          {t('run.print')}
        </button>
      </header>
      <Head run={run} />
      {run.ended_at === null && <p class="banner">{t('record.not_ended')}</p>}
      {!outline && <p class="banner">{t('record.no_app')}</p>}
      {found.entries.map((entry) => (
        <Part key={entry.seq} entry={entry} outline={outline} />
      ))}
      <p class="run-id">{t('record.printed', { at: fullMoment(new Date(now.value).toISOString(), site.value.time_zone) })}</p>
    </article>
  );
}

function headOf(run: Run): { left: string; right: string } {
  return {
    left: `${site.value.title} · ${appTitle(run.app)} · ${t('record.app_version', { n: run.app_version })}`,
    right: `${t('record.run')} ${run.id}`,
  };
}

function Head({ run }: { run: Run }) {
  const zone = site.value.time_zone;
  const ended = run.outcome ?? t(`status.${run.status}`);
  return (
    <dl class="answers record-head">
      <Pair label={t('record.run')} value={run.id} />
      <Pair label={t('record.app')} value={`${appTitle(run.app)}, ${t('record.app_version', { n: run.app_version })}`} />
      {run.station && <Pair label={t('runs.station')} value={placeTitle(run.station)} />}
      <Pair label={t('fact.run_started')} value={`${fullMoment(run.started_at, zone)}, ${personName(run.started_by)}`} />
      {run.ended_at && <Pair label={t('fact.ended', { outcome: ended })} value={fullMoment(run.ended_at, zone)} />}
      {zone && <Pair label={t('record.zone')} value={zone} />}
    </dl>
  );
}

function Pair({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What belongs into a record of all that an entry tells. */
function Part({ entry, outline }: { entry: Entry; outline: Outline | undefined }) {
  return (
    <>
      {entry.facts.map((fact, at) => {
        const key = `${entry.seq}.${at}`;
        switch (fact.what) {
          case 'run_started':
            return <Inputs key={key} inputs={object(fact['inputs'])} outline={outline} />;
          case 'task_completed':
            return <Answered key={key} fact={fact} entry={entry} outline={outline} />;
          case 'values_set':
            return <Computed key={key} title={stepTitle(outline, fact.step)} values={object(fact['values'])} outline={outline} />;
          case 'held':
            return (
              <Line key={key} entry={entry} bad>
                {t('fact.held', { target: placeTitle(text(fact['target'])), why: text(fact['why']) })}
              </Line>
            );
          case 'released':
            return (
              <Line key={key} entry={entry}>
                {t('fact.released', { target: placeTitle(text(fact['target'])) })}
                {entry.note && ` – ${entry.note}`}
              </Line>
            );
          case 'late':
            return (
              <Line key={key} entry={entry} bad>
                {t('fact.late', { step: stepTitle(outline, fact.step) })}
              </Line>
            );
          case 'ended':
            return (
              <Line key={key} entry={entry} bad={fact['status'] !== 'finished'}>
                {t('fact.ended', { outcome: text(fact['outcome']) || t(`status.${text(fact['status']) as Run['status']}`) })}
              </Line>
            );
          default:
            return null;
        }
      })}
    </>
  );
}

function Inputs({ inputs, outline }: { inputs: Answers; outline: Outline | undefined }) {
  if (Object.keys(inputs).length === 0) return null;
  return (
    <section class="record-step">
      <h2>{t('record.inputs')}</h2>
      <AnswersList answers={inputs} fields={outline?.inputs} />
    </section>
  );
}

function Computed({ title, values, outline }: { title: string; values: Answers; outline: Outline | undefined }) {
  return (
    <section class="record-step">
      <h2>{title}</h2>
      <Values values={values} outline={outline} />
    </section>
  );
}

function Answered({ fact, entry, outline }: { fact: Fact; entry: Entry; outline: Outline | undefined }) {
  const step = fact.step === null ? undefined : outline?.steps[fact.step];
  const at = fullMoment(entry.at, site.value.time_zone);
  const person = typeof fact['person'] === 'string' ? personName(fact['person']) : '–';
  const answers = object(fact['answers']);
  const signed = step?.fields?.filter((field) => field.kind === 'sign' && answers[field.id] !== undefined) ?? [];
  const meanings = [...(step?.sign ? [step.sign] : []), ...signed.map((field) => field.meaning ?? field.title)];
  return (
    <section class="record-step">
      <h2>
        {stepTitle(outline, fact.step)}
        {fact.round > 0 && <span class="round">{t('inbox.round', { n: fact.round })}</span>}
      </h2>
      <p class="optional">{t('record.answered', { person, at })}</p>
      <AnswersList answers={answers} verdicts={object(fact['verdicts']) as Record<string, Verdict>} fields={step?.fields} />
      {meanings.map((meaning) => (
        <Signature key={meaning.default} person={person} at={at} meaning={say(meaning)} confirmed={entry.confirmed} />
      ))}
    </section>
  );
}

interface Signed {
  person: string;
  at: string;
  meaning: string;
  confirmed: Way | null | undefined;
}

function Signature({ person, at, meaning, confirmed }: Signed) {
  return (
    <p class="signature">
      <Icon name="sign" size={24} />
      <span>
        {t('record.signed', { person, at, meaning })}
        {confirmed && <span class="optional">{t(`confirmed.${confirmed}`)}</span>}
      </span>
    </p>
  );
}

function Line({ entry, bad, children }: { entry: Entry; bad?: boolean; children: preact.ComponentChildren }) {
  return (
    <p class={`record-line${bad ? ' bad' : ''}`}>
      <time dateTime={entry.at}>{fullMoment(entry.at, site.value.time_zone)}</time>
      <span>
        {children}
        {entry.person && <span class="optional">{personName(entry.person)}</span>}
      </span>
    </p>
  );
}
