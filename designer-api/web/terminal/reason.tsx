import { useState } from 'preact/hooks';

import { t } from '../core/i18n';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icons';
import { words } from '../ui/notices';
import './words';

/** As the server takes it. */
const REASON_CHARACTERS_MAX = 2000;

interface Props {
  title: string;
  /** What follows from it. */
  text: string;
  doLabel: string;
  /** Rejects with what is to be told. */
  act(why: string): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

/** For what someone does on their own responsibility: it is not done without a reason, and the reason is kept. */
export function Reason({ title, text, doLabel, act, onDone, onClose }: Props) {
  const [why, setWhy] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!why.trim() || busy) return;
    setBusy(true);
    try {
      await act(why.trim());
      onDone();
    } catch (error) {
      setProblem(words(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{text}</p>
        <label class="stacked">
          {t('run.why')}
          <textarea
            required
            rows={3}
            maxLength={REASON_CHARACTERS_MAX}
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
          />
        </label>
        {problem && (
          <p class="field-refusal" role="alert">
            <Icon name="late" size={22} />
            {problem}
          </p>
        )}
        <button type="submit" class="button danger wide" disabled={busy || !why.trim()}>
          {doLabel}
        </button>
        <button type="button" class="button wide" onClick={onClose}>
          {t('back')}
        </button>
      </form>
    </Dialog>
  );
}
