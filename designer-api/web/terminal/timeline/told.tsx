/** A fact of the timeline in words: what the kernel's `fact.rs` knows, and plainly anything newer. */
import type { ComponentChildren } from 'preact';

import { now } from '../../core/clock';
import { moment, say, t, type Key } from '../../core/i18n';
import { appTitle, partyName, personName, placeTitle, site } from '../../core/site';
import type { Answers, Fact, Json, Outline, Party, Status, Verdict } from '../../core/types';
import type { IconName } from '../../ui/icons';
import { fieldNamed, readable, stepTitle } from '../outline';
import { AnswersList, Values } from './answers';

interface Told {
  icon: IconName;
  text: string;
  details?: ComponentChildren;
  /** `small`: how it went on, not what someone did. */
  tone: 'plain' | 'small' | 'good' | 'bad';
}

export function told(fact: Fact, outline: Outline | undefined): Told {
  const step = stepTitle(outline, fact.step);
  const say_ = (key: Key, values: Record<string, Json> = {}) =>
    t(key, { step, round: fact.round, ...Object.fromEntries(Object.entries(values).map(([k, v]) => [k, text(v)])) });
  const plain = (icon: IconName, key: Key, values: Record<string, Json> = {}, details?: ComponentChildren): Told => ({
    icon,
    text: say_(key, values),
    tone: 'plain',
    ...(details ? { details } : {}),
  });
  const small = (...line: Parameters<typeof plain>): Told => ({ ...plain(...line), tone: 'small' });
  const read = (of: Json | undefined) => <Values values={object(of)} outline={outline} />;
  switch (fact.what) {
    case 'run_started':
      return plain('play', 'fact.run_started', {}, <AnswersList answers={object(fact['inputs'])} fields={outline?.inputs} />);
    case 'task_opened':
      return small('person', 'fact.task_opened', { to: party(fact['to']) });
    case 'task_claimed':
      return small('person', 'fact.task_claimed', { person: personName(text(fact['person'])) });
    case 'task_returned':
      return small('people', 'fact.task_returned');
    case 'task_completed':
      return completed(fact, outline, say_('fact.task_completed'));
    case 'task_withdrawn':
      return small('bin', 'fact.task_withdrawn');
    case 'late':
      return late(fact, say_('fact.late'));
    case 'decided':
      return decided(fact, outline, say_);
    case 'round_started':
      return small('run', 'fact.round_started');
    case 'rounds_used_up':
      return { ...plain('late', 'fact.rounds_used_up'), tone: 'bad' };
    case 'waiting':
      return plain('clock', 'fact.waiting', {}, waitDetails(fact));
    case 'wait_over':
      return small('clock', fact['late'] === true ? 'fact.wait_late' : 'fact.wait_over');
    case 'message_received':
      return plain('message', 'fact.message_received', { name: fact['name'] ?? '' }, read(fact['body']));
    case 'values_set':
      return plain('table', 'fact.values_set', {}, read(fact['values']));
    case 'found':
      return plain('search', 'fact.found', { n: fact['count'] ?? 0 });
    case 'saved':
      return plain('table', 'fact.saved', { key: fact['key'] ?? '', table: table(outline, fact) }, read(fact['values']));
    case 'held':
      return {
        ...plain('hold', 'fact.held', { target: placeTitle(text(fact['target'])), why: fact['why'] ?? '' }),
        tone: 'bad',
      };
    case 'released':
      return { ...plain('ok', 'fact.released', { target: placeTitle(text(fact['target'])) }), tone: 'good' };
    case 'run_called':
    case 'call_left_running':
      return plain('run', `fact.${fact.what}`, { app: appTitle(text(fact['app'])) });
    case 'call_ended':
      return plain('run', 'fact.call_ended', { outcome: fact['outcome'] ?? '–' }, runLink(fact['run']));
    case 'told':
      return plain('call', 'fact.told', { to: party(fact['to']), text: fact['text'] ?? '' });
    case 'nobody_told':
      return { ...plain('call', 'fact.nobody_told', { message: fact['message'] ?? '' }), tone: 'bad' };
    case 'rest_goes_on':
      return small('run', 'fact.rest_goes_on', { n: fact['left'] ?? 0 });
    case 'turn_waited':
    case 'turn_came':
      return small('hold', `fact.${fact.what}`, { name: fact['name'] ?? '' });
    case 'message_kept':
    case 'message_dropped':
      return plain('message', `fact.${fact.what}`, { name: fact['name'] ?? '' }, read(fact['body']));
    case 'element_added':
      return plain('message', 'fact.element_added', {}, read(fact['element']));
    case 'rest_ended':
    case 'no_more_elements':
      return small('ok', `fact.${fact.what}`);
    case 'branch_withdrawn':
    case 'step_withdrawn':
    case 'skipped':
      return small('bin', `fact.${fact.what}`);
    case 'number_taken':
      return plain('info', 'fact.number_taken', { number: fact['number'] ?? '' });
    case 'removed':
      return plain('bin', 'fact.removed', { key: fact['key'] ?? '', table: table(outline, fact) });
    case 'emitted':
      return plain('message', 'fact.emitted', { name: fact['name'] ?? '' }, read(fact['body']));
    case 'asked':
      return small('message', Number(fact['attempt'] ?? 1) > 1 ? 'fact.asked_again' : 'fact.asked', {
        attempt: fact['attempt'] ?? 1,
      });
    case 'answered':
      return plain('ok', 'fact.answered', {}, read(fact['value']));
    case 'ask_failed':
    case 'step_failed':
      return { ...plain('late', `fact.${fact.what}`, { message: fact['message'] ?? '' }), tone: 'bad' };
    case 'ask_withdrawn':
      return small('bin', 'fact.ask_withdrawn');
    case 'retry_waited':
      return small('clock', 'fact.retry_waited', { attempt: fact['attempt'] ?? 0, of: fact['of'] ?? 0 });
    case 'undoing':
      return { ...plain('run', 'fact.undoing', { n: list(fact['steps']).length }), tone: 'bad' };
    case 'undone':
      return plain('ok', 'fact.undone');
    case 'not_undone':
      return {
        ...plain('late', 'fact.not_undone', {
          steps: list(fact['steps']).map((one) => stepTitle(outline, text(one))).join(', '),
          why: fact['why'] ?? '',
        }),
        tone: 'bad',
      };
    case 'released_by_hand':
      return {
        ...plain('ok', 'fact.released_by_hand', {
          target: placeTitle(text(fact['target'])),
          by: personName(text(fact['by'])),
          why: fact['why'] ?? '',
        }),
        tone: 'good',
      };
    case 'passed_over':
      return { ...plain('bin', 'fact.passed_over', { by: personName(text(fact['by'])), why: fact['why'] ?? '' }), tone: 'bad' };
    case 'answered_for':
      return plain('person', 'fact.answered_for', { by: personName(text(fact['by'])), why: fact['why'] ?? '' });
    case 'value_edited':
      return {
        ...plain('table', 'fact.value_edited', {
          name: fact['name'] ?? '',
          by: personName(text(fact['by'])),
          why: fact['why'] ?? '',
        }, read({ old: fact['old'] ?? null, new: fact['new'] ?? null })),
        tone: 'bad',
      };
    case 'value_recomputed':
      return small('table', 'fact.value_recomputed', { name: fact['name'] ?? '' }, read({ old: fact['old'] ?? null, new: fact['new'] ?? null }));
    case 'rewound':
      return { ...plain('run', 'fact.rewound', { by: personName(text(fact['by'])), why: fact['why'] ?? '' }), tone: 'bad' };
    case 'held_again':
      return { ...plain('hold', 'fact.held_again', { target: placeTitle(text(fact['target'])) }), tone: 'bad' };
    case 'held_back':
      return small('hold', 'fact.held_back', { why: fact['why'] ?? '' });
    case 'let_go':
      return small('play', 'fact.let_go');
    case 'row_fits':
      return plain('table', 'fact.row_fits', { row: fact['rows'] ?? '–' }, read(fact['values']));
    case 'incident':
      return { ...plain('late', 'fact.incident', { message: fact['message'] ?? '' }), tone: 'bad' };
    case 'ended':
      return ended(fact);
    default:
      // A server that is newer than this page: better its word than nothing.
      return { icon: 'info', text: `${step} ${readable(fact.what)}`.trim(), tone: 'plain' };
  }
}

