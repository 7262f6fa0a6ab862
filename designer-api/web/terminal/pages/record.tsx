import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { now } from '../../core/clock';
import { fullMoment, say, t } from '../../core/i18n';
import { appTitle, personName, placeTitle, site } from '../../core/site';
import type { Entry, Fact, Outline, Run, Verdict } from '../../core/types';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { stepTitle, useOutline } from '../outline';
import { StatusBadge } from '../status';
import { AnswersList } from '../timeline/answers';
import { object } from '../timeline/told';
import { wholeTimeline } from './run';
import '../words';

/** A run as a document: what was answered, by whom, when, and what was promised. Made to be printed. */
export function RecordPage({ id }: { id: string }) {
  const [found, setFound] = useState<{ run: Run; entries: Entry[] } | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    Promise.all([get<Run>(`/runs/${id}`), wholeTimeline(id)]).then(
      ([run, entries]) => setFound({ run, entries }),
      setProblem,
    );
  }, [id]);
  const outline = useOutline(found?.run.app, found?.run.app_version);
  if (!found) return <p class="empty">{problem === undefined ? t('loading') : words(problem)}</p>;
  const { run, entries } = found;
  const zone = site.value.time_zone;
  const inputs = entries.flatMap((entry) => entry.facts).find((fact) => fact.what === 'run_started');
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
      <dl class="answers record-head">
        <Pair label={t('record.run')} value={run.id} />
        <Pair label={t('fact.run_started')} value={`${fullMoment(run.started_at, zone)}, ${personName(run.started_by)}`} />
        {run.station && <Pair label={t('runs.station')} value={placeTitle(run.station)} />}
        {run.ended_at && (
          <Pair
            label={t('fact.ended', { outcome: run.outcome ?? t(`status.${run.status}`) })}
            value={fullMoment(run.ended_at, zone)}
          />
        )}
      </dl>
      {inputs && Object.keys(object(inputs['inputs'])).length > 0 && (
        <section>
          <h2>{t('record.inputs')}</h2>
          <AnswersList answers={object(inputs['inputs'])} fields={outline?.inputs} />
        </section>
      )}
      {entries.flatMap((entry) =>
        entry.facts
          .filter((fact) => fact.what === 'task_completed')
          .map((fact) => (
            <Answered key={`${entry.seq}-${fact.step}`} fact={fact} at={fullMoment(entry.at, zone)} outline={outline} />
          )),
      )}
      <p class="optional print-only">{t('record.printed', { at: fullMoment(new Date(now.peek()).toISOString(), zone) })}</p>
    </article>
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

function Answered({ fact, at, outline }: { fact: Fact; at: string; outline: Outline | undefined }) {
  const step = fact.step === null ? undefined : outline?.steps[fact.step];
  const person = typeof fact['person'] === 'string' ? personName(fact['person']) : '–';
  return (
    <section class="record-step">
      <h2>
        {stepTitle(outline, fact.step)}
        {fact.round > 1 && <span class="round">{t('inbox.round', { n: fact.round })}</span>}
      </h2>
      <p class="optional">{t('record.answered', { person, at })}</p>
      <AnswersList
        answers={object(fact['answers'])}
        verdicts={object(fact['verdicts']) as Record<string, Verdict>}
        fields={step?.fields}
      />
      {step?.sign && (
        <p class="signature">
          <Icon name="sign" size={24} />
          {t('record.signed', { person, at, meaning: say(step.sign) })}
        </p>
      )}
    </section>
  );
}
