import { t } from '../core/i18n';
import type { Status } from '../core/types';
import { Icon, type IconName } from '../ui/icons';

const ICONS: Record<Status, IconName> = {
  waiting: 'clock',
  stopped: 'late',
  finished: 'ok',
  failed: 'not_ok',
  cancelled: 'bin',
};

export function StatusBadge({ status }: { status: Status }) {
  return (
    <span class={`status status-${status}`}>
      <Icon name={ICONS[status]} size={22} />
      {t(`status.${status}`)}
    </span>
  );
}
