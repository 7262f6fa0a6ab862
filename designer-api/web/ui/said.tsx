/** Answers and values as a person would say them, without knowing of which field they are. */
import { t } from '../core/i18n';
import { isPending } from '../core/pending';
import type { Answers, Json, Verdict } from '../core/types';
import { VERDICT_WORDS, VerdictBadge } from '../forms/verdict';

const BLOB = /^[0-9a-f]{64}$/;

/** On one line. */
export function said(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '–';
  if (value === true) return t('answer.yes');
  if (value === false) return t('answer.no');
  if (value === 'pass' || value === 'fail') return t(`answer.${value}`);
  if (value === 'not applicable') return t('answer.not_applicable');
  if (typeof value === 'string' && (isPending(value) || BLOB.test(value))) return t('answer.picture');
  if (Array.isArray(value)) return value.map(said).join(', ');
  if (typeof value !== 'object') return String(value);
  const verdict = verdictOf(value);
  if (verdict) return `${said(value['value'])} ${t(VERDICT_WORDS[verdict])}`;
  return Object.values(value).map(said).join(' / ');
}

/** What was measured or checked comes with its verdict: `{value, verdict}`. */
export function Said({ value }: { value: Json }) {
  const verdict = isObject(value) ? verdictOf(value) : undefined;
  if (!isObject(value) || !verdict) return <>{said(value)}</>;
  return (
    <>
      {said(value['value'])} {verdict !== 'undefined' && <VerdictBadge verdict={verdict} small />}
    </>
  );
}

function isObject(value: Json): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function verdictOf(value: Answers): Verdict | undefined {
  const verdict = value['verdict'];
  return typeof verdict === 'string' && verdict in VERDICT_WORDS ? (verdict as Verdict) : undefined;
}
