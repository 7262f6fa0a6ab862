import { ROOT } from '../../core/api';
import { moment, say, t } from '../../core/i18n';
import { personName, site } from '../../core/site';
import { unitName } from '../../core/units';
import type { Answers, Json, Outline, OutlineField, Verdict } from '../../core/types';
import { VERDICT_WORDS, VerdictBadge } from '../../forms/verdict';
import { fieldNamed, readable } from '../outline';
import { fixed, shortened } from './numbers';

interface Props {
  answers: Answers;
  verdicts?: Record<string, Verdict>;
  /** In their order, when they are known. */
  fields?: OutlineField[] | undefined;
}

/** What was answered, with titles, units, limits and verdicts. */
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
          const value = answers[id] ?? null;
          return (
            <div key={id} class={isWide(value, field) ? 'answer-wide' : undefined}>
              <dt>{field ? say(field.title) : readable(id)}</dt>
              <dd>
                <Answered value={value} field={field} verdict={verdicts[id]} />
                {field && <Limits field={field} />}
              </dd>
            </div>
          );
        })}
    </dl>
  );
}

function isWide(value: Json, field: OutlineField | undefined): boolean {
  return field?.kind === 'rows' || (typeof value === 'string' && value.length > 80 && !BLOB.test(value));
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

/** What was asked of a measured value. */
function Limits({ field }: { field: OutlineField }) {
  const { lower, upper } = field.limits ?? {};
  if (lower === undefined && upper === undefined) return null;
  const unit = unitName(field.unit);
  const range =
    lower === undefined
      ? t('range.to', { upper: upper ?? '' })
      : upper === undefined
        ? t('range.from', { lower })
        : t('range.between', { lower, upper });
  return (
    <span class="limits">
      {t('record.limits', { range: `${range} ${unit}`.trim() })}
      {field.target !== undefined && ` · ${t('measure.target', { target: `${field.target} ${unit}`.trim() })}`}
      {field.uncertainty !== undefined && ` · ${t('measure.uncertainty', { u: `${field.uncertainty} ${unit}`.trim() })}`}
    </span>
  );
}

const BLOB = /^[0-9a-f]{64}$/;

/** One value, as the field says it: in the reader's language, with its unit. */
export function Answer({ value, field }: { value: Json; field: OutlineField | undefined }) {
  if (value === null) return <>–</>;
  if (value === true) return <>{t('answer.yes')}</>;
  if (value === false) return <>{t('answer.no')}</>;
  if (field?.kind === 'rows' && Array.isArray(value)) return <RowsTable rows={value} columns={field.columns ?? []} />;
  if (Array.isArray(value)) return <Several values={value} field={field} />;
  if (typeof value === 'object') return <Judged value={value} field={field} />;
  if (typeof value === 'string') return <Textual value={value} field={field} />;
  return <Amount value={value} field={field} />;
}

function Several({ values, field }: { values: Json[]; field: OutlineField | undefined }) {
  const blobs = values.some((one) => typeof one === 'string' && BLOB.test(one));
  if (blobs) return <>{values.map((one) => <Answer key={String(one)} value={one} field={field} />)}</>;
  const texts = values.map((one) => chosen(one, field) ?? (typeof one === 'number' && field?.decimals !== undefined ? fixed(one, field.decimals) : String(one)));
  return <span>{withUnit(texts.join(' · '), field)}</span>;
}

function Amount({ value, field }: { value: number | string; field: OutlineField | undefined }) {
  const short = shortened(value);
  // A mean has more digits than its samples; a value that was typed has not.
  const text = typeof value === 'number' && field?.decimals !== undefined && !short.whole ? fixed(value, field.decimals) : short.text;
  return <span {...(short.whole ? { title: short.whole } : {})}>{withUnit(text, field)}</span>;
}

function Textual({ value, field }: { value: string; field: OutlineField | undefined }) {
  if (BLOB.test(value)) return <BlobLink blob={value} field={field} />;
  const option = chosen(value, field);
  if (option !== undefined) return <>{option}</>;
  if (value === 'pass' || value === 'fail') return <>{t(`answer.${value}`)}</>;
  if (value === 'not applicable') return <>{t('answer.not_applicable')}</>;
  if (field?.kind === 'sign') return <>{personName(value)}</>;
  if (field?.kind === 'date_time') return <>{moment(value, site.value.time_zone, 0)}</>;
  if (field && field.kind !== 'measure' && field.kind !== 'number') return <span class="said">{value}</span>;
  return <Amount value={value} field={field} />;
}

/** An option in the reader's language; kept is that of the app's first. */
function chosen(value: Json, field: OutlineField | undefined): string | undefined {
  const option = field?.from?.find((text) => text.default === value);
  return option && say(option);
}

function BlobLink({ blob, field }: { blob: string; field: OutlineField | undefined }) {
  const title = field ? say(field.title) : '';
  if (field?.kind === 'file') {
    return (
      <a class="button" href={`${ROOT}/blobs/${blob}`} download>
        {title}
      </a>
    );
  }
  return (
    <a href={`${ROOT}/blobs/${blob}`} target="_blank" rel="noreferrer">
      <img class="thumb" src={`${ROOT}/blobs/${blob}`} alt={title} />
    </a>
  );
}

/** What a condition read: `{value, verdict}`, or any other named values. */
function Judged({ value, field }: { value: Answers; field: OutlineField | undefined }) {
  const verdict = value['verdict'];
  if (!isVerdict(verdict)) return <>{JSON.stringify(value)}</>;
  return <Answered value={value['value'] ?? null} field={field} verdict={verdict} />;
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
            <th key={column.id} scope="col">
              {say(column.title)}
            </th>
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

/** Values by name, as a formula read them or a step wrote them. */
export function Values({ values, outline }: { values: Answers; outline: Outline | undefined }) {
  const names = Object.keys(values);
  if (names.length === 0) return null;
  return (
    <dl class="answers">
      {names.map((name) => {
        const field = fieldNamed(outline, name);
        const value = values[name] ?? null;
        return (
          <div key={name}>
            <dt>{field ? say(field.title) : readable(name)}</dt>
            <dd>
              {typeof value === 'string' && name.endsWith('_by') ? personName(value) : <Answer value={value} field={field} />}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
