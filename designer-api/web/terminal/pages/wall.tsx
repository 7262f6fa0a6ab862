import { useEffect } from 'preact/hooks';

import { startEvents } from '../../core/events';
import { t } from '../../core/i18n';
import { go } from '../../core/route';
import { loadSite } from '../../core/site';
import { notifyError } from '../../ui/notices';
import { Floor } from './floor';
import '../words';

/** The floor view on an enrolled screen, without anybody signed in. */
export function Wall() {
  useEffect(() => {
    loadSite().catch(notifyError);
    return startEvents();
  }, []);
  return (
    <main id="content" class="wall">
      <Floor />
      <button type="button" class="button quiet wall-out" onClick={() => go('/')}>
        {t('sign_in.title')}
      </button>
    </main>
  );
}
