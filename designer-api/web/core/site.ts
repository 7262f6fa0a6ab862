/** Names of what ids stand for: the site's places and roles, apps, people. Loaded once, and again when apps change. */
import { signal } from '@preact/signals';

import { getCached } from './cached';
import { t } from './i18n';
import type { AppView, List, Party, PersonDetail, Site } from './types';

export const site = signal<Site>({ title: '', time_zone: '', equipment: [], roles: [] });
export const apps = signal<AppView[]>([]);
export const people = signal<Pick<PersonDetail, 'id' | 'name' | 'roles' | 'active'>[]>([]);

export async function loadSite(): Promise<void> {
  site.value = await getCached<Site>('/site');
}

export async function loadApps(): Promise<void> {
  apps.value = (await getCached<List<AppView>>('/apps')).items;
}

export async function loadPeople(): Promise<void> {
  people.value = (await getCached<List<PersonDetail>>('/people?limit=1000')).items;
}

export function appTitle(id: string): string {
  return apps.value.find((app) => app.id === id)?.title ?? readable(id);
}

export function personName(id: string): string {
  return people.value.find((person) => person.id === id)?.name ?? id;
}

export function roleTitle(id: string): string {
  return site.value.roles.find((role) => role.id === id)?.title ?? readable(id);
}

export function placeTitle(id: string): string {
  return site.value.equipment.find((place) => place.id === id)?.title ?? id;
}

export function partyName(to: Party): string {
  if (to === 'everyone') return t('to.everyone');
  if ('role' in to) return roleTitle(to.role);
  if ('person' in to) return personName(to.person);
  return placeTitle(to.station);
}

/** `first_piece_inspection` as people would write it. */
function readable(id: string): string {
  const words = id.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
