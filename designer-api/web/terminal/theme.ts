import { signal } from '@preact/signals';

import { keep, kept } from '../core/keep';

export type Theme = 'auto' | 'day' | 'night';

export const theme = signal<Theme>(kept<Theme>('theme') ?? 'auto');

/** `auto` is left to the style sheet, which asks the device. */
export function setTheme(to: Theme): void {
  theme.value = to;
  keep('theme', to);
  document.documentElement.dataset['theme'] = to;
}