function completed(fact: Fact, outline: Outline | undefined, words: string): Told {
  const verdicts = object(fact['verdicts']) as Record<string, Verdict>;
  const wrong = Object.values(verdicts).some((verdict) => verdict === 'not_ok' || verdict === 'not_decidable');
  const fields = fact.step === null ? undefined : outline?.steps[fact.step]?.fields;
  const sign = fact.step === null ? undefined : outline?.steps[fact.step]?.sign;
  return {
    icon: wrong ? 'not_ok' : 'ok',
    text: sign ? `${words} – “${say(sign)}”` : words,
    details: <AnswersList answers={object(fact['answers'])} verdicts={verdicts} fields={fields} />,
    tone: wrong ? 'bad' : 'good',
  };
}

function late(fact: Fact, words: string): Told {
  const people = Array.isArray(fact['told']) ? fact['told'].map(party) : [];
  const moved = fact['moved_to'];
  const lines = [
    ...(people.length > 0 ? [t('fact.late_told', { to: people.join(', ') })] : []),
    ...(moved ? [t('fact.late_moved', { to: party(moved) })] : []),
  ];
  return { icon: 'late', text: [words, ...lines].join(' · '), tone: 'bad' };
}

function decided(fact: Fact, outline: Outline | undefined, say_: (key: Key, values?: Record<string, Json>) => string): Told {
  const result = fact['result'];
  const word: Key =
    result === true ? 'fact.decided_yes' : result === false ? 'fact.decided_no' : 'fact.decided_unknown';
  return {
    icon: 'run',
    text: say_('fact.decided', { condition: inWords(text(fact['condition']), outline), result: t(word) }),
    details: (
      <>
        <Values values={object(fact['values'])} outline={outline} />
        <p class="fact-more">→ {wayTaken(text(fact['way']), say_)}</p>
      </>
    ),
    tone: 'plain',
  };
}

