import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { online } from '../core/api';
import { live } from '../core/events';
import { LANGUAGES, language, setLanguage, t, type Key } from '../core/i18n';
import { dismissReturned, returned, waiting } from '../core/outbox';
import { go, route } from '../core/route';
import { may, session, signOut } from '../core/session';
import { site } from '../core/site';
import { Dialog } from '../ui/dialog';
import { Icon, type IconName } from '../ui/icons';
import { notifyError } from '../ui/notices';
import { setTheme, theme, type Theme } from './theme';

const NAV: { to: string; key: Key; icon: IconName }[] = [
  { to: '/', key: 'nav.tasks', icon: 'home' },
  { to: '/runs', key: 'nav.runs', icon: 'run' },
  { to: '/floor', key: 'nav.floor', icon: 'floor' },
];

/** The bar with the person and the station is always in sight: on a shared tablet it must be clear who acts. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [menu, setMenu] = useState(false);
  const now = session.value;
  if (!now) return null;
  return (
    <>
      <a class="skip" href="#content">
        {t('nav.skip')}
      </a>
      <header class="bar">
        <nav aria-label={t('nav.menu')}>
          {NAV.map(({ to, key, icon }) => (
            <a key={to} href={to} {...(isHere(to) ? { 'aria-current': 'page' as const } : {})}>
              <Icon name={icon} size={28} />
              <span>{t(key)}</span>
            </a>
          ))}
        </nav>
        <div class="who">
          <strong>
            <Icon name="person" size={22} />
            {now.person.name}
          </strong>
          <span>
            <Icon name="station" size={18} />
            {now.station?.title ?? site.value.title}
          </span>
        </div>
        <button type="button" class="bar-button" aria-label={t('nav.menu')} aria-haspopup="dialog" onClick={() => setMenu(true)}>
          <Icon name="menu" size={28} />
          <span class="wide-only">{t('nav.menu')}</span>
        </button>
        <button type="button" class="bar-button" aria-label={t('sign_out')} onClick={() => void signOut().catch(notifyError)}>
          <Icon name="out" size={28} />
          <span class="wide-only">{t('sign_out')}</span>
        </button>
      </header>
      <Banners />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      {menu && <Menu onClose={() => setMenu(false)} />}
    </>
  );
}

function isHere(to: string): boolean {
  const path = route.value.path;
  return to === '/' ? path === '/' || path.startsWith('/tasks/') || path.startsWith('/start/') : path.startsWith(to);
}

/** What is not as it should be, in words, until it is over. */
function Banners() {
  const forms = waiting.value.length;
  return (
    <div class="banners" role="status">
      {!online.value && (
        <p class="banner bad">
          <Icon name="offline" size={28} />
          <span>
            <strong>{t('offline.title')}</strong> {t('offline.text')}
          </span>
        </p>
      )}
      {forms > 0 && (
        <p class="banner">
          <Icon name="saved" size={28} />
          {t('outbox.waiting', { n: forms })}
        </p>
      )}
      {returned.value.map((one) => (
        <p class="banner bad" key={one.task}>
          <Icon name="late" size={28} />
          <span>{t('outbox.returned', { title: one.title, detail: one.problem.detail })}</span>
          <button
            type="button"
            class="button"
            onClick={() => {
              dismissReturned(one.task);
              go(`/tasks/${one.task}`);
            }}
          >
            {t('outbox.open')}
          </button>
        </p>
      ))}
      {online.value && live.value === 'asking' && <p class="banner quiet">{t('live.asking')}</p>}
    </div>
  );
}

const THEMES: Theme[] = ['auto', 'day', 'night'];

function Menu({ onClose }: { onClose(): void }) {
  const links: { to: string; key: Key; icon: IconName }[] = [
    { to: '/welcome', key: 'nav.welcome', icon: 'info' },
    { to: '/station', key: 'nav.station', icon: 'station' },
    { to: '/account', key: 'nav.account', icon: 'lock' },
    ...(may('admin') ? [{ to: '/people', key: 'nav.people', icon: 'people' } as const] : []),
  ];
  return (
    <Dialog title={t('nav.menu')} onClose={onClose}>
      <div class="menu">
        {links.map(({ to, key, icon }) => (
          <a key={to} class="button wide" href={to} onClick={onClose}>
            <Icon name={icon} size={26} />
            {t(key)}
          </a>
        ))}
        <Preferences />
        <button type="button" class="button wide" onClick={onClose}>
          {t('close')}
        </button>
      </div>
    </Dialog>
  );
}

/** Language and brightness; also on the page for signing in. */
export function Preferences() {
  return (
    <div class="preferences">
      <div class="choice" role="group" aria-label={t('nav.language')}>
        {LANGUAGES.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            lang={id}
            class={`button${language.value === id ? ' chosen' : ''}`}
            aria-pressed={language.value === id}
            onClick={() => setLanguage(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div class="choice" role="group" aria-label={t('nav.theme')}>
        {THEMES.map((one) => (
          <button
            key={one}
            type="button"
            class={`button${theme.value === one ? ' chosen' : ''}`}
            aria-pressed={theme.value === one}
            onClick={() => setTheme(one)}
          >
            {one !== 'auto' && <Icon name={one} size={22} />}
            {t(`theme.${one}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
