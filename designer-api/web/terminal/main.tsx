import { render } from 'preact';

import '../ui/styles/index.css';
import { startClock } from '../core/clock';
import { language, setLanguage } from '../core/i18n';
import { loadDrafts } from '../core/drafts';
import { startOutbox } from '../core/outbox';
import { startRouting } from '../core/route';
import { App } from './app';
import { keepShell } from './device/shell';
import { startWedge } from './device/wedge';
import { setTheme, theme } from './theme';

// The server has a newer version, without the part that this page wants now. What was typed is kept.
addEventListener('vite:preloadError', () => {
  const at = Number(sessionStorage.getItem('gemba.reloaded') ?? 0);
  if (Date.now() - at < 60_000) return;
  sessionStorage.setItem('gemba.reloaded', String(Date.now()));
  location.reload();
});
setLanguage(language.value);
setTheme(theme.value);
startClock();
startRouting();
startWedge();
keepShell();
// What was typed here before is known before anything is shown.
void Promise.all([loadDrafts(), startOutbox()]).then(() => render(<App />, document.getElementById('app') as HTMLElement));
