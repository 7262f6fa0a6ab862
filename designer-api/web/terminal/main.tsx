import { render } from 'preact';

import '../ui/styles/index.css';
import { startClock } from '../core/clock';
import { language, setLanguage } from '../core/i18n';
import { loadDrafts } from '../core/drafts';
import { startOutbox } from '../core/outbox';
import { startRouting } from '../core/route';
import { App } from './app';
import { startWedge } from './device/wedge';
import { setTheme, theme } from './theme';

setLanguage(language.value);
setTheme(theme.value);
startClock();
startRouting();
startWedge();
// What was typed here before is known before anything is shown.
void Promise.all([loadDrafts(), startOutbox()]).then(() => render(<App />, document.getElementById('app') as HTMLElement));
