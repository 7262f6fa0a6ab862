import { fullMoment } from '../../core/i18n';
import { personName, site } from '../../core/site';
import type { Entry, Outline } from '../../core/types';
import { Icon } from '../../ui/icons';
import { told } from './told';

/** What happened, oldest first: each entry is one thing that someone or something did. */
export function Timeline({ entries, outline }: { entries: Entry[]; outline: Outline | undefined }) {
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li key={entry.seq}>
          <p class="timeline-head">
            <time dateTime={entry.at}>{fullMoment(entry.at, site.value.time_zone)}</time>
            <span>
              <Icon name={entry.person ? 'person' : 'clock'} size={18} />
              {entry.person ? personName(entry.person) : entry.via}
            </span>
          </p>
          <ul>
            {entry.facts.map((fact, at) => {
              const line = told(fact, outline);
              return (
                <li key={at} class={`fact fact-${line.tone}`}>
                  <Icon name={line.icon} size={22} />
                  <div>
                    <p>{line.text}</p>
                    {line.details}
                  </div>
                </li>
              );
            })}
          </ul>
        </li>
      ))}
    </ol>
  );
}
