import { useState } from 'preact/hooks';

import { isSignedOut, Refused } from '../core/api';
import { t } from '../core/i18n';
import { session } from '../core/session';
import { Credentials, secretOf, type Given, type Secret } from '../ui/credentials';
import { Dialog } from '../ui/dialog';
import { words } from '../ui/notices';

export type Signature = Secret;

interface Props {
  /** What is promised. */
  meanings: string[];
  busy: boolean;
  sign(signature: Signature): Promise<void>;
  onClose(): void;
  /** For everything but a wrong secret. */
  onFail(error: unknown): void;
}

/** Who signs proves it again at that moment (21 CFR 11.200): whoever finds the tablet cannot sign for another. */
export function SignDialog({ meanings, busy, sign, onClose, onFail }: Props) {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const now = session.value;
  if (!now) return null;
  const give = async (given: Given) => {
    setProblem(undefined);
    try {
      await sign(secretOf(given));
    } catch (error) {
      const again = error instanceof Refused && ['wrong-credentials', 'locked'].includes(error.problem.code);
      if (again && !isSignedOut(error)) setProblem(words(error) || t('sign.wrong'));
      else onFail(error);
    }
  };
  return (
    <Dialog title={t('sign.title')} onClose={onClose}>
      <p>{t('sign.as', { name: now.person.name })}</p>
      {meanings.map((meaning) => (
        <p class="meaning" key={meaning}>
          “{meaning}”
        </p>
      ))}
      <p class="field-hint">{t('sign.text')}</p>
      <Credentials
        ways={now.station ? ['badge', 'pin', 'password'] : ['password']}
        person={now.person.id}
        busy={busy}
        doLabel={t('sign.do')}
        problem={problem}
        onGiven={(given) => void give(given)}
      />
      <button type="button" class="button wide" onClick={onClose}>
        {t('cancel')}
      </button>
    </Dialog>
  );
}
