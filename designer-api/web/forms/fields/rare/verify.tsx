import { useState } from 'preact/hooks';

import { say, t } from '../../../core/i18n';
import { session } from '../../../core/session';
import { people, personName } from '../../../core/site';
import type { FieldOf } from '../../../core/types';
import { Credentials, secretOf } from '../../../ui/credentials';
import { Dialog } from '../../../ui/dialog';
import { Icon } from '../../../ui/icons';
import { isRow } from '../../answers';
import type { Slot } from '../../state';
import { Frame, ids } from '../frame';

/** `verify`: a second person proves here that they were there. What they type is kept in no draft; the server checks
 *  it when the form is sent. */
export function Verify({ slot }: { slot: Slot<FieldOf<'verify'>> }) {
  const [asking, setAsking] = useState(false);
  const { role, meaning } = slot.field;
  const me = session.value?.person.id;
  const value = slot.value.value;
  const person = isRow(value) ? String(value['person'] ?? '') : undefined;
  // After the page was loaded again the proof is gone, and only the name is there.
  const proved = person !== undefined && slot.form.confirmed.has(slot.path);
  const able = people.value.filter((one) => one.active !== false && one.id !== me && (!role || one.roles.includes(role)));
  return (
    <Frame slot={slot} group>
      {meaning && <p class="meaning">“{say(meaning)}”</p>}
      <button
        type="button"
        id={ids(slot.path).input}
        class={`option tone-ok${proved ? ' chosen' : ''}`}
        onClick={() => setAsking(true)}
      >
        <Icon name={proved ? 'ok' : 'people'} size={28} />
        <span>{proved ? t('verify.by', { name: personName(person) }) : t('verify.press')}</span>
      </button>
      {asking && (
        <Dialog title={t('verify.title')} onClose={() => setAsking(false)}>
          <p class="field-hint">{t('verify.text')}</p>
          <Credentials
            ways={['pin', 'password']}
            people={able}
            busy={false}
            doLabel={t('verify.do')}
            onGiven={(given) => {
              if (!given.person) return;
              slot.form.confirmed.set(slot.path, secretOf(given, given.person));
              slot.set({ person: given.person });
              setAsking(false);
            }}
          />
          <button type="button" class="button wide" onClick={() => setAsking(false)}>
            {t('cancel')}
          </button>
        </Dialog>
      )}
    </Frame>
  );
}
