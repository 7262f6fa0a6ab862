import { ROOT } from '../../core/api';
import { moment, say, t } from '../../core/i18n';
import { personName, site } from '../../core/site';
import { unitName } from '../../core/units';
import type { Answers, Json, OutlineField, Verdict } from '../../core/types';
import { VERDICT_WORDS, VerdictBadge } from '../../forms/verdict';
import { readable } from '../outline';

interface Props {
  answers: Answers;
  verdicts?: Record<string, Verdict>;
  /** In their order, when they are known. */
  fields?: OutlineField[] | undefined;
}

/** What was answered, with titles, units and verdicts. */
export function AnswersList({ answers, verdicts = {}, fields }: Props) {
  const ids = Object.keys(answers);
  if (ids.length === 0) return null;
  const order = fields?.map((field) => field.id) ?? [];
  const rank = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return (
    <dl class="answers">
      {ids
        .sort((a, b) => rank(a) - rank(b))
        .map((id) => {
          const field = fields?.find((one) => one.id === id);
          const verdict = verdicts[id];
          return (
            <div key={id}>
              <dt>{field ? say(field.title) : readable(id)}</dt>
              <dd>
                <Answered value={answers[id] ?? null} field={field} verdict={verdict} />
              </dd>
            </div>
          );
        })}
    </dl>
  );
}

/** A check says the same as its verdict: one of them is enough. */
function Answered({ value, field, verdict }: { value: Json; field: OutlineField | undefined; verdict: Verdict | undefined }) {
  const isCheck = value === 'pass' || value === 'fail' || value === 'not applicable';
  return (
    <>
      {!(isCheck && verdict && verdict !== 'undefined') && <Answer value={value} field={field} />}
      {verdict && !(isCheck && verdict === 'undefined') && <VerdictBadge verdict={verdict} small />}
    </>
  );
}

const BLOB = /^[0-9a-f]{64}$/;

function Answer({ value, field }: { value: Json; field: OutlineField | undefined }) {
  if (value === null) return <>–</>;
  if (value === true) return <>{t('answer.yes')}</>;
  if (value === false) return <>{t('answer.no')}</>;
  if (field?.kind === 'rows' && Array.isArray(value)) return <RowsTable rows={value} columns={field.columns ?? []} />;
  if (Array.isArray(value)) {
    const blobs = value.some((one) => typeof one === 'string' && BLOB.test(one));
    if (blobs) return <>{value.map((one) => <Answer key={String(one)} value={one} field={field} />)}</>;
    return <>{withUnit(value.map((one) => fixed(one, field)).join(' · '), field)}</>;
  }
  if (typeof value === 'object') return <Judged value={value} />;
  if (typeof value === 'string') return <>{textual(value, field)}</>;
  return <>{withUnit(fixed(value, field), field)}</>;
}

function textual(value: string, field: OutlineField | undefined) {
  if (BLOB.test(value) && field?.kind === 'file') {
    return (
      <a href={`${ROOT}/blobs/${value}`} download>
        {say(field.title)}
      </a>
    );
  }
  if (BLOB.test(value)) {
    return (
      <a href={`${ROOT}/blobs/${value}`} target="_blank" rel="noreferrer">
        <img class="thumb" src={`${ROOT}/blobs/${value}`} alt={field ? say(field.title) : ''} loading="lazy" />
      </a>
    );
  }
  if (value === 'pass' || value === 'fail') return t(`answer.${value}`);
  if (value === 'not applicable') return t('answer.not_applicable');
  if (field?.kind === 'sign') return personName(value);
  if (field?.kind === 'date_time') return moment(value, site.value.time_zone, 0);
  return withUnit(value, field);
}

/** With as many decimals as were measured: 25 was read as 25.000. */
function fixed(value: Json, field: OutlineField | undefined): string {
  if (field?.decimals === undefined || typeof value !== 'number') return String(value);
  const text = value.toFixed(field.decimals);
  return Number(text) === value ? text : String(value);
}

/** What a condition read: `{value, verdict}`, or any other named values. */
function Judged({ value }: { value: Answers }) {
  const verdict = value['verdict'];
  if (!isVerdict(verdict)) return <>{JSON.stringify(value)}</>;
  return <Answered value={value['value'] ?? null} field={undefined} verdict={verdict} />;
}

function isVerdict(value: Json | undefined): value is Verdict {
  return typeof value === 'string' && value in VERDICT_WORDS;
}

function withUnit(value: string, field: OutlineField | undefined): string {
  return field?.unit ? `${value} ${unitName(field.unit)}` : value;
}

function RowsTable({ rows, columns }: { rows: Json[]; columns: OutlineField[] }) {
  return (
    <table class="rows-table">
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id}>{say(column.title)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {columns.map((column) => (
              <td key={column.id}>
                <Answer value={(row as Answers | null)?.[column.id] ?? null} field={column} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Values by name, as a formula read them. */
export function Values({ values }: { values: Answers }) {
  const names = Object.keys(values);
  if (names.length === 0) return null;
  return (
    <dl class="answers">
      {names.map((name) => (
        <div key={name}>
          <dt>{readable(name)}</dt>
          <dd>
            <Answer value={values[name] ?? null} field={undefined} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
