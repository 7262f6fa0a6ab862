import './timeline.css';
import { language, t } from '../../core/i18n';
import { personName, placeTitle, site } from '../../core/site';
import type { Entry, Outline } from '../../core/types';
import { Icon } from '../../ui/icons';
import { told } from './told';

/** What happened, oldest first: each entry is one thing that someone or something did. */
export function Timeline({ entries, outline }: { entries: Entry[]; outline: Outline | undefined }) {
  let day = '';
  return (
    <ol class="timeline">
      {entries.map((entry) => {
        const at = clockOf(entry.at);
        const isNewDay = at.day !== day;
        day = at.day;
        return (
          <li key={entry.seq}>
            {isNewDay && <p class="timeline-day">{at.day}</p>}
            <p class="timeline-head">
              <time dateTime={entry.at}>{at.time}</time>
              <Who entry={entry} />
            </p>
            <ul>
              {entry.facts.map((fact, place) => {
                const line = told(fact, outline);
                return (
                  <li key={place} class={`fact fact-${line.tone}`}>
                    <Icon name={line.icon} size={24} />
                    <div>
                      <p>{line.text}</p>
                      {line.details}
                    </div>
                  </li>
                );
              })}
              {entry.note && (
                <li class="fact fact-plain">
                  <Icon name="message" size={24} />
                  <div>
                    <p>{entry.note}</p>
                  </div>
                </li>
              )}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}

/** The person, and through what; or what it was that no person did. */
function Who({ entry }: { entry: Entry }) {
  const through = viaOf(entry.via);
  if (entry.person === null) {
    return (
      <span>
        <Icon name={entry.via === 'timer' ? 'clock' : 'run'} size={18} />
        {through.run ? <a href={`/runs/${through.run}`}>{through.text}</a> : through.text}
      </span>
    );
  }
  return (
    <>
      <span>
        <Icon name="person" size={18} />
        <strong>{personName(entry.person)}</strong>
      </span>
      {through.text && <span>{through.run ? <a href={`/runs/${through.run}`}>{through.text}</a> : through.text}</span>}
      {entry.confirmed && (
        <span>
          <Icon name="sign" size={18} />
          {t(`confirmed.${entry.confirmed}`)}
        </span>
      )}
    </>
  );
}

export interface Via {
  text: string;
  run?: string;
}

/** How something came in, in words; nothing where a person simply used the pages. */
export function viaOf(via: string): Via {
  if (via === 'timer') return { text: t('via.timer') };
  if (via === 'web/browser') return { text: '' };
  if (via.startsWith('station/')) return { text: t('via.station', { station: placeTitle(via.slice('station/'.length)) }) };
  if (via.startsWith('run ')) return { text: t('via.run'), run: via.slice('run '.length) };
  return { text: t('via.program', { name: via }) };
}

/** Day and time at the site. */
export function clockOf(iso: string): { day: string; time: string } {
  const zone = site.value.time_zone ? { timeZone: site.value.time_zone } : {};
  const tag = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  const at = new Date(iso);
  return {
    day: at.toLocaleDateString(tag, { ...zone, weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
    time: at.toLocaleTimeString(tag, { ...zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}
