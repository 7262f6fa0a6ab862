import { useRef, useState } from 'preact/hooks';

import { say, t } from '../core/i18n';
import type { Answers, Field } from '../core/types';
import { isBlank } from '../forms/answers';
import { Icon } from '../ui/icons';
import { said } from '../ui/said';
import { readable } from './outline';

interface Props {
  answers: Answers;
  /** With their titles, when they are known. */
  fields?: Field[] | undefined;
  onDrop(): void;
}

/** What was typed into a form that cannot be sent any more: to be copied, or dropped by the one who typed it. */
export function Leftovers({ answers, fields, onDrop }: Props) {
  const text = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  const lines = linesOf(answers, fields);
  const copy = async () => {
    const area = text.current;
    if (!area) return;
    area.select();
    // The clipboard of today needs TLS; the one before does not.
    const done = await navigator.clipboard?.writeText(area.value).then(
      () => true,
      () => false,
    );
    setCopied(done ?? document.execCommand('copy'));
  };
  return (
    <section class="leftovers" aria-labelledby="leftovers">
      <h2 id="leftovers">{t('left.title')}</h2>
      <p>{t('left.text')}</p>
      <textarea ref={text} readOnly rows={Math.min(14, lines.length + 1)} aria-labelledby="leftovers" value={lines.join('\n')} />
      <div class="side-by-side">
        <button type="button" class="button" onClick={() => void copy()}>
          <Icon name={copied ? 'ok' : 'file'} size={26} />
          {t(copied ? 'left.copied' : 'left.copy')}
        </button>
        <button type="button" class="button quiet" onClick={onDrop}>
          <Icon name="bin" size={26} />
          {t('left.drop')}
        </button>
      </div>
    </section>
  );
}

function linesOf(answers: Answers, fields: Field[] | undefined): string[] {
  const known = fields?.map((field) => [field.id, say(field.title)] as const) ?? [];
  const titles = new Map(known);
  const ids = [...titles.keys(), ...Object.keys(answers).filter((id) => !titles.has(id))];
  return ids
    .filter((id) => !isBlank(answers[id]))
    .map((id) => `${titles.get(id) ?? readable(id)}: ${said(answers[id])}`);
}