const WAYS: Record<string, Key> = {
  again: 'way.again',
  end: 'way.end',
  do: 'way.do',
  skip: 'way.skip',
  steps: 'way.steps',
  otherwise: 'way.otherwise',
};

function wayTaken(way: string, say_: (key: Key, values?: Record<string, Json>) => string): string {
  const key = WAYS[way];
  return key ? say_(key) : say_('way.numbered', { way: way.replace(/^way /, '') });
}

/** A condition with the titles of what it reads, outside of its texts in quotes. */
export function inWords(condition: string, outline: Outline | undefined): string {
  return condition.replace(/"[^"]*"|[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)?/gu, (name) => {
    const field = name.startsWith('"') ? undefined : fieldNamed(outline, name);
    return field ? `“${say(field.title)}”` : name;
  });
}

function runLink(run: Json | undefined): ComponentChildren {
  return typeof run === 'string' ? <a href={`/runs/${run}`}>{t('run.open')}</a> : undefined;
}

function ended(fact: Fact): Told {
  const status = text(fact['status']) as Status;
  const outcome = text(fact['outcome']) || t(`status.${status}`);
  const held = Array.isArray(fact['still_held']) ? fact['still_held'].map((one) => placeTitle(text(one))) : [];
  return {
    icon: status === 'finished' ? 'ok' : 'not_ok',
    text: [t('fact.ended', { outcome }), ...(held.length > 0 ? [`${t('floor.holds')}: ${held.join(', ')}`] : [])].join(
      ' · ',
    ),
    tone: status === 'finished' ? 'good' : 'bad',
  };
}

function waitDetails(fact: Fact): ComponentChildren {
  const until = fact['until'];
  const message = fact['message'];
  if (typeof until === 'string') return <p class="optional">→ {moment(until, site.value.time_zone, now.peek())}</p>;
  return message ? <p class="optional">“{text(message)}”</p> : undefined;
}

function table(outline: Outline | undefined, fact: Fact): string {
  const id = text(fact['table']);
  return say(outline?.tables[id]) || readable(id);
}

function party(of: Json | undefined): string {
  return of === undefined || of === null ? '–' : partyName(of as Party);
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function object(value: Json | undefined): Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function text(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
