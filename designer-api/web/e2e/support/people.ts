/** The people of the tests, and how they come in without showing it. */
import type { Device } from './device';
import type { Server } from './server';

export interface Someone {
  id: string;
  name: string;
  roles: string[];
  rights?: string[];
  password: string;
  pin: string;
  badge: string;
}

/** Measures. */
export const zhao: Someone = {
  id: 'zhao',
  name: 'Zhao Min',
  roles: ['operator'],
  password: 'lathe turns at dawn',
  pin: '280614',
  badge: 'B-ZHAO-0001',
};

/** Releases what others measured. */
export const wang: Someone = {
  id: 'wang',
  name: 'Wang Fang',
  roles: ['operator', 'inspector'],
  password: 'gauge blocks in a row',
  pin: '730952',
  badge: 'B-WANG-0002',
};

/** Is called, and takes over. */
export const li: Someone = {
  id: 'li',
  name: 'Li Qiang',
  roles: ['team_leader', 'operator'],
  rights: ['supervise'],
  password: 'whistle at the gate',
  pin: '496138',
  badge: 'B-LI-0003',
};

/** Sets up. */
export const chen: Someone = {
  id: 'chen',
  name: 'Chen Jie',
  roles: [],
  rights: ['supervise', 'author', 'admin'],
  password: 'keys of the cabinet',
  pin: '615283',
  badge: 'B-CHEN-0004',
};

/** With the administrator: as long as there is none, the pages only ask for one. */
export async function arrive(server: Server, ...people: Someone[]): Promise<void> {
  const all = people.some(({ id }) => id === chen.id) ? people : [chen, ...people];
  for (const person of all) await server.call('POST', '/people', person);
}

/** Makes a device a station, as an administrator would. */
export async function enrol(device: Device, server: Server, station: string): Promise<void> {
  const headers = { Authorization: server.authorization };
  const answer = await device.context.request.post(`${device.url}/api/v1/stations/enrol`, { data: { station }, headers });
  if (!answer.ok()) throw new Error(`enrolling at ${station}: ${answer.status()} ${await answer.text()}`);
}

/** Signs in behind the page's back, and opens a page. */
export async function enter(device: Device, person: Someone, path = '/'): Promise<void> {
  const data = { person: person.id, password: person.password };
  const answer = await device.context.request.post(`${device.url}/api/v1/session`, { data });
  if (!answer.ok()) throw new Error(`${person.id} signing in: ${answer.status()} ${await answer.text()}`);
  await device.go(path);
}
